"""/quiet: every persona of a server falls silent at once, for a while or until somebody ends it."""

from __future__ import annotations

from bot.access.gate import until
from bot.access.rules import SPEAK
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.words import span
from storage import access, outbox, work
from storage.access import DENY, Rule
from storage.engines.base import Transaction

_TIME = Option(
    "time", "For how long, such as 30m or 2h; off ends it; without it until somebody does.", required=False, longest=20
)
_WHY = Option("why", "Why; /access history shows it.", required=False, longest=200)
_NOT_HERE = "Here is no server to quieten; order it in a channel of one."


async def quiet(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Begin it or end it."""
    if not caller.guild_id:
        raise Refused(_NOT_HERE)
    time = arguments.get("time", "")
    if time.casefold() == "off":
        return await _end(office, caller)
    length = span(time) if time else None
    if time and length is None:
        raise Refused("“time” must be off or a length such as 30m, 2h or 7d, up to a year; nothing was changed.")
    now = office.clock.now()
    rule = Rule(
        id=office.ids.new("acc"),
        platform=caller.platform,
        guild_id=caller.guild_id,
        may=SPEAK,
        subject=f"guild:{caller.guild_id}",
        verdict=DENY,
        until=None if length is None else now + length,
        reason=" ".join(arguments.get("why", "").split()),
        made_by=caller.author,
        made_at=now,
    )
    for work_id in await office.database.write(_begin, rule):
        office.bells.stop(work_id, keep=False)
    office.bells.ring()
    return Answer(
        f"Every persona of this server is silent until {until(rule.until)}. What is said meanwhile in channels given "
        "to one is kept and not answered, not afterwards either. /quiet off ends it."
    )


def _begin(tx: Transaction, rule: Rule) -> list[str]:
    """Silence them with what they owe and have not said yet; returns the work to be stopped."""
    access.put(tx, rule)
    owed = work.spoken_in(tx, rule.platform, rule.guild_id)
    for work_id in owed:
        if work.cancel(tx, work_id, rule.made_at):
            outbox.withdraw_after(tx, work_id, 0, rule.made_at)
    outbox.withdraw_in(tx, rule.platform, rule.guild_id, rule.made_at)
    return owed


async def _end(office: Office, caller: Caller) -> Answer:
    now = office.clock.now()
    if not await office.database.write(_lift, caller, now):
        raise Refused("Personas may speak here already; nothing was changed.")
    return Answer("Personas speak again in this server. What was said meanwhile is not answered any more.")


def _lift(tx: Transaction, caller: Caller, now: int) -> bool:
    found = access.in_force(tx, caller.platform, caller.guild_id, now)
    rule = next((rule for rule in found if rule.may == SPEAK and rule.subject == f"guild:{caller.guild_id}"), None)
    return rule is not None and access.end(tx, rule, caller.author, now)


COMMANDS = (
    Command(
        "quiet",
        "Silence every persona of this server at once.",
        quiet,
        (_TIME, _WHY),
        manage=True,
        keeps_order=True,
        example="/quiet 2h",
    ),
)
