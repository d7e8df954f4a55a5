"""/access list, history and explain: which rules there are, who made them, and which one decides."""

from __future__ import annotations

import re

from bot.access import rules
from bot.access.rules import CHAT, RIGHTS, Around, decide, named
from bot.commands.base import Answer, Arguments, Caller, Command, Forbidden, Office, Option, Refused
from bot.commands.check import may_manage
from bot.commands.gated import around_of
from bot.commands.words import day, plain
from storage import access
from storage.access import ALLOW, OPERATOR, SERVERS, Rule
from storage.engines.base import Transaction

RIGHT = Option("right", "To do what; without it to talk with personas.", required=False, choices=tuple(RIGHTS))
WHOSE = Option(
    "whose", "The rules of this server, or the operator's, which stand above.", required=False,
    choices=("server", "operator"),
)  # fmt: skip
_WHOM = Option("whom", "A person, as a mention; without it you.", required=False, complete="subject")
_MENTION = re.compile(r"^<(@!?|@&|#)(\d{1,20})>$")
_KINDS = {"@": "person", "@!": "person", "@&": "role", "#": "channel"}
_WRITTEN = re.compile(r"^(person|role|channel|server):(\d{1,20})$")
_UNKNOWN = (
    "I don't know whom “{}” is; give a mention (@person, @role, #channel), an id as person:ID, role:ID or channel:ID "
    "(also a category's), or the word here or server. The operator also has server:ID and servers."
)


def platform(caller: Caller) -> str:
    """Whose people rules are about: a terminal has one person, and that is the operator."""
    return "discord" if caller.place.kind == "terminal" else caller.platform


def owner(caller: Caller, arguments: Arguments) -> str:
    """Whose rules are meant: a guild's, or the operator's; raises Forbidden for those who may not see them."""
    whose = arguments.get("whose", "server" if caller.guild_id else "operator")
    if whose == "operator":
        if not caller.operates:
            raise Forbidden("Only the operator of this bot sees and makes rules that stand above those of servers.")
        return OPERATOR
    if not caller.guild_id:
        raise Forbidden("Here is no server to make rules for; order it in a channel of yours.")
    if not may_manage(caller):
        raise Forbidden("Rules of a server need the Manage Server permission; ask somebody who has it.")
    return caller.guild_id


def allowed(caller: Caller, arguments: Arguments) -> None:
    """Refuse who may not see or make these rules."""
    owner(caller, arguments)


def subject_of(caller: Caller, whose: str, text: str) -> str:
    """Whom or what place the words mean, as kept; raises Refused."""
    word = text.strip().casefold()
    mention, spelt = _MENTION.match(word), _WRITTEN.match(word)
    kind, number = ("", "")
    if word in ("server", "@everyone", "everyone") and caller.guild_id:
        kind, number = "guild", caller.guild_id
    elif word == "here" and caller.guild_id:
        kind, number = "channel", caller.place.channel_id
    elif mention:
        kind, number = _KINDS[mention[1]], mention[2]
    elif spelt:
        kind, number = spelt[1].replace("server", "guild"), spelt[2]
    if kind == "role" and number == caller.guild_id:
        kind = "guild"  # @everyone is a role of that id
    subject = SERVERS if word == SERVERS else f"{kind}:{number}"
    if not kind and subject != SERVERS:
        raise Refused(_UNKNOWN.format(plain(text)))
    _fits(caller, whose, kind, subject)
    return subject


def _fits(caller: Caller, whose: str, kind: str, subject: str) -> None:
    if whose == OPERATOR and kind not in ("person", "guild") and subject != SERVERS:
        raise Refused("A rule of the operator is about a person, a server (server:ID) or all servers (servers).")
    if whose != OPERATOR and subject != f"guild:{whose}" and (kind == "guild" or subject == SERVERS):
        raise Refused("A server's rule is about itself (server), its channels, its roles or people.")


def suggestions(tx: Transaction, office: Office, caller: Caller, typed: str) -> list[tuple[str, str]]:
    """Whom rules are about already, for those who may see that, and this place."""
    found = [("here", "here: this channel"), ("server", "server: everybody here")] if caller.guild_id else []
    if caller.operates:
        found.append((SERVERS, "servers: every server (the operator's rule)"))
    shown = [guild for guild, sees in ((caller.guild_id, may_manage(caller)), (OPERATOR, caller.operates)) if sees]
    for whose in shown:
        standing = access.in_force(tx, platform(caller), whose, office.clock.now())
        found += [(_as_written(rule.subject), f"{_as_written(rule.subject)} ({rule.verdict})") for rule in standing]
    part = typed.strip().casefold()
    return [one for one in dict.fromkeys(found) if part in one[1].casefold()]


