"""Reads what can be recalled; each query is bounded by the part of one scope that its reader may see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.engines.base import Transaction
from storage.passages import PLACES
from storage.vectors import signs, written

_MOST_HAVING = 20_000  # passages with one word: of a word that common, the older ones tell nothing apart
_MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class Seen:
    """A scope that an audience may see, with the conversation it is; history begins after fresh_seq."""

    scope: int
    conversation_id: str
    fresh_seq: int


@dataclass(frozen=True, slots=True)
class Reach:
    """A part of one scope: the passages from number ``first`` to number ``last``."""

    first: int
    last: int

    @property
    def scope(self) -> int:
        """The scope it is a part of."""
        return self.first // PLACES


@dataclass(frozen=True, slots=True)
class Told:
    """A passage with all its source tells of it."""

    number: int
    id: str
    conversation_id: str
    role: str
    person_id: str | None
    name: str
    content: str
    said_at: int


@dataclass(frozen=True, slots=True)
class Called:
    """A name with whose it is; '' for a persona's."""

    name: str
    person_id: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A passage that a memory rests on."""

    number: int
    memory_id: str


def seen(tx: Transaction, conversation_id: str, visible: Iterable[str] = ()) -> list[Seen]:
    """What people in this conversation may see: it alone, or with it those of these that are in the same guild."""
    return tx.all(Seen, "recall.seen", conversation_id=conversation_id, visible=json.dumps(list(visible)))


def reach(scene: Seen, before_seq: int | None = None) -> Reach:
    """The passages of a scope since it was begun anew and before that number."""
    last = PLACES - 1 if before_seq is None else before_seq - 1
    return Reach(scene.scope * PLACES + scene.fresh_seq + 1, scene.scope * PLACES + last)


def names(tx: Transaction, conversation_id: str) -> list[Called]:
    """Who has spoken in a conversation, by every name they bore there."""
    return tx.all(Called, "recall.names", conversation_id=conversation_id, most=_MOST_NAMES)


def size(tx: Transaction, within: Reach) -> int:
    """How many passages there are."""
    return tx.number("recall.size", first=within.first, last=within.last) or 0


def having(tx: Transaction, within: Reach, word: str, most: int = _MOST_HAVING) -> list[int]:
    """The passages with this word or another of its stem, newest first; of several words those with all in a row."""
    return tx.numbers("recall.having", word=word, first=within.first, last=within.last, most=most)


def nearest(tx: Transaction, within: Reach, model: str, vector: Sequence[float], most: int) -> list[int]:
    """About the nearest passages by meaning, found by the signs of their vectors."""
    return tx.numbers(
        "recall.nearest",
        bits=signs(vector),
        scope=within.scope,
        model=model,
        first=within.first,
        last=within.last,
        most=most,
    )


def alike(
    tx: Transaction, within: Reach, model: str, vector: Sequence[float], numbers: Iterable[int]
) -> dict[int, float]:
    """The cosine of each of these passages that has a vector of this model."""
    found = tx.all(
        _Likeness,
        "recall.alike",
        vector=written(vector),
        numbers=json.dumps(sorted(numbers)),
        model=model,
        first=within.first,
        last=within.last,
    )
    return {row.number: row.likeness for row in found}


def drawn(tx: Transaction, within: Reach, memory_ids: Iterable[str]) -> list[Drawn]:
    """The passages that these memories rest on."""
    ids = json.dumps(sorted(memory_ids))
    return tx.all(Drawn, "recall.drawn", scope=within.scope, memory_ids=ids, first=within.first, last=within.last)


def told(tx: Transaction, within: Reach, numbers: Iterable[int]) -> list[Told]:
    """These passages, in order."""
    return tx.all(Told, "recall.told", numbers=json.dumps(sorted(numbers)), first=within.first, last=within.last)


@dataclass(frozen=True, slots=True)
class _Likeness:
    number: int
    likeness: float
