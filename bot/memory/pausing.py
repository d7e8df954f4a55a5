"""Leaves out of memory what is said while somebody's memory is paused, and what answers it."""

from __future__ import annotations

from storage import memories, pauses
from storage.engines.base import Transaction


def mind_pause(tx: Transaction, person_id: str, conversation_id: str, message_id: str, now: int) -> None:
    """Withhold a message that they just said, or that answers them, if their memory is paused."""
    if pauses.holds(tx, person_id):
        memories.withhold(tx, conversation_id, message_id, now)
