"""Leaves out of memory what is said while somebody's memory is paused, and what answers it."""

from __future__ import annotations

from collections.abc import Iterable

from storage import memories, pauses
from storage.engines.base import Transaction


def mind_pause(tx: Transaction, person_id: str, message: memories.MessageKey, said_at: Iterable[int], now: int) -> None:
    """Withhold a message that they said then, or that answers what they said then, if their memory was paused."""
    if any(pauses.covers(tx, person_id, at) for at in said_at):
        memories.withhold(tx, *message, now)
