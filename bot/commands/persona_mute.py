"""/persona mute and unmute: a persona that has nothing to do with somebody any more."""

from __future__ import annotations

from bot.commands import here
from bot.commands.base import Answer, Arguments, Caller, Command, Office
from bot.commands.persona import ANY_NAME
from bot.commands.words import plain
from storage import mutes, outbox, people, work
from storage.engines.base import Transaction
from storage.records import Persona


async def mute(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """From now on that persona neither reads nor answers them, in any server."""
    persona, begun, owed = await office.database.write(_mute, caller, arguments["name"], office.clock.now())
    name = plain(persona.sheet.display_name)
    if not begun:
        return Answer(f"**{name}** is muted for you already; /persona unmute {persona.name} takes that back.")
    for work_id in owed:
        office.bells.stop(work_id, keep=False)
    office.bells.ring()
    return Answer(
        f"**{name}** has nothing to do with you any more, in any server: it neither answers nor reads what you write, "
        "and remembers nothing of it. Discord hides no message from one person alone, so what it says to others still "
        "shows. What it knows from before stays until /memory forget. "
        f"/persona unmute {persona.name} takes it back."
    )


def _mute(tx: Transaction, caller: Caller, word: str, now: int) -> tuple[Persona, bool, list[str]]:
    persona = here.named(tx, caller, word)
    begun = mutes.begin(tx, caller.platform, caller.platform_id, persona.id, now)
    person = people.known(tx, caller.platform, caller.platform_id)
    owed = work.open_with(tx, person.id, persona.id) if begun and person else []
    for work_id in owed:
        if work.cancel(tx, work_id, now):
            outbox.withdraw_after(tx, work_id, 0, now)
    return persona, begun, owed


async def unmute(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Let it read and answer them again."""
    persona, ended = await office.database.write(_unmute, caller, arguments["name"])
    name = plain(persona.sheet.display_name)
    if not ended:
        return Answer(f"**{name}** is not muted for you.")
    return Answer(f"**{name}** reads and answers you again.")


def _unmute(tx: Transaction, caller: Caller, word: str) -> tuple[Persona, bool]:
    persona = here.named(tx, caller, word)
    return persona, mutes.end(tx, caller.platform, caller.platform_id, persona.id)


COMMANDS = (
    Command("persona mute", "Have nothing to do with a persona: it neither reads nor answers you.", mute, (ANY_NAME,),
            always=True, example="/persona mute bombazine"),
    Command("persona unmute", "Let a muted persona read and answer you again.", unmute, (ANY_NAME,), always=True,
            example="/persona unmute bombazine"),
)  # fmt: skip
