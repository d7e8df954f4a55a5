"""/privacy opt-out and opt-in: not to be heard, and to be heard again."""

from __future__ import annotations

from bot.commands.base import Answer, Arguments, Caller, Command, Office
from storage import opt_outs, outbox, people, work
from storage.engines.base import Transaction


async def opt_out(office: Office, caller: Caller, _: Arguments) -> Answer:
    """From now on nothing of theirs is kept or read; what was not answered yet is not answered any more."""
    begun, running = await office.database.write(_begin, caller, office.clock.now())
    if not begun:
        return Answer("I don't hear you already; /privacy opt-in lets me hear you again.")
    for work_id in running:
        office.bells.stop(work_id, keep=False)
    office.bells.ring()
    return Answer(
        "From now on I don't hear you: what you write is neither kept nor read by any model, and what you wrote before "
        "is not read either. Your number is kept so that I know whom not to hear. Commands work still.\n"
        "/privacy forget erases what was kept before, and /privacy opt-in lets me hear you again."
    )


def _begin(tx: Transaction, caller: Caller, now: int) -> tuple[bool, list[str]]:
    begun = opt_outs.begin(tx, caller.platform, caller.platform_id, now)
    person = people.known(tx, caller.platform, caller.platform_id)
    owed = work.open_for(tx, person.id) if begun and person else []
    for work_id in owed:
        if work.cancel(tx, work_id, now):
            outbox.withdraw_after(tx, work_id, 0, now)
    return begun, owed


async def opt_in(office: Office, caller: Caller, _: Arguments) -> Answer:
    """From now on they are heard."""
    if not await office.database.write(opt_outs.end, caller.platform, caller.platform_id, office.clock.now()):
        return Answer("I hear you already; /privacy opt-out keeps me from it.")
    return Answer("From now on I hear you again. What you wrote meanwhile was not kept and is not looked for.")


COMMANDS = (
    Command(
        "privacy opt-out",
        "Don't be heard: what you write is neither kept nor read by a model.",
        opt_out,
        always=True,
        example="/privacy opt-out",
    ),
    Command(
        "privacy opt-in",
        "Be heard again.",
        opt_in,
        always=True,
        example="/privacy opt-in",
    ),
)
