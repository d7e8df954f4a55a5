"""What becomes of a candidate beside what is known already. Pure; every decision has its reason.

The rules in their order: the very same words, then who parted, then one topic of which the newest holds, then much the
same words. Where the words neither settle that two statements are one nor that they are two, the decision is
``Doubtful``: a model may settle it, and without one both stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.memory.alike import denies, fold, likeness, numbers, opposed, statement_hash
from bot.memory.candidate import FORMER, Candidate
from storage.memories import Memory

SAME = 0.85
DOUBTFUL = 0.5


@dataclass(frozen=True, slots=True)
class Add:
    """Keep it beside what is known; ``closed_at`` is set for what was over already when newer things were learnt."""

    reason: str
    closed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """It is known: let the memory rest on this message too."""

    memory: Memory
    reason: str


@dataclass(frozen=True, slots=True)
class Merge:
    """The same thing told with more: the memory takes the richer words."""

    memory: Memory
    reason: str


@dataclass(frozen=True, slots=True)
class Supersede:
    """Keep it and close the memory that held until now; ``contradicts`` where it denies rather than follows it."""

    memory: Memory
    reason: str
    contradicts: bool = False


@dataclass(frozen=True, slots=True)
class Discard:
    """Keep nothing of it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """These may say the same or may be over now; the nearest comes first."""

    memories: tuple[Memory, ...]
    reason: str


Decision = Add | Repeat | Merge | Supersede | Discard | Doubtful


@dataclass(frozen=True, slots=True)
class Rated:
    """A decision with how like the nearest neighbour is, in percent."""

    decision: Decision
    likeness: int


def decide(candidate: Candidate, neighbours: Sequence[Memory]) -> Rated:
    """The decision beside the neighbours, which are of its scene and subject."""
    rated = sorted(((likeness(candidate.statement, one.statement), one) for one in neighbours), key=lambda r: -r[0])
    nearest = round(100 * rated[0][0]) if rated else 0
    found = _same(candidate, neighbours) or _parted(candidate, neighbours) or _topic(candidate, neighbours)
    return Rated(found or _near(candidate, rated), nearest)


def _same(candidate: Candidate, neighbours: Sequence[Memory]) -> Decision | None:
    key = statement_hash(candidate.statement)
    found = next((one for one in neighbours if one.statement_hash == key and one.valid_to is None), None)
    return Repeat(found, "it is known in the same words") if found else None


def _parted(candidate: Candidate, neighbours: Sequence[Memory]) -> Decision | None:
    """Who is somebody's former girlfriend is their girlfriend no longer."""
    if not candidate.relation.startswith(FORMER):
        return None
    was, name = candidate.relation.removeprefix(FORMER), fold(candidate.other_name)
    tied = (one for one in neighbours if one.valid_to is None and one.relation and one.said_at <= candidate.said_at)
    now = (one for one in tied if not one.relation.startswith(FORMER))
    held = next((one for one in now if (fold(one.other_name) == name if name else one.relation == was)), None)
    return Supersede(held, "they are that to one another no longer") if held else None


def _topic(candidate: Candidate, neighbours: Sequence[Memory]) -> Decision | None:
    """Of one topic the newest told holds, whichever is read first."""
    if not candidate.topic:
        return None
    about = sorted((one for one in neighbours if one.topic == candidate.topic), key=lambda one: one.said_at)
    later = next((one for one in about if one.said_at > candidate.said_at), None)
    if later is not None:
        return Add(f"of “{candidate.topic}” something newer is known, so this was over then", _end(candidate, later))
    held = next((one for one in reversed(about) if one.valid_to is None), None)
    if held is None:
        return None
    if likeness(candidate.statement, held.statement) >= SAME and not _differ(candidate, held):
        return _richer(candidate, held)
    contradicts = denies(candidate.statement) != denies(held.statement)
    return Supersede(held, f"of “{candidate.topic}” the newest holds", contradicts)


def _end(candidate: Candidate, later: Memory) -> int:
    """It held until the other began, and from its own beginning on."""
    return max(later.valid_from, candidate.said_at if candidate.since is None else candidate.since)


def _near(candidate: Candidate, rated: Sequence[tuple[float, Memory]]) -> Decision:
    """By words alone, where no topic settles it."""
    close = [(rate, one) for rate, one in rated if rate >= DOUBTFUL and one.valid_to is None]
    if not close:
        return Add("nothing like it is known")
    rate, nearest = close[0]
    if opposed(candidate.statement, nearest.statement):
        if candidate.said_at < nearest.said_at:
            return Add("something newer says otherwise, so this was over then", _end(candidate, nearest))
        return Supersede(nearest, "it says otherwise in much the same words", contradicts=True)
    if rate >= SAME and not _differ(candidate, nearest):
        return _richer(candidate, nearest)
    return Doubtful(tuple(one for _, one in close[:5]), "much of it is known in other words")


def _richer(candidate: Candidate, memory: Memory) -> Decision:
    if len(candidate.statement) > len(memory.statement):
        return Merge(memory, "it says the same with more words")
    return Repeat(memory, "it says the same as what is known")


def _differ(candidate: Candidate, memory: Memory) -> bool:
    """Whether they name other numbers, or only one of them denies something."""
    one, other = candidate.statement, memory.statement
    return numbers(one) != numbers(other) or denies(one) != denies(other)


def settled(doubtful: Doubtful) -> Decision:
    """What becomes of it when nobody settles the doubt."""
    return Add("it may be known in other words, and both stand")
