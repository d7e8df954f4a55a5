"""Which memories belong together: those told without a long pause, and the summaries of one week. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from storage.memories import Memory

FEWEST = 3  # memories, or summaries of a week, of which a summary is made
MOST = 60  # of them in one summary
Span = Literal["session", "week"]


@dataclass(frozen=True, slots=True)
class Sitting:
    """Memories to be summed up together, in the order they were told."""

    span: Span
    members: tuple[Memory, ...]

    @property
    def began_at(self) -> int:
        """When the first of them was told (milliseconds)."""
        return _begin(self.members[0])

    @property
    def ended_at(self) -> int:
        """When the last of them was told (milliseconds)."""
        return self.members[-1].said_at


def sittings(loose: Sequence[Memory], pause_ms: int, now: int, zone: tzinfo = UTC) -> list[Sitting]:
    """All that are over, of memories in no summary yet: sessions, and weeks of summarised sessions in ``zone``."""
    told = sorted(loose, key=lambda one: (one.said_at, one.seq))
    sessions = _groups([one for one in told if one.kind != "summary"], pause_ms)
    over = [group for group in sessions if now - group[-1].said_at >= pause_ms]
    weeks: dict[int, list[Memory]] = {}
    for one in told:
        if one.kind == "summary" and "session" in one.tag_list:
            weeks.setdefault(week_end(_begin(one), zone), []).append(one)
    done = [group for end, group in weeks.items() if now - end >= pause_ms]
    return [*_enough("session", over), *_enough("week", done)]


def _enough(span: Span, groups: Iterable[Sequence[Memory]]) -> list[Sitting]:
    return [Sitting(span, tuple(group[:MOST])) for group in groups if len(group) >= FEWEST]


def _groups(told: Sequence[Memory], pause_ms: int) -> list[list[Memory]]:
    groups: list[list[Memory]] = []
    for one in told:
        if groups and one.said_at - groups[-1][-1].said_at < pause_ms:
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _begin(memory: Memory) -> int:
    """A summary's own begin, or when a memory was told."""
    return memory.happened_at or memory.said_at if memory.kind == "summary" else memory.said_at


def week_end(at: int, zone: tzinfo = UTC) -> int:
    """The end of that moment's week in that zone, which begins on Monday, in milliseconds."""
    moment = datetime.fromtimestamp(at / 1000, zone)
    monday = moment.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=moment.weekday())
    return int((monday + timedelta(days=7)).timestamp() * 1000)
