"""What the lorebook has to say to a question: the entry that answers it best, whole where it is short."""

from __future__ import annotations

from collections.abc import Sequence

from bot.models.offline_recall import Statement, covers
from bot.models.offline_words import sentences, stem, unframed, weights, words
from bot.ports import Lore

_ENOUGH = 0.5  # less than of what people said: its key was said, so the entry has to do with it
_STRONG = 1.0  # a word that says little by itself brings nothing up
_SHORT = 600  # characters that are told whole
_MINE = frozenset({"i", "me", "my", "mine", "myself"})


def told_in(asked: str, lore: Sequence[Lore]) -> str | None:
    """A quotation with its title; of who asks the lorebook knows nothing."""
    if set(words(unframed(asked))) & _MINE:
        return None
    fit = [one for one in lore if covers(asked, _as_said(one)) >= _ENOUGH and _shared(asked, one) >= _STRONG]
    if not fit:
        return None
    best = max(fit, key=lambda one: covers(asked, _as_said(one)))
    return f"From the lorebook, “{best.title}”: {_extract(asked, best)}"


def _as_said(one: Lore, text: str = "") -> Statement:
    return Statement(one.title, text or one.text, own=False)


def _shared(asked: str, one: Lore) -> float:
    """How much of the question's meaning stands in the entry, by its words' weights."""
    has = weights(one.text).keys() | {stem(word) for word in words(one.title)}
    return sum(weight for word, weight in weights(unframed(asked)).items() if word in has)


def _extract(asked: str, one: Lore) -> str:
    if len(one.text) <= _SHORT:
        return one.text
    parts = sentences(one.text) or (one.text,)
    return max(parts, key=lambda text: covers(asked, _as_said(one, text)))[:_SHORT]
