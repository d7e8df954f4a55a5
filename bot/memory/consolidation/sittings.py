"""Which memories belong together: those told without a long pause, and the summaries of a day, week or month. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from storage.memories import Memory

FEWEST = 3  # memories, or summaries of a day, a week or a month, of which a summary is made
MOST = 60  # of them in one summary
Span = Literal["session", "day", "week", "month"]


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
    """All that are over, of memories in no summary yet: sessions, and then days, weeks and months in ``zone``.

    A day and a week are made of summarised sessions, a week of days as well, a month of weeks.
    """
    told = sorted(loose, key=lambda one: (one.said_at, one.seq))
    sessions = _groups([one for one in told if one.kind != "summary"], pause_ms)
    over = [group for group in sessions if now - group[-1].said_at >= pause_ms]
    found = _enough("session", over)
    for span, made_of, end in _LEVELS:
        taken = {one.id for sitting in found for one in sitting.members}
        parts = [one for one in told if one.id not in taken and one.kind == "summary" and made_of & {*one.tag_list}]
        spans: dict[int, list[Memory]] = {}
        for one in parts:
            spans.setdefault(end(_begin(one), zone), []).append(one)
        found += _enough(span, [group for ended, group in spans.items() if now - ended >= pause_ms])
    return found


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


def day_end(at: int, zone: tzinfo = UTC) -> int:
    """The end of that moment's day in that zone, in milliseconds."""
    return int((_midnight(at, zone) + timedelta(days=1)).timestamp() * 1000)


def week_end(at: int, zone: tzinfo = UTC) -> int:
    """The end of that moment's week in that zone, which begins on Monday, in milliseconds."""
    midnight = _midnight(at, zone)
    return int((midnight + timedelta(days=7 - midnight.weekday())).timestamp() * 1000)


def month_end(at: int, zone: tzinfo = UTC) -> int:
    """The end of that moment's month in that zone, in milliseconds."""
    in_next = _midnight(at, zone).replace(day=1) + timedelta(days=32)
    return int(in_next.replace(day=1).timestamp() * 1000)


def _midnight(at: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(at / 1000, zone).replace(hour=0, minute=0, second=0, microsecond=0)


_LEVELS: tuple[tuple[Span, frozenset[str], Callable[[int, tzinfo], int]], ...] = (
    ("day", frozenset({"session"}), day_end),
    ("week", frozenset({"session", "day"}), week_end),
    ("month", frozenset({"week"}), month_end),
)
