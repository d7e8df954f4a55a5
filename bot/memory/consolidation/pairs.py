"""Which memories may be one and the same, and which belong together, by their words and their vectors. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.memory.alike import content_words, denies, numbers, overlap
from bot.memory.decide import DOUBTFUL, SAME
from storage.memories import Memory

LIKE = 0.4  # with fewer words in common they are not even compared by meaning
NEAR = 0.86
VERY_NEAR = 0.95
MOSTLY = 0.6  # of the words, where the meaning is very near
# Measured on three conversations of LoCoMo with all-MiniLM-L6-v2: of messages that answer one question together a tenth
# are as near as this, of any two one in 180.
RELATED = 0.65


@dataclass(frozen=True, slots=True)
class Pair:
    """Two memories that hold, the one kept first before the other.

    ``words`` is from 0 to 1, ``meaning`` from -1 to 1 and None where not both have vectors of one model.
    """

    older: Memory
    newer: Memory
    words: float
    meaning: float | None = None


def pairs(anchors: Sequence[Memory], near: Mapping[str, Sequence[Memory]]) -> Iterator[Pair]:
    """Each anchor with those kept before it that might say the same."""
    words = {one.id: content_words(one.statement) for found in near.values() for one in found}
    for newer in anchors:
        for older in near.get(newer.subject_key, ()):
            if newer.id in words and older.seq < newer.seq and _comparable(older, newer):
                rate = overlap(words[older.id], words[newer.id])
                if rate >= LIKE:
                    yield Pair(older, newer, rate)


def _comparable(one: Memory, other: Memory) -> bool:
    """Whether one may stand for both: it must not reach anybody the other did not, nor mix two people's words."""
    if (one.reach, one.teller_id) != (other.reach, other.teller_id) or "summary" in (one.kind, other.kind):
        return False
    return "" in (one.topic, other.topic) or one.topic == other.topic


def tied(anchor: Memory, others: Iterable[tuple[Memory, float]]) -> Iterator[Pair]:
    """An anchor with those near it in meaning, of whomever they tell; those that are not known alike are not linked."""
    words = content_words(anchor.statement)
    for other, meaning in others:
        if meaning >= RELATED and other.id != anchor.id and _linkable(anchor, other):
            older, newer = sorted((anchor, other), key=lambda one: one.seq)
            yield Pair(older, newer, overlap(words, content_words(other.statement)), meaning)


def _linkable(one: Memory, other: Memory) -> bool:
    return one.holds and other.holds and one.reach == other.reach and "summary" not in (one.kind, other.kind)


def same_matter(ties: Iterable[Pair]) -> Iterator[Pair]:
    """Those of one subject that are so near that they may be one, whatever their words."""
    for pair in ties:
        near = pair.meaning is not None and pair.meaning >= NEAR
        if near and pair.older.subject_key == pair.newer.subject_key and _comparable(pair.older, pair.newer):
            yield pair


def judged(pair: Pair) -> Literal["same", "doubtful", "different"]:
    """By words alone where there are no vectors, else by both together."""
    one, other = pair.older.statement, pair.newer.statement
    if numbers(one) != numbers(other) or denies(one) != denies(other):
        return "different"
    meaning = pair.meaning
    if meaning is None:
        same, doubtful = pair.words >= SAME, pair.words >= DOUBTFUL
    else:
        same = (pair.words >= SAME and meaning >= NEAR) or (pair.words >= MOSTLY and meaning >= VERY_NEAR)
        doubtful = pair.words >= DOUBTFUL or meaning >= NEAR
    return "same" if same else "doubtful" if doubtful else "different"
