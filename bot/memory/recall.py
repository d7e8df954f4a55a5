"""Finds what was said before: candidates by words and by meaning together, then ranked by all that speaks for them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from heapq import nlargest
from itertools import groupby
from operator import attrgetter

from bot.memory.asking import parts
from bot.memory.diversity import diverse
from bot.memory.query import Query, understand
from bot.memory.query import words as words_of
from bot.memory.ranking import SESSION_GAP_MS, Evidence, Recalled, by_name, fused, weigh
from bot.ports import Vector
from storage import recall
from storage.engines.base import Transaction
from storage.recall import Called, Reach, Told

BY_WORDS = 80
BY_MEANING = 100
_WEIGHED = 90  # candidates that are looked at closely
_QUOTING = 40  # passages in which a quoted phrase is looked for
WIDER = 3  # times as much is told where each of something is asked for
_EXPANDED = 8  # the best of them, which are told with their neighbours where there is room
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


@dataclass(frozen=True, slots=True)
class Sought:
    """A question, or a part of one, with its vector; None where there is no embedder."""

    query: Query
    space: Space | None = None


def reaches(tx: Transaction, audience: Audience) -> list[Reach]:
    """What this audience may be told."""
    seen = recall.seen(tx, audience.conversation_id, audience.visible)
    own = audience.conversation_id
    return [recall.reach(one, audience.before_seq if one.conversation_id == own else None) for one in seen]


@dataclass(frozen=True, slots=True)
class Wondering:
    """A question as somebody asks it of a persona, at a time in milliseconds by the clock of ``zone``.

    ``notes`` are memories that fit it already, as a query has them; ``people`` are names that it may mean people by,
    and ``kin`` the names of those whom it calls "my brother" and the like. ``searches`` are those that a model says
    answer it together; without them rules look for its parts.
    """

    text: str
    asker: str
    persona: str
    now: int
    zone: tzinfo = UTC
    notes: Mapping[str, float] = field(default_factory=dict)
    people: tuple[Called, ...] = ()
    kin: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()

    def understood(self, speakers: Iterable[Called]) -> Query:
        """What it asks for, among those who speak here and those it may mean by another name."""
        text = " ".join([self.text, *self.kin])
        query = understand(text, (), self.now, self.asker, self.persona, self.zone, {*speakers, *self.people})
        return replace(query, notes=self.notes)


def asks(tx: Transaction, audience: Audience, wondering: Wondering) -> list[Query]:
    """The whole question, and where it is made of several each of them, about those whom the whole is about."""
    seen = recall.seen(tx, audience.conversation_id, audience.visible)
    speakers = {one for scene in seen for one in recall.names(tx, scene.conversation_id)}
    whole = wondering.understood(speakers)
    found = [replace(wondering, text=part).understood(speakers) for part in wondering.searches or parts(wondering.text)]
    return [whole, *(one if one.authors else one.about(whole) for one in found)]


Way = Callable[[Transaction, Audience, Sequence[Sought], int], list[Recalled]]


def find(tx: Transaction, audience: Audience, sought: Sequence[Sought], most: int) -> list[Recalled]:
    """The best passages for a question, best first; without a vector by words alone."""
    found = ((candidates(tx, audience, one.query, one.space), one.query.named) for one in sought)
    lists = [ranking for some, named in found for ranking in by_name(some, named)]
    return (fused(lists) if len(lists) > 1 else lists[0])[:most]


def tell(tx: Transaction, audience: Audience, sought: Sequence[Sought], most: int) -> list[Recalled]:
    """What a prompt is told of those: best first, but what only repeats better ones makes room for others.

    Where each of something is asked for there are more, and none makes room.
    """
    if sought[0].query.all:
        return _with_neighbours(tx, audience, find(tx, audience, sought, WIDER * most))
    found = find(tx, audience, sought, most + most // 2)
    if sought[0].space is None:
        return _with_neighbours(tx, audience, found[:most])
    by_id = {one.passage.id: one for one in found}
    scores = sorted((one.score() for one in found), reverse=True)  # in the order of the places, which parts decide
    unlike = diverse(tx, (), dict(zip(by_id, scores, strict=True)), most)
    return _with_neighbours(tx, audience, [by_id[one] for one in unlike])


def _with_neighbours(tx: Transaction, audience: Audience, found: list[Recalled]) -> list[Recalled]:
    """The best of them with what was said just before and just after, as far as it may be told."""
    best, rest = found[:_EXPANDED], found[_EXPANDED:]
    near = {one.passage.number + step for one in best for step in (-2, -1, 1, 2)}  # memories take places as well
    told = [one for part in reaches(tx, audience) for one in recall.told(tx, part, near)] if near else []
    return [*(replace(one, beside=_beside(one.passage, told)) for one in best), *rest]


def _beside(passage: Told, told: Sequence[Told]) -> tuple[Told, ...]:
    """Of the same talk, one on each side."""
    talk = [one for one in told if abs(one.said_at - passage.said_at) < SESSION_GAP_MS]
    before = [one for one in talk if -2 <= one.number - passage.number < 0]
    after = [one for one in talk if 0 < one.number - passage.number <= 2]
    return (*before[-1:], *after[:1])


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
    notes = _noted(tx, within, query.notes)
    for part in within:
        found[part] |= {number for number in notes if part.first <= number <= part.last}
    noted = {number: max(query.notes[one] for one in ids) for number, ids in notes.items()}
    quoted = _quoting(tx, within, query.phrases)
    for part in within:
        found[part] |= {number for number in quoted if part.first <= number <= part.last}
    evidence = Evidence(words, rarity, likeness, noted, quoted)
    close = _closest(found, evidence)
    if space is not None:
        for part, numbers in close.items():
            likeness |= recall.alike(tx, part, space.model, space.vector, _neighbours(numbers) - likeness.keys())
    weighed = _weighed(tx, query, close, evidence)
    return [replace(one, notes=notes[one.passage.number]) if one.passage.number in notes else one for one in weighed]


def _noted(tx: Transaction, within: Sequence[Reach], notes: Mapping[str, float]) -> dict[int, frozenset[str]]:
    """Which of the memories that fit were drawn from which passage, as far as it may be told."""
    drawn = [one for part in within for one in recall.drawn(tx, part, notes)] if notes else []
    return {number: frozenset(one.memory_id for one in some) for number, some in groupby(drawn, attrgetter("number"))}


def _quoting(tx: Transaction, within: Sequence[Reach], phrases: Sequence[str]) -> frozenset[int]:
    """The passages with all words of a phrase in a row; whether they stand there literally is looked at later."""
    rows = [row for phrase in phrases if (row := " ".join(words_of(phrase)))]
    return frozenset(one for part in within for row in rows for one in recall.having(tx, part, row, _QUOTING))


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
    best = sorted(everywhere, key=evidence.leads, reverse=True)[:_WEIGHED]
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
