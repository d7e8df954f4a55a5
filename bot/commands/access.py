"""/access allow, deny and remove: rules about who may talk with personas, and who may change what."""

from __future__ import annotations

from bot.access.rules import CHAT, RIGHTS, named
from bot.commands.access_look import RIGHT, WHOSE, allowed, owner, platform, subject_of
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.words import span
from storage import access
from storage.access import ALLOW, DENY, MOST, Rule
from storage.engines.base import Transaction

_WHOM = Option("whom", "@person, @role, #channel, a category, here, or server for everybody.", complete="subject")
_TIME = Option("time", "For how long, such as 30m, 2h or 7d; without it for good.", required=False, longest=20)
_WHY = Option("why", "Why; /access list shows it.", required=False, longest=200)
_OPTIONS = (_WHOM, RIGHT, _TIME, _WHY, WHOSE)


async def allow(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Let them, though a rule of a level farther away denies it, or it needs Manage Server."""
    return await _make(office, caller, arguments, ALLOW)


async def deny(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Keep them from it."""
    return await _make(office, caller, arguments, DENY)


async def _make(office: Office, caller: Caller, arguments: Arguments, verdict: str) -> Answer:
    rule = _rule(office, caller, arguments, verdict)
    if not await office.database.write(_put, rule):
        raise Refused(f"That rule holds already: {verdict} {named(rule.subject)}; nothing was changed.")
    until = "" if rule.until is None else f" until <t:{rule.until // 1000}:f>"
    may = "may" if verdict == ALLOW else "may not"
    return Answer(
        f"From now on {named(rule.subject)} {may} {RIGHTS[rule.may]}{until}, unless a nearer rule says otherwise.\n"
        "-# /access explain says which rule decides, and /access remove takes this one back."
    )


def _rule(office: Office, caller: Caller, arguments: Arguments, verdict: str) -> Rule:
    now, time = office.clock.now(), arguments.get("time", "")
    length = span(time) if time else None
    if time and length is None:
        raise Refused("“time” must be a length such as 30m, 2h or 7d, up to a year; nothing was changed.")
    whose = owner(caller, arguments)
    return Rule(
        id=office.ids.new("acc"),
        platform=platform(caller),
        guild_id=whose,
        may=arguments.get("right", CHAT),
        subject=subject_of(caller, whose, arguments["whom"]),
        verdict=verdict,
        until=None if length is None else now + length,
        reason=" ".join(arguments.get("why", "").split()),
        made_by=caller.author,
        made_at=now,
    )


def _put(tx: Transaction, rule: Rule) -> bool:
    if len(access.in_force(tx, rule.platform, rule.guild_id, rule.made_at)) >= MOST and rule.guild_id:
        raise Refused(f"A server has {MOST} rules at most; /access remove takes some back first.")
    return access.put(tx, rule)


async def remove(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """End a rule, so that the next one decides."""
    meant = _rule(office, caller, arguments, ALLOW)
    if not await office.database.write(_end, meant):
        raise Refused(f"There is no such rule about {named(meant.subject)}; /access list shows what there is.")
    return Answer(f"There is no rule about {named(meant.subject)} any more for “{RIGHTS[meant.may]}”.")


def _end(tx: Transaction, meant: Rule) -> bool:
    rule = access.standing(tx, meant)
    return rule is not None and access.end(tx, rule, meant.made_by, meant.made_at)


COMMANDS = (
    Command("access allow", "Let somebody talk with personas, or change something.", allow, _OPTIONS, allow=allowed,
            keeps_order=True, example="/access allow here"),
    Command("access deny", "Keep somebody from it, a place or everybody.", deny, _OPTIONS, allow=allowed,
            keeps_order=True, example="/access deny server"),
    Command("access remove", "Take a rule back.", remove, (_WHOM, RIGHT, WHOSE), allow=allowed, keeps_order=True,
            example="/access remove here"),
)  # fmt: skip
