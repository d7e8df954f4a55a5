"""Which memories of one subject may be one and the same, by their words and their vectors. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.memory.alike import content_words, denies, numbers, overlap
from bot.memory.decide import DOUBTFUL, SAME
from storage.memories import Memory

LIKE = 0.4  # with fewer words in common they are not even compared by meaning
NEAR = 0.86
VERY_NEAR = 0.95
MOSTLY = 0.6  # of the words, where the meaning is very near


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
