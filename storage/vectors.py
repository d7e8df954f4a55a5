"""The vectors of passages: which lack one, and how one is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage import passages
from storage.engines.base import Transaction

SIGNS = 384  # a vector's first numbers whose signs are compared with all of a scope


@dataclass(frozen=True, slots=True)
class Lacking:
    """A passage that has no vector of a model yet."""

    number: int
    words: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Embedded:
    """A passage with its vector, None for a text that the model can't read."""

    passage: Lacking
    vector: Sequence[float] | None


@dataclass(frozen=True, slots=True)
class _Place:
    number: int
    model: str


@dataclass(frozen=True, slots=True)
class _Like:
    id: str
    likeness: float


@dataclass(frozen=True, slots=True)
class _Pair:
    source_id: str
    id: str
    likeness: float


def lacking(tx: Transaction, model: str, most: int) -> list[Lacking]:
    """Some of the passages that have no vector of this model."""
    return tx.all(Lacking, "vectors.lacking", model=model, most=most)


def between(tx: Transaction, sources: Iterable[str], others: Iterable[str]) -> dict[str, dict[str, float]]:
    """How alike (-1 to 1) each source's vector is to those of others, by their ids, of those that have one.

    What is among both is compared with the rest once, and told for either side.
    """
    found = tx.all(_Pair, "vectors.between", sources=json.dumps(sorted(sources)), others=json.dumps(sorted(others)))
    alike: dict[str, dict[str, float]] = {}
    for row in found:
        alike.setdefault(row.source_id, {})[row.id] = row.likeness
        alike.setdefault(row.id, {})[row.source_id] = row.likeness
    return alike


def beside(tx: Transaction, source_id: str, most: int) -> dict[str, float]:
    """How alike (-1 to 1) about the nearest of its scope are to a source that has a vector, by their ids."""
    place = tx.one(_Place, "vectors.place", source_id=source_id)
    if place is None:
        return {}
    found = tx.all(
        _Like,
        "vectors.beside",
        number=place.number,
        scope=passages.scope_of(place.number),
        model=place.model,
        most=most + 1,  # itself is the nearest
    )
    return {row.id: row.likeness for row in found}


def count_lacking(tx: Transaction, model: str) -> int:
    """How many passages have no vector of this model."""
    return tx.number("vectors.count_lacking", model=model) or 0


def borrow(tx: Transaction, model: str, wanting: Iterable[Lacking]) -> list[Lacking]:
    """Give those a vector whose very words have one already; returns the others."""
    return [passage for passage in wanting if not _borrowed(tx, model, passage)]


def keep(tx: Transaction, model: str, made: Iterable[Embedded]) -> None:
    """Keep each vector, unless its passage was forgotten or reads differently by now."""
    for one in made:
        if _marked(tx, model, one.passage) and one.vector is not None:
            number, vector = one.passage.number, one.vector
            tx.run(
                "vectors.add",
                number=number,
                model=model,
                dimension=len(vector),
                content_hash=one.passage.content_hash,
                vector=written(vector),
            )
            scope = passages.scope_of(number)
            tx.run("vectors.add_bits", number=number, scope=scope, model=model, bits=signs(vector))


def written(vector: Sequence[float]) -> str:
    """The vector as both databases read it."""
    each = ",".join(["%.7g"] * len(vector))  # all numbers in one go: a question's vector is written before each recall
    return f"[{each % tuple(vector)}]"


def signs(vector: Sequence[float]) -> bytes:
    """A bit for each of the first SIGNS numbers, set where it is positive; what a short vector lacks is not set."""
    bits = "".join(["1" if number > 0 else "0" for number in vector[:SIGNS]])
    return int(bits[::-1] or "0", 2).to_bytes(SIGNS // 8, "little")


def _borrowed(tx: Transaction, model: str, passage: Lacking) -> bool:
    found = tx.number("vectors.alike", model=model, content_hash=passage.content_hash)
    if found is None:
        return False
    if _marked(tx, model, passage):
        scope = passages.scope_of(passage.number)
        tx.run("vectors.copy", number=passage.number, from_number=found)
        tx.run("vectors.copy_bits", number=passage.number, scope=scope, model=model, from_number=found)
    return True


def _marked(tx: Transaction, model: str, passage: Lacking) -> bool:
    """Whether it still reads so; a vector of another model is dropped."""
    number = passage.number
    if not tx.run("vectors.mark", number=number, model=model, content_hash=passage.content_hash):
        return False
    passages.forget_meaning(tx, number)
    return True
