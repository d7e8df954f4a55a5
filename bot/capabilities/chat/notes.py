"""Which memories go into a reply, within a budget and in a stable order. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.capabilities.chat.citing import label
from bot.memory.alike import content_words
from bot.memory.dates import happened_at
from bot.memory.ranking import Recalled
from bot.memory.reminding import CARD, DUE, YEARLY, Reminder
from bot.ports import Known
from bot.text.tokens import estimate_tokens

MOST = 12
_SHARE = 8  # of a history budget, the part that memories may take
_WIDE = 4  # and where each of something is asked for
_ANSWERS = 0.5  # of the question's words, or of likeness to it
_FRAME = 18  # tokens of a date, a label and the marks around a memory
_HAPPENED = 10  # tokens of the other date, of what happened at another time than it was said


def fitting(found: Sequence[Reminder], tokens: int, *, wide: bool = False) -> tuple[Reminder, ...]:
    """The best that fit into their share: the card as it is, then as they were learnt, for a provider's cache."""
    left, taken = tokens // (_WIDE if wide else _SHARE), []
    for one in found:
        if (takes := _cost(one)) <= left:
            left -= takes
            taken.append(one)
    card = [one for one in taken if one.always == CARD]
    return (*card, *sorted((one for one in taken if one.always != CARD), key=lambda one: one.memory.id))


def answers(one: Reminder) -> bool:
    """Whether it may well be what was asked for."""
    return bool(one.always) or one.fit >= _ANSWERS


def cost(taken: Sequence[Reminder]) -> int:
    """An estimate of the tokens they take."""
    return sum(map(_cost, taken))


def _cost(one: Reminder) -> int:
    dates = _FRAME if one.memory.happened_at is None else _FRAME + _HAPPENED
    return estimate_tokens(one.memory.statement) + dates


def beside(taken: Sequence[Reminder], recalled: Iterable[Recalled]) -> tuple[Reminder, ...]:
    """Each with how much it spoke for what is recalled, and whether that says all of it: nothing is told twice."""
    drawn: dict[str, list[str]] = {}
    for one in recalled:
        for memory_id in one.notes:
            drawn.setdefault(memory_id, []).append(one.passage.content)
    return tuple(
        replace(one, lifts=one.fit, quoted=_quoted(one, drawn[one.memory.id])) if one.memory.id in drawn else one
        for one in taken
    )


def _quoted(one: Reminder, passages: Iterable[str]) -> bool:
    """Only what says nothing more than its words: not that it is over, doubted, of another day, or always in mind."""
    memory = one.memory
    if one.always or not memory.holds or one.trust < 1 or memory.happened_at is not None:
        return False
    says = content_words(memory.statement) - content_words(memory.subject_name)
    return any(says <= content_words(content) for content in passages)


def known(taken: Sequence[Reminder], person_id: str, now: int) -> tuple[Known, ...]:
    """As a model reads them."""
    return tuple(
        Known(
            one.memory.statement,
            one.memory.said_at,
            one.memory.ended_at(now),
            own=bool(person_id) and person_id in (one.memory.subject_key, one.memory.teller_id),
            doubted=one.trust < 1,
            happened_at=happened_at(one.memory),
            precision=one.memory.happened_precision,
            due=one.always == DUE,
            core=one.always == CARD,
            yearly=one.always == YEARLY,
            own_words=one.memory.kind == "self",
            since=one.memory.valid_from,
            quoted=one.quoted,
            label=label(one.memory.id),
        )
        for one in taken
    )
