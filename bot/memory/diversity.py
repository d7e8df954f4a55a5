"""Lets what only repeats others stand back, so that what a prompt has room for tells more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from storage import vectors
from storage.engines.base import Transaction

_REPEATED = 0.5  # what is lost of a score where something taken before says just the same
_RELATED = 0.7  # up to this likeness two texts tell of one matter, and neither repeats the other


def diverse(tx: Transaction, before: Iterable[str], scores: Mapping[str, float], most: int) -> list[str]:
    """The best of these passages' sources that are unlike what was taken before them, by their vectors.

    Scores are never negative; what has no vector keeps its own.
    """
    left, taken = dict(scores), [*before]
    alike = vectors.between(tx, [*taken, *left], left)
    nearest = dict.fromkeys(left, 0.0)

    def mind(source_id: str) -> None:
        for other, likeness in alike.get(source_id, {}).items():
            nearest[other] = max(nearest[other], likeness)

    def worth(source_id: str) -> tuple[float, str]:
        repeats = max(0.0, nearest[source_id] - _RELATED) / (1 - _RELATED)
        return left[source_id] * (1 - _REPEATED * repeats), source_id

    for source_id in taken:
        mind(source_id)
    chosen: list[str] = []
    while left and len(chosen) < most:
        chosen.append(max(left, key=worth))
        del left[chosen[-1]]
        mind(chosen[-1])
    return chosen
