"""Who else is at work on this database."""

from __future__ import annotations

from storage.engines.base import Transaction


def others(tx: Transaction) -> bool:
    """Whether another process has it open, so that what is marked as running may be."""
    return bool(tx.number("presence.others"))
