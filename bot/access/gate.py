"""What bears on one person in one place, read at once: rules, muted personas, quiet, and direct messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.access.rules import CHAT, RIGHTS, SPEAK, Around, decide, denied
from bot.settings.snapshot import one_now
from config.dynamic import DIRECT_MESSAGES, UNSERVED
from storage import access, mutes, pairings
from storage.access import Rule
from storage.engines.base import Transaction
from storage.settings import Reach

_FOR_EVER = 9_223_372_036_854_775_807


@dataclass(frozen=True, slots=True)
class Gate:
    """How it stands for somebody somewhere.

    ``barred`` is the rule that keeps them from talking and ``listed`` one that allows them by name, which lets a bot
    be answered. ``hush`` is the rule by which personas are silent there. ``shut`` is why direct messages are closed to
    them: '', 'closed' or 'pairing'. ``may`` are the rights given to them, ``muted`` the ids of personas they muted.
    """

    barred: Rule | None = None
    listed: Rule | None = None
    hush: Rule | None = None
    shut: str = ""
    may: frozenset[str] = frozenset()
    muted: frozenset[str] = frozenset()


def look(tx: Transaction, around: Around, now: int) -> Gate:
    """How it stands now; ``now`` is in milliseconds."""
    rules = access.bearing(tx, around.platform, around.guild_id, around.person, now)
    found = {right: decide(rules, around, right) for right in RIGHTS if right != CHAT}
    listed = decide(rules, around, CHAT)
    return Gate(
        barred=denied(rules, around, CHAT),
        listed=listed if listed and listed.subject == f"person:{around.person}" else None,
        hush=denied(rules, around, SPEAK),
        may=frozenset(right for right, rule in found.items() if rule is not None and rule.verdict == access.ALLOW),
        muted=frozenset(line.id for line in mutes.of_person(tx, around.platform, around.person)),
    )


def direct(tx: Transaction, platform: str, person: str) -> str:
    """Why direct messages are closed to somebody: '' where they are open, 'closed', or 'pairing'."""
    policy = one_now(tx, DIRECT_MESSAGES, Reach(platform))
    if policy == "open" or (policy == "pairing" and pairings.approved(tx, platform, person)):
        return ""
    return policy


def to_leave(tx: Transaction, platform: str, guilds: Iterable[str], now: int) -> list[str]:
    """Which of these guilds the bot is to leave: those the operator's rules deny, where the setting wants that."""
    if one_now(tx, UNSERVED, Reach(platform)) != "leave":
        return []
    rules = access.in_force(tx, platform, access.OPERATOR, now)
    return [guild for guild in guilds if denied(rules, Around(platform, "", guild_id=guild), CHAT)]


def until(moment: int | None) -> str:
    """A moment as Discord shows it, with what ends it where nothing else does."""
    return "somebody ends it" if moment is None or moment >= _FOR_EVER else f"<t:{moment // 1000}:f>"
