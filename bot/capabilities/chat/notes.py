"""Which memories go into a reply, within a budget and in a stable order. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.memory.dates import happened_at
from bot.memory.reminding import DUE, Reminder
from bot.ports import Known
from bot.text.tokens import estimate_tokens

MOST = 12
_SHARE = 8  # of a history budget, the part that memories may take
_FRAME = 14  # tokens of a date and the marks around a memory
_HAPPENED = 10  # tokens of the other date, of what happened at another time than it was said


def fitting(found: Sequence[Reminder], tokens: int) -> tuple[Reminder, ...]:
    """The best that fit into their share, in the order they were learnt, so that a provider's cache hits."""
    left, taken = tokens // _SHARE, []
    for one in found:
        if (takes := _cost(one)) <= left:
            left -= takes
            taken.append(one)
    return tuple(sorted(taken, key=lambda one: one.memory.id))


def cost(taken: Sequence[Reminder]) -> int:
    """An estimate of the tokens they take."""
    return sum(map(_cost, taken))


def _cost(one: Reminder) -> int:
    dates = _FRAME if one.memory.happened_at is None else _FRAME + _HAPPENED
    return estimate_tokens(one.memory.statement) + dates


def known(taken: Sequence[Reminder], person_id: str) -> tuple[Known, ...]:
    """As a model reads them."""
    return tuple(
        Known(
            one.memory.statement,
            one.memory.said_at,
            one.memory.valid_to,
            own=bool(person_id) and person_id in (one.memory.subject_key, one.memory.teller_id),
            doubted=one.trust < 1,
            happened_at=happened_at(one.memory),
            precision=one.memory.happened_precision,
            due=one.always == DUE,
        )
        for one in taken
    )
