"""What people plan, when its day comes."""

from __future__ import annotations

from storage.engines.base import Transaction
from storage.memory_rows import MemoryKey

_DAY_MS = 86_400_000
_AFTERWARDS = 14  # days in which one may still be asked how it went


def due(tx: Transaction, person_id: str, now: int, most: int = 3) -> list[MemoryKey]:
    """What somebody plans for about now and no reply had in mind yet; whoever tells it asks who may know."""
    return tx.all(
        MemoryKey,
        "plans.due",
        person_id=person_id,
        since=now - _AFTERWARDS * _DAY_MS,
        until=now + _DAY_MS,
        told_before=now - _DAY_MS // 2,
        over=now - _DAY_MS,
        day=_DAY_MS,
        most=most,
    )


def yearly(tx: Transaction, person_id: str, days: tuple[str, str], since: int, most: int = 3) -> list[MemoryKey]:
    """What is of one of these days (as 05-03) for somebody and no reply brought up for that since then."""
    return tx.all(MemoryKey, "plans.yearly", person_id=person_id, day=days[0], also=days[1], since=since, most=most)
