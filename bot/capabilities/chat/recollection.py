"""Which of what was said before the window goes into a reply: the best that fits, told in its order. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.memory.ranking import NOTHING, Recalled
from bot.ports import Earlier, Turn
from bot.text.tokens import estimate_tokens

MOST = 24  # passages that are asked for
_SHARE = 6  # of a history budget, the part that recall may take when not all of the history fits
_WIDE = 3  # and where each of something is asked for
_FRAME = 12  # tokens of a date, a name and the marks around a passage
_LEAST_LIKENESS = 0.25  # below it two texts have nothing to do with each other


def share(tokens: int, *, wide: bool) -> int:
    """How much of a budget recall may take."""
    return tokens // (_WIDE if wide else _SHARE)


def fitting(found: Sequence[Recalled], tokens: int) -> tuple[Recalled, ...]:
    """The best passages that fit, oldest first; what has nothing to do with the question is left out.

    What room is left goes to what was said just before and just after the best of them, none of it twice.
    """
    taken: dict[int, Recalled] = {}
    for one in filter(_has_to_do, found):
        tokens -= _take(one, tokens, taken)
    for near in [near for one in found if one.passage.number in taken for near in one.beside]:
        if near.number not in taken:
            tokens -= _take(Recalled(near, NOTHING), tokens, taken)
    return tuple(taken[number] for number in sorted(taken))


def _take(one: Recalled, tokens: int, taken: dict[int, Recalled]) -> int:
    """Take it where it fits; returns what it costs then, 0 where it does not."""
    cost = estimate_tokens(one.passage.content) + estimate_tokens(one.passage.name) + _FRAME
    if cost > tokens:
        return 0
    taken[one.passage.number] = one
    return cost


def _has_to_do(one: Recalled) -> bool:
    why = one.why
    return why.words > 0 or why.meaning >= _LEAST_LIKENESS or why.noted > 0 or why.quoted > 0


def told(taken: Iterable[Recalled]) -> tuple[Earlier, ...]:
    """As a model reads them."""
    return tuple(map(_earlier, taken))


def _earlier(one: Recalled) -> Earlier:
    passage = one.passage
    turn = Turn("person" if passage.role == "person" else "persona", passage.name, passage.content)
    return Earlier(turn, passage.said_at)
