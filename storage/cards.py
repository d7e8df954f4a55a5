"""The cards of people: which memories are always in mind when one of them is answered, and which were confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction
from storage.memory_rows import MemoryKey


@dataclass(frozen=True, slots=True)
class _Id:
    id: str


def card(tx: Transaction, conversation_id: str, person_id: str, most: int = 24) -> list[MemoryKey]:
    """What is on somebody's card, that scene's first; whoever tells it asks who may know."""
    return tx.all(MemoryKey, "cards.card", conversation_id=conversation_id, person_id=person_id, most=most)


def retold(tx: Transaction, conversation_id: str, subject_key: str) -> frozenset[str]:
    """The ids of those of a subject that more than one message says."""
    found = tx.all(_Id, "cards.retold", conversation_id=conversation_id, subject_key=subject_key)
    return frozenset(row.id for row in found)
