"""Whom people call theirs: a relation and a name, which stand with the memory that tells them."""

from __future__ import annotations

from storage.engines.base import Transaction
from storage.memory_rows import MemoryKey


def named(tx: Transaction, person_id: str, relation: str, most: int = 8) -> list[MemoryKey]:
    """The memories in which somebody names that relation of theirs; whoever tells it asks who may know."""
    return tx.all(MemoryKey, "kin.named", person_id=person_id, relation=relation, most=most)
