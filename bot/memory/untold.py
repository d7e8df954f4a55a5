"""Whether what was recalled answers a question at all, so that whoever was not told says so. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.memory.ranking import WEIGHTS, Recalled

# Read off `python -m bot eval recall`, which prints how often it is right to say so, and how often not.
_LEAST = 4.0  # a score that what answers a question nearly always has, whoever said it
_LEAST_BY_WORDS = 2.5  # the same where nothing has a vector
_WHOEVER = WEIGHTS._replace(author=0.0)
_OTHERS = 1.0  # by how much others' words may fit better than those of whom it asks about


def untold(found: Sequence[Recalled]) -> bool:
    """Nothing fits well, or what fits best was said by others than those who are asked about."""
    best = max(map(_fits, found), default=0.0)
    by_meaning = any(one.why.meaning > 0 for one in found)
    if best < (_LEAST if by_meaning else _LEAST_BY_WORDS):
        return True
    own = max((_fits(one) for one in found if one.why.author > 0), default=best)
    return best - own > _OTHERS


def _fits(one: Recalled) -> float:
    """Its score, whoever said it."""
    return one.score(_WHOEVER)
