"""How well a passage answers a question: few signals, each from 0 to 1, and the weight of each. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import mul
from typing import NamedTuple

from bot.memory.asking import holds
from bot.memory.query import Query
from bot.memory.times import DAY_MS, Span, tells_time
from storage.recall import Told

SESSION_GAP_MS = 3 * 3_600_000  # a longer silence ends a session
_SESSION_BEST = 3
_FADES_MS = 30 * DAY_MS  # how long after a time people still speak of it
_FULL_LENGTH = 60  # words; what is longer tells no more
_LENGTHS = tuple(math.log1p(words) / math.log1p(_FULL_LENGTH) for words in range(_FULL_LENGTH + 1))


class Signals(NamedTuple):
    """What speaks for a passage; more of any never ranks it lower."""

    words: float  # the question's words it has, each by its rarity in the scope
    meaning: float  # the cosine of its vector and the question's
    nearby: float  # the better cosine of what was said just before and just after
    around: float  # the question's words that it lacks and its neighbours have
    answer: float  # it follows a question, and that question has the words and the meaning
    author: float  # the question names who said it
    session: float  # how well the best of what was said around that time fits
    length: float  # long ones tell more
    statement: float  # it does not end with a question
    date: float  # it was said when the question says
    time: float  # the question asks when, and it says a time
    noted: float  # how well the best memory that was drawn from it fits
    quoted: float  # the phrases in quotation marks that stand in it literally
    newest: float  # the question asks for the newest, and it is newer than so many of those found


NOTHING = Signals(*[0.0] * len(Signals._fields))
# Fitted on conversations of LoCoMo by: python -m benchmarks.fit_recall --corpus FILE; what they have too little of is
# set by hand. A note that fits wholly weighs about as much as all words of the question, and a quoted phrase more than
# all else together, so that whoever asks for those words gets them first.
BY_HAND = ("noted", "quoted", "newest")
WEIGHTS = Signals(
    words=4.63,
    meaning=5.16,
    nearby=2.22,
    around=3.11,
    answer=2.47,
    author=2.81,
    session=3.66,
    length=0.85,
    statement=0.6,
    date=3.57,
    time=1.95,
    noted=4.0,
    quoted=40.0,
    newest=3.0,
)

_SURE = 1.0  # in standard deviations: how sure one is of a share that few people make up
_FUSED = 10  # the larger, the less the first places of a list are above its others
_MOST_GAINED, _MOST_LOST = 0.25, 0.5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the indexes say of all passages in question: the words each has, as bits, and its likeness.

    ``noted`` is how well what was drawn from it fits, and ``quoted`` those that may have a quoted phrase.
    """

    words: Mapping[int, int]
    rarity: Sequence[float]
    likeness: Mapping[int, float]
    noted: Mapping[int, float] = field(default_factory=dict)
    quoted: frozenset[int] = frozenset()
    _covered: dict[int, float] = field(default_factory=lambda: {0: 0.0})

    def covered(self, mask: int) -> float:
        """The share of the question that these words make up, by rarity."""
        if (known := self._covered.get(mask)) is None:
            had = sum(rarity for at, rarity in enumerate(self.rarity) if mask >> at & 1)
            known = self._covered[mask] = had / sum(self.rarity)
        return known

    def fits(self, number: int) -> float:
        """How well a passage fits by words and meaning alone, 0 to 2."""
        return self.covered(self.words.get(number, 0)) + self.alike(number)

    def leads(self, number: int) -> float:
        """How much there is for looking at it closely: words and meaning of its own, or of a memory drawn from it."""
        return self.fits(number) + 2 * self.noted.get(number, 0.0) + 2 * (number in self.quoted)

    def alike(self, number: int) -> float:
        """Its likeness, 0 where it has no vector."""
        found = self.likeness.get(number, 0.0)
        return found if found > 0.0 else 0.0


@dataclass(frozen=True, slots=True)
class Recalled:
    """A passage with what speaks for it, and the ids of the fitting memories that were drawn from it.

    ``beside`` are what was said just before and just after it, where a prompt may have room for that.
    """

    passage: Told
    why: Signals
    notes: frozenset[str] = frozenset()
    beside: tuple[Told, ...] = ()

    def score(self, weights: Signals = WEIGHTS) -> float:
        """What its signals come to."""
        score: float = sum(map(mul, weights, self.why))
        return score


def ranked(found: Sequence[Recalled], weights: Signals = WEIGHTS) -> list[Recalled]:
    """Best first; of equals the newer."""
    return sorted(found, key=lambda one: (one.score(weights), one.passage.said_at, one.passage.number), reverse=True)


def trust(helpful: int, wrong: int) -> float:
    """What a memory's score is multiplied by for what people say of it: 0.5 to 1.25, and 1 where nobody says anything.

    One more who calls it helpful never lowers it, one more who calls it wrong never raises it.
    """
    asked = helpful + wrong
    return 1.0 + _MOST_GAINED * _at_least(helpful, asked) - _MOST_LOST * _at_least(wrong, asked)


