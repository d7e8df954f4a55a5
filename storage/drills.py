"""Each proof that the copy can be restored, and how it ended."""

from __future__ import annotations

from storage.engines.base import Transaction
from storage.records import Drill, columns


def add(tx: Transaction, drill: Drill) -> None:
    """Keep one."""
    tx.run("drills.add", **columns(drill))


def last(tx: Transaction) -> Drill | None:
    """The newest, however it ended."""
    return tx.one(Drill, "drills.last")
