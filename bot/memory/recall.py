"""Finds what was said before: candidates by words and by meaning together, then ranked by all that speaks for them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from heapq import nlargest

from bot.memory.diversity import diverse
from bot.memory.query import Query, understand
from bot.memory.ranking import Evidence, Recalled, ranked, weigh
from bot.ports import Vector
from storage import recall
from storage.engines.base import Transaction
from storage.recall import Reach, Told

BY_WORDS = 80
BY_MEANING = 100
_WEIGHED = 90  # candidates that are looked at closely
_WIDENED = 20  # the best of them, beside which an answer may stand that has no word of the question


@dataclass(frozen=True, slots=True)
class Audience:
    """Who will read what is recalled: people in a conversation, with those beside it that they can see as well.

    Nothing is visible that is not named, a direct message is visible nowhere else, and what was said in the own
    conversation from ``before_seq`` on is left out, since it is before their eyes.
    """

    conversation_id: str
    visible: tuple[str, ...] = ()
    before_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Space:
    """A question's vector, and the model whose vectors it may be compared with."""

    model: str
    vector: Vector


def reaches(tx: Transaction, audience: Audience) -> list[Reach]:
    """What this audience may be told."""
    seen = recall.seen(tx, audience.conversation_id, audience.visible)
    own = audience.conversation_id
    return [recall.reach(one, audience.before_seq if one.conversation_id == own else None) for one in seen]


@dataclass(frozen=True, slots=True)
class Wondering:
    """A question as somebody asks it of a persona, at a time in milliseconds by the clock of ``zone``."""

    text: str
    asker: str
    persona: str
    now: int
    zone: tzinfo = UTC

    def understood(self, names: Iterable[str]) -> Query:
        """What it asks for, among people of these names."""
        return understand(self.text, names, self.now, self.asker, self.persona, self.zone)


def ask(tx: Transaction, audience: Audience, wondering: Wondering) -> Query:
    """Understand a question among those who have spoken where this audience may look."""
    seen = recall.seen(tx, audience.conversation_id, audience.visible)
    return wondering.understood({name for one in seen for name in recall.names(tx, one.conversation_id)})


Way = Callable[[Transaction, Audience, Query, Space | None, int], list[Recalled]]


def find(tx: Transaction, audience: Audience, query: Query, space: Space | None, most: int) -> list[Recalled]:
    """The best passages for a question, best first; without a vector by words alone."""
    return ranked(candidates(tx, audience, query, space))[:most]


def tell(tx: Transaction, audience: Audience, query: Query, space: Space | None, most: int) -> list[Recalled]:
    """What a prompt is told of those: best first, but what only repeats better ones makes room for others."""
    found = find(tx, audience, query, space, most + most // 2)
    if space is None:
        return found[:most]
    by_id = {one.passage.id: one for one in found}
    return [by_id[one] for one in diverse(tx, (), {one: by_id[one].score() for one in by_id}, most)]


def candidates(tx: Transaction, audience: Audience, query: Query, space: Space | None) -> list[Recalled]:
    """Everything worth ranking, with what speaks for each."""
    within = reaches(tx, audience)
    words, rarity = _by_words(tx, within, query.words)
    plain = Evidence(words, rarity, {})
    best = _best(words, plain, BY_WORDS)
    found = {part: {number for number in best if part.first <= number <= part.last} for part in within}
    likeness: dict[int, float] = {}
    if space is not None:
        for part in within:
            found[part] |= set(recall.nearest(tx, part, space.model, space.vector, BY_MEANING))
            likeness |= recall.alike(tx, part, space.model, space.vector, found[part])
    evidence = Evidence(words, rarity, likeness)
    close = _closest(found, evidence)
    if space is not None:
        for part, numbers in close.items():
            likeness |= recall.alike(tx, part, space.model, space.vector, _neighbours(numbers) - likeness.keys())
    return _weighed(tx, query, close, evidence)


def _by_words(tx: Transaction, within: Sequence[Reach], words: Sequence[str]) -> tuple[dict[int, int], list[float]]:
    """Which of the words each passage has, as bits, and how rare each word is among them all."""
    size = sum(recall.size(tx, part) for part in within)
    masks: dict[int, int] = {}
    rarity = []
    for at, word in enumerate(words):
        having = [number for part in within for number in recall.having(tx, part, word)]
        rarity.append(math.log(1 + (size - len(having) + 0.5) / (len(having) + 0.5)))
        for number in having:
            masks[number] = masks.get(number, 0) | 1 << at
    return masks, rarity


def _best(words: Mapping[int, int], plain: Evidence, most: int) -> list[int]:
    """Those with the most of the question, of equals the newer; the many that have the same words are not compared."""
    alike: defaultdict[float, list[int]] = defaultdict(list)
    covered = {mask: plain.covered(mask) for mask in set(words.values())}
    for number, mask in words.items():
        alike[covered[mask]].append(number)
    best: list[int] = []
    for share in sorted(alike, reverse=True):
        if len(best) >= most:
            break
        best += nlargest(most - len(best), alike[share])
    return best


def _closest(found: Mapping[Reach, set[int]], evidence: Evidence) -> dict[Reach, set[int]]:
    everywhere = [number for numbers in found.values() for number in numbers]
    best = sorted(everywhere, key=evidence.fits, reverse=True)[:_WEIGHED]
    close = {*best, *_neighbours(best[:_WIDENED])}
    parts = {part: {one for one in close if part.first <= one <= part.last} for part in found}
    return {part: numbers for part, numbers in parts.items() if numbers}


def _neighbours(numbers: Iterable[int]) -> set[int]:
    return {near for number in numbers for near in (number - 1, number + 1)}


def _weighed(tx: Transaction, query: Query, close: Mapping[Reach, set[int]], evidence: Evidence) -> list[Recalled]:
    """Passages and those just before them are read together; weighed in the order of their numbers."""
    passages: list[Told] = []
    for part, numbers in close.items():
        passages += recall.told(tx, part, numbers | {number - 1 for number in numbers})
    before = {passage.number: passage for passage in passages}
    wanted = set().union(*close.values())
    return weigh(query, [passage for passage in passages if passage.number in wanted], before, evidence)