def _at_least(saying: int, asked: int) -> float:
    """The share of all people that surely says so, by the lower bound of Wilson's interval; 0 where none was asked."""
    if not asked:
        return 0.0
    share, spread = saying / asked, _SURE**2 / asked
    middle = share + spread / 2
    margin = math.sqrt(spread * (share * (1 - share) + spread / 4))
    return max(0.0, (middle - margin) / (1 + spread))


def weigh(query: Query, passages: Sequence[Told], before: Mapping[int, Told], evidence: Evidence) -> list[Recalled]:
    """The signals of passages in the order of their numbers; ``before`` has those that stand just before them."""
    authors = [float(one.name in query.authors or one.person_id in query.people) for one in passages]
    fits = [evidence.fits(one.number) + author / 4 for one, author in zip(passages, authors, strict=True)]
    sessions = _sessions(passages, fits)
    weighed = [
        Recalled(one, _signals(query, one, before.get(one.number - 1), evidence, author, session))
        for one, author, session in zip(passages, authors, sessions, strict=True)
    ]
    return _newer_first(weighed) if query.newest else weighed


def _newer_first(weighed: Sequence[Recalled]) -> list[Recalled]:
    """Each with the share of the others that it is not older than."""
    times = sorted(one.passage.said_at for one in weighed)
    place = {said_at: at / len(times) for at, said_at in enumerate(times, 1)}
    return [replace(one, why=one.why._replace(newest=place[one.passage.said_at])) for one in weighed]


def by_name(found: Sequence[Recalled], named: Sequence[str]) -> list[list[Recalled]]:
    """Ranked for all of these people together, and where they are several for each alone."""
    alone = [
        [replace(one, why=one.why._replace(author=float(one.passage.name == name))) for one in found]
        for name in (named if len(named) > 1 else ())
    ]
    return [ranked(one) for one in (found, *alone)]


def fused(lists: Sequence[Sequence[Recalled]]) -> list[Recalled]:
    """One list of several, by places: what is high in any goes before what is in the middle of all."""
    gained: dict[int, float] = {}
    best: dict[int, Recalled] = {}
    for found in lists:
        for place, one in enumerate(found):
            number = one.passage.number
            gained[number] = gained.get(number, 0.0) + 1 / (_FUSED + place)
            if number not in best or one.score() > best[number].score():
                best[number] = one
    return [best[number] for number in sorted(gained, key=lambda number: (gained[number], number), reverse=True)]


def _signals(
    query: Query, one: Told, before: Told | None, evidence: Evidence, author: float, session: float
) -> Signals:
    number, masks = one.number, evidence.words
    mask = masks.get(number, 0)
    wider = mask | masks.get(number - 1, 0) | masks.get(number + 1, 0)
    words = evidence.covered(mask)
    asked = before is not None and _asks(before)
    return Signals(
        words=words,
        meaning=evidence.alike(number),
        nearby=max(evidence.alike(number - 1), evidence.alike(number + 1)),
        around=evidence.covered(wider) - words if wider != mask else 0.0,
        answer=evidence.fits(number - 1) / 2 if asked else 0.0,
        author=author,
        session=session,
        length=_LENGTHS[min(_FULL_LENGTH, one.content.count(" ") + 1)],
        statement=float(not _asks(one)),
        date=max(_said_then(one.said_at, span) for span in query.times) if query.times else 0.0,
        time=float(query.asks_when and tells_time(one.content)),
        noted=evidence.noted.get(number, 0.0),
        quoted=sum(holds(one.content, phrase) for phrase in query.phrases) / len(query.phrases)
        if query.phrases
        else 0.0,
        newest=0.0,
    )


def _asks(passage: Told) -> bool:
    return passage.content.endswith("?") or passage.content.rstrip().endswith("?")


def _said_then(said_at: int, span: Span) -> float:
    """1 within the span, fading after it: people tell of a time later, not before."""
    if span.first <= said_at < span.last:
        return 1.0
    late = said_at - span.last
    return max(0.0, 0.5 * (1 - late / _FADES_MS)) if late >= 0 else 0.0


def _sessions(passages: Sequence[Told], fits: Sequence[float]) -> list[float]:
    """For each passage how well the best three of its session fit together, 0 to 1."""
    groups: list[list[int]] = []
    for at, passage in enumerate(passages):
        last = passages[at - 1]
        silent = passage.said_at - last.said_at > SESSION_GAP_MS or passage.conversation_id != last.conversation_id
        if not groups or silent:
            groups.append([])
        groups[-1].append(at)
    best = [sum(sorted((fits[at] for at in group), reverse=True)[:_SESSION_BEST]) for group in groups]
    return [best[at] / (2.25 * _SESSION_BEST) for at, group in enumerate(groups) for _ in group]
