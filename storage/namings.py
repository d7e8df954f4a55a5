"""What people are called, as memories tell it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice

from storage.engines.base import Transaction


@dataclass(frozen=True, slots=True)
class Naming:
    """A memory of what a person is called; ``subject_name`` is how the platform named them then."""

    conversation_id: str
    id: str
    person_id: str
    subject_name: str
    statement: str


def found(tx: Transaction, scopes: Iterable[int], most: int = 200) -> list[Naming]:
    """What people of these scopes are called; whoever tells it asks who may know."""
    every = (tx.all(Naming, "namings.found", scope=one, most=most) for one in scopes)
    return list(islice(chain.from_iterable(every), most))
