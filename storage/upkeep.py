"""What keeps the database small: how large it is, and what may go after a while."""

from __future__ import annotations

from storage.engines.base import Transaction


def size(tx: Transaction) -> int:
    """Bytes of everything kept."""
    return tx.number("upkeep.size") or 0
