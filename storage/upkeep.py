"""What keeps the database small: how large it is, and what may go after a while, a bounded number at a time."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction


@dataclass(frozen=True, slots=True)
class _Owed:
    id: str


@dataclass(frozen=True, slots=True)
class _Event:
    platform: str
    client_message_id: str


def size(tx: Transaction) -> int:
    """Bytes of everything kept."""
    return tx.number("upkeep.size") or 0


def let_work_go(tx: Transaction, before: int, most: int) -> int:
    """Forget work that ended before then, with its deliveries and model calls; returns how many items.

    What was said stays, and so does who said each message of the platform, and which reply it was.
    """
    over = tx.all(_Owed, "upkeep.over", before=before, most=most)
    for owed in over:
        for query in (
            "upkeep.remember_spoken",
            "upkeep.let_deliveries_go",
            "upkeep.let_calls_go",
            "upkeep.part_from_messages",
            "upkeep.let_work_go",
        ):
            tx.run(query, work_id=owed.id)
    return len(over)


def let_events_go(tx: Transaction, before: int, most: int) -> int:
    """Forget claims that nothing needs any more, by which time no platform repeats them; returns how many."""
    found = [
        *tx.all(_Event, "upkeep.taken_back", before=before, most=most),
        *tx.all(_Event, "upkeep.picked", before=before, most=most),
    ]
    for event in found:
        tx.run("upkeep.let_event_go", platform=event.platform, client_message_id=event.client_message_id)
    return len(found)
