"""How much a memory that nobody uses still counts. Pure."""

from __future__ import annotations

from storage.memories import Memory

DAY_MS = 86_400_000
LASTING = 8  # what is as important as this never fades
FAINT = 2.5  # what counts no more than this is put away


def unused_since(memory: Memory) -> int:
    """When it was last told, used or about to happen."""
    return max(memory.said_at, memory.last_used_at or 0, memory.happened_at or 0)


def strength(memory: Memory, half_life_ms: int, now: int) -> float:
    """Its importance, halved with each half-life in which nobody used it."""
    idle = max(0, now - unused_since(memory))
    halved: float = memory.importance * 0.5 ** (idle / half_life_ms)
    return halved


def faded(memory: Memory, half_life_days: int, now: int) -> bool:
    """Whether it may be put away: neither pinned nor lasting, unused for a half-life at least, and faint by now."""
    half_life_ms = half_life_days * DAY_MS
    if memory.pinned or memory.importance >= LASTING or now - unused_since(memory) < half_life_ms:
        return False
    return strength(memory, half_life_ms, now) <= FAINT