def _as_written(subject: str) -> str:
    return subject.replace("guild:", "server:")


async def show(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """The rules in force, by what they are about."""
    whose = owner(caller, arguments)
    found = await office.database.read(access.in_force, platform(caller), whose, office.clock.now())
    if not found:
        return Answer(
            "There are no rules, so everybody may talk with personas, and what is for all needs Manage Server. "
            "/access allow and /access deny make rules."
        )
    parts = []
    for right in dict.fromkeys(rule.may for rule in found):
        lines = [_line(rule) for rule in found if rule.may == right]
        parts.append("\n".join([f"**{_what(right)}**", *lines]))
    return Answer("\n".join([*parts, "-# The nearest wins: person, role, thread, channel, category, server."]))


def _line(rule: Rule) -> str:
    sign = "✅" if rule.verdict == ALLOW else "⛔"
    until = "" if rule.until is None else f" until <t:{rule.until // 1000}:f>"
    why = f", because {plain(rule.reason)}" if rule.reason else ""
    return f"{sign} {named(rule.subject)}{until} (by {plain(rule.made_by)}, {day(rule.made_at)}{why})"


def _what(right: str) -> str:
    return f"{right}: {RIGHTS[right]}" if right in RIGHTS else "quiet: whether personas say anything"


async def history(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """What was made and ended last, and by whom."""
    whose = owner(caller, arguments)
    found = await office.database.read(access.history, platform(caller), whose)
    lines = [f"- {rule.may} {_line(rule)}{_ended(rule)}" for rule in found]
    return Answer("\n".join(lines) or "No rule was ever made.")


def _ended(rule: Rule) -> str:
    return "" if rule.ended_at is None else f", ended by {plain(rule.ended_by)}, {day(rule.ended_at)}"


async def explain(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Which rule decides for somebody here, with all that could have."""
    around, right = _meant(caller, arguments.get("whom", "")), arguments.get("right", CHAT)
    found = await office.database.read(
        access.bearing, around.platform, around.guild_id, around.person, office.clock.now()
    )
    decides = decide(found, around, right)
    who = "You" if around.person == caller.platform_id else named(f"person:{around.person}")
    told = _verdict(who, right, decides)
    unsure = "\n-# I can't know their roles from here: any role that is denied counts, and none that is allowed."
    return Answer(told + (unsure if around.roles is None and around.guild_id else ""))


def _meant(caller: Caller, whom: str) -> Around:
    """The caller or the person named, in the caller's place; raises Refused."""
    mine = around_of(caller)
    if not whom:
        return mine
    kind, _, number = subject_of(caller, caller.guild_id or OPERATOR, whom).partition(":")
    if kind != "person":
        raise Refused("I explain for a person; /access list shows every rule.")
    if number == caller.platform_id:
        return mine
    if not (may_manage(caller) or caller.operates):
        raise Forbidden("Only those with Manage Server see what holds for others; leave “whom” out for yourself.")
    return Around(mine.platform, number, None, mine.channel_id, mine.parent_id, mine.category_id, mine.guild_id)


def _verdict(who: str, right: str, decides: Rule | None) -> str:
    may = "may" if decides is None or decides.verdict == ALLOW else "may not"
    what = RIGHTS[right]
    if decides is not None:
        why = f": {plain(decides.reason)}" if decides.reason else ""
        told = f"because of {rules.told(decides)}, made by {plain(decides.made_by)}{why}."
        always = " Manage Server suffices all the same." if right != CHAT and may == "may not" else ""
        return f"{who} {may} {what} here, {told}{always}"
    if right == CHAT:
        return f"{who} may {what} here, because no rule says anything else."
    return f"{who} need{'' if who == 'You' else 's'} Manage Server to {what}, because no rule gives it otherwise."


COMMANDS = (
    Command("access list", "Which rules hold, and who made them.", show, (WHOSE,), allow=allowed, keeps_order=True,
            example="/access list", reads=True),
    Command("access explain", "Whether somebody may do something here, and which rule decides.", explain,
            (_WHOM, RIGHT), always=True, example="/access explain", reads=True),
    Command("access history", "Which rules were made and ended, by whom.", history, (WHOSE,), allow=allowed,
            keeps_order=True, example="/access history", reads=True),
)  # fmt: skip
