"""What people plan, when its day comes."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction

_DAY_MS = 86_400_000
_AFTERWARDS = 14  # days in which one may still be asked how it went


@dataclass(frozen=True, slots=True)
class _Id:
    id: str


def due(tx: Transaction, person_id: str, now: int, most: int = 3) -> list[str]:
    """The ids of what somebody plans for about now and no reply had in mind yet; whoever tells it asks who may know."""
    found = tx.all(
        _Id,
        "plans.due",
        person_id=person_id,
        since=now - _AFTERWARDS * _DAY_MS,
        until=now + _DAY_MS,
        told_before=now - _DAY_MS // 2,
        over=now - _DAY_MS,
        day=_DAY_MS,
        most=most,
    )
    return [row.id for row in found]
