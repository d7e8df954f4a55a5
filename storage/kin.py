"""Whom people call theirs: a relation and a name, which stand with the memory that tells them."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction


@dataclass(frozen=True, slots=True)
class _Id:
    id: str


def named(tx: Transaction, person_id: str, relation: str, most: int = 8) -> list[str]:
    """The ids of the memories in which somebody names that relation of theirs; whoever tells it asks who may know."""
    return [row.id for row in tx.all(_Id, "kin.named", person_id=person_id, relation=relation, most=most)]
