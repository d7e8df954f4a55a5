"""Which rule decides whether somebody may do something somewhere. Pure; this is the one place where it is decided.

The operator's rules come first: of a person before a server before every server. What they deny stays denied. Then a
server's own: of a person before a role, a thread, its channel, the category and the server. The nearest one wins, and
of several at one level (somebody may have many roles) one that denies. Where there is none, everybody may talk, and
what is for all needs Manage Server, which always suffices for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.ports import Place
from storage.access import DENY, OPERATOR, SERVERS, Rule

CHAT, SPEAK = "chat", "speak"
RIGHTS = {
    CHAT: "talk with personas",
    "personas": "make and change personas, their prompts and where they answer",
    "memories": "look after what is remembered of this server",
    "lore": "write the lorebook",
    "conversations": "begin conversations anew and see what is owed",
    "settings": "change settings for a channel or this server",
}
_ROLE = "role:"


@dataclass(frozen=True, slots=True)
class Around:
    """Somebody in a place; ids are '' where there is none. ``roles`` are None where they can't be known."""

    platform: str
    person: str
    roles: tuple[str, ...] | None = ()
    channel_id: str = ""
    parent_id: str = ""
    category_id: str = ""
    guild_id: str = ""


def around(place: Place, person: str, roles: tuple[str, ...] | None) -> Around:
    """Somebody in a place that was heard of."""
    return Around(place.platform, person, roles, place.channel_id, place.parent_id, place.category_id, place.guild_id)


def decide(rules: Iterable[Rule], around: Around, may: str) -> Rule | None:
    """The rule in force that decides, None where none does."""
    mine = [rule for rule in rules if rule.may == may]
    if not mine:
        return None
    above = _nearest([rule for rule in mine if rule.guild_id == OPERATOR], _above(around), around)
    if above is not None and above.verdict == DENY:
        return above
    return _nearest([rule for rule in mine if rule.guild_id != OPERATOR], _within(around), around) or above


def denied(rules: Iterable[Rule], around: Around, may: str) -> Rule | None:
    """The rule that keeps them from it, None where they may or none decides."""
    found = decide(rules, around, may)
    return found if found is not None and found.verdict == DENY else None


def _above(around: Around) -> list[set[str]]:
    server = [{f"guild:{around.guild_id}"}, {SERVERS}] if around.guild_id else []
    return [{f"person:{around.person}"}, *server]


def _within(around: Around) -> list[set[str]]:
    return [
        {f"person:{around.person}"},
        {f"{_ROLE}{role}" for role in around.roles or ()},
        *({f"channel:{room}"} for room in (around.channel_id, around.parent_id, around.category_id) if room),
        {f"guild:{around.guild_id}"},
    ]


def _nearest(rules: Sequence[Rule], levels: Sequence[set[str]], around: Around) -> Rule | None:
    for number, level in enumerate(levels):
        here = [rule for rule in rules if rule.subject in level]
        if number == 1 and around.roles is None:  # any role may be theirs, so what one denies counts and no leave does
            here = [rule for rule in rules if rule.subject.startswith(_ROLE) and rule.verdict == DENY]
        if here:
            return next((rule for rule in here if rule.verdict == DENY), here[0])
    return None


def named(subject: str) -> str:
    """Whom or what a rule is about, as Discord shows it without ringing anybody."""
    kind, _, number = subject.partition(":")
    match kind:
        case "person":
            return f"<@{number}>"
        case "role":
            return f"the role <@&{number}>"
        case "channel":
            return f"<#{number}>"
        case "guild":
            return f"server {number}"
    return "every server"


def told(rule: Rule) -> str:
    """The rule as a clause that says who made it whose."""
    whose = "the operator's rule" if rule.guild_id == OPERATOR else "this server's rule"
    until = "" if rule.until is None else f" until <t:{rule.until // 1000}:f>"
    return f"{whose} “{rule.verdict} {named(rule.subject)}”{until}"
