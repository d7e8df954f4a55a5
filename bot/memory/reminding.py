"""Which memories a reply is reminded of: pinned always, all of their own when people ask, else the best."""

from __future__ import annotations

import json
import math
import re
from calendar import isleap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from bot.memory.card import card
from bot.memory.diversity import diverse
from bot.memory.query import Query
from bot.memory.ranking import trust
from bot.memory.recall import BY_MEANING, BY_WORDS, WIDER, Space
from storage import feedback, memories, plans, recall
from storage.engines.base import Transaction
from storage.memories import Audience, Memory
from storage.passages import PLACES
from storage.recall import Reach

_LOOKED_AT = 60  # memories that are weighed closely
_LEAST_LIKENESS = 0.3
_WORDS, _MEANING, _SUBJECT = 4.5, 5.3, 2.0
DUE = "its day has come"
CARD = "on the card"
YEARLY = "its day of the year"
_HALF_LIFE_MS = 180 * 86_400_000
_PAST = re.compile(
    r"\b(?:before|used to|previous(?:ly)?|former(?:ly)?|earlier|once|in the past|back then|was i|did i)\b", re.I
)
_ABOUT_ME = re.compile(
    r"\bwhat (?:do|did|can) you (?:know|remember|recall|learn)(?: so far)? (?:about|of) me\b"
    r"|\bwhat (?:have you learn(?:ed|t)|do you have) (?:about|on) me\b|\bwhat have i told you\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with who asks it; ``person_id`` is '' where that is nobody."""

    query: Query
    text: str
    person_id: str
    now: int
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Reminder:
    """A memory with what speaks for it: each from 0 to 1 but two multipliers.

    ``weight`` is from 0.3 to 1.5; ``trust`` is below 1 where people doubt it, and 1 where nobody says anything of it.
    ``lifts`` is how much it spoke for the messages it was drawn from that are told as well; ``quoted`` says that one of
    them says all of it, so that it need not be told beside them. ``cited`` says that the reply rests on it.
    """

    memory: Memory
    words: float = 0.0
    meaning: float = 0.0
    subject: float = 0.0
    weight: float = 1.0
    trust: float = 1.0
    always: str = ""
    lifts: float = 0.0
    quoted: bool = False
    cited: bool = False

    @property
    def fit(self) -> float:
        """How well it answers by words or by meaning, 0 to 1; less where people doubt it."""
        return min(1.0, self.trust) * min(1.0, max(self.words, self.meaning))

    @property
    def score(self) -> float:
        """What its signals come to; raising one never lowers it."""
        return self.weight * self.trust * (_WORDS * self.words + _MEANING * self.meaning + _SUBJECT * self.subject)

    def counts(self, cites: bool) -> int:
        """How much more it is used by a reply that ``cites`` what it rests on, or says nothing of that: 1 or 0."""
        return int(self.cited or bool(self.always) or not cites)

    def why(self) -> str:
        """As kept with the reply."""
        named = ("words", "meaning", "subject", "weight")
        told: dict[str, object] = {name: round(getattr(self, name), 3) for name in named}
        told |= {"trust": round(self.trust, 3)} if self.trust != 1 else {}
        told |= {"lifts": round(self.lifts, 3)} if self.lifts else {}
        told |= {"cited": True} if self.cited else {}
        return json.dumps(told | ({"always": self.always} if self.always else {}))


def leading(reminders: Iterable[Reminder]) -> dict[str, float]:
    """The memories that lead to what they were drawn from, each with how well it fits."""
    return {one.memory.id: one.fit for one in reminders if one.fit > 0}


def asks_of_past(text: str) -> bool:
    """Whether somebody asks what was, rather than what is."""
    return _PAST.search(text) is not None


def asks_about_self(text: str) -> bool:
    """Whether somebody asks what is known of them."""
    return _ABOUT_ME.search(text.replace("’", "'")) is not None


def remind(tx: Transaction, audience: Audience, asked: Asked, space: Space | None, most: int) -> list[Reminder]:
    """What this audience may be reminded of: pins, the asker's card, what they plan for now, then the best first."""
    always = [Reminder(one, always=YEARLY) for one in _of_today(tx, audience, asked)]
    always += [Reminder(one, always="pinned") for one in memories.pinned(tx, audience)]
    lasting = [Reminder(one, always=CARD) for one in card(tx, audience)]
    always, most = [*always, *lasting], most + len(lasting)
    always += [Reminder(one, always=DUE) for one in _due(tx, audience, asked) if not one.pinned]
    if asked.person_id and asks_about_self(asked.text):
        own = memories.known(tx, audience, asked.person_id, 4 * most)
        return _trusted(tx, _once([*always, *(Reminder(one, always="asked what is known") for one in own)])[: 4 * most])
    found = _trusted(tx, _found(tx, audience, asked, space))
    found.sort(key=lambda one: (one.score, one.memory.id), reverse=True)
    if asked.query.all:
        most *= WIDER
    elif space is not None and len(found) > most:
        found = _diverse(tx, always, _once(found)[: most + most // 2], most)
    return _once([*_trusted(tx, always), *found])[:most]


def _due(tx: Transaction, audience: Audience, asked: Asked) -> list[Memory]:
    """What the asker plans for about now, as far as this audience may know it."""
    keys = plans.due(tx, asked.person_id, asked.now) if asked.person_id else []
    found = (memories.reached(tx, one, audience) for one in keys)
    return [memory for memory in found if memory is not None]


def _of_today(tx: Transaction, audience: Audience, asked: Asked) -> list[Memory]:
    """What comes to mind each year on this day, once; 29 February is told a day before where there is none."""
    today = datetime.fromtimestamp(asked.now / 1000, asked.zone)
    begun = int(today.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
    leapless = (today.month, today.day) == (2, 28) and not isleap(today.year)
    days = (f"{today:%m-%d}", "02-29" if leapless else "")
    keys = plans.yearly(tx, asked.person_id, days, begun) if asked.person_id else []
    found = (memories.reached(tx, one, audience) for one in keys)
    return [memory for memory in found if memory is not None]


def _diverse(tx: Transaction, before: Sequence[Reminder], found: Sequence[Reminder], most: int) -> list[Reminder]:
    """The best that tell more than those before them."""
    by_id = {one.memory.id: one for one in found}
    pinned = [one.memory.id for one in before]
    return [by_id[one] for one in diverse(tx, pinned, {one: by_id[one].score for one in by_id}, most)]


def _trusted(tx: Transaction, reminders: Sequence[Reminder]) -> list[Reminder]:
    """Each with what people say of it."""
    said = feedback.opinions(tx, [one.memory for one in reminders]) if reminders else {}
    return [
        replace(one, trust=trust(said[one.memory.id].helpful, said[one.memory.id].wrong))
        if one.memory.id in said
        else one
        for one in reminders
    ]


def _once(reminders: Iterable[Reminder]) -> list[Reminder]:
    """The first of each in its place; what was told in two places, or to two personas, is one."""
    kept: dict[tuple[str, str, int | None], Reminder] = {}
    for one in reminders:
        kept.setdefault(_says(one.memory), one)
    return list(kept.values())


def _says(memory: Memory) -> tuple[str, str, int | None]:
    return memory.subject_key, memory.statement_hash, memory.valid_to


def _found(tx: Transaction, audience: Audience, asked: Asked, space: Space | None) -> list[Reminder]:
    scopes = [Reach(scope * PLACES, scope * PLACES + PLACES - 1) for scope in memories.scopes(tx, audience)]
    words = _by_words(tx, scopes, asked.query.words)
    likeness = _by_meaning(tx, scopes, space, words) if space else {}
    fits = {number: words.get(number, 0.0) + likeness.get(number, 0.0) for number in {*words, *likeness}}
    best = sorted(fits, key=lambda number: (fits[number], number), reverse=True)[:_LOOKED_AT]
    reminders = []
    for number, memory in memories.told(tx, audience, best).items():
        meaning = max(0.0, likeness.get(number, 0.0))
        if number in words or meaning >= _LEAST_LIKENESS:
            reminders.append(_weighed(memory, asked, words.get(number, 0.0), meaning))
    return [*reminders, *_newer(tx, audience, asked, reminders)]


def _newer(tx: Transaction, audience: Audience, asked: Asked, found: Sequence[Reminder]) -> list[Reminder]:
    """What took the place of those that are over, whatever its words: it answers what they would have answered."""
    waiting, seen = [one for one in found if one.memory.valid_to is not None], {one.memory.id for one in found}
    added: list[Reminder] = []
    for old in waiting:
        for memory in memories.newer(tx, old.memory.conversation_id, old.memory.id, audience):
            if memory.id not in seen:
                seen.add(memory.id)
                added.append(_weighed(memory, asked, old.words, old.meaning))
                if memory.valid_to is not None:
                    waiting.append(added[-1])
    return added


def _weighed(memory: Memory, asked: Asked, words: float, meaning: float) -> Reminder:
    own = asked.person_id in (memory.subject_key, memory.teller_id)
    query = asked.query
    about = own or memory.subject_name in query.authors or memory.subject_key in query.people
    about = about or (memory.subject_kind == "name" and memory.subject_key in query.called)
    past = asks_of_past(asked.text)
    return Reminder(
        memory, words, meaning, float(about), weight(memory, asked.now, past=past, newest=asked.query.newest)
    )


def weight(memory: Memory, now: int, *, past: bool, newest: bool = False) -> float:
    """Importance, age and whether it still holds, bounded so that none of them outweighs what was asked.

    Age counts more where the newest is asked for.
    """
    aged = 0.5 ** (max(0, now - memory.said_at) / (_HALF_LIFE_MS / 6 if newest else _HALF_LIFE_MS))
    fades = 0.6 if newest else 0.3
    over = memory.ended_at(now) is not None and not past
    value: float = (0.7 + 0.06 * memory.importance) * (1 - fades + fades * aged) * (0.5 if over else 1.0)
    return min(1.5, max(0.3, value))


def _by_words(tx: Transaction, scopes: Sequence[Reach], words: Sequence[str]) -> dict[int, float]:
    """The share of the question's words that each memory has, by how rare the words are."""
    size = sum(recall.size(tx, scope) for scope in scopes)
    had: dict[int, float] = {}
    whole = 0.0
    for word in words:
        having = [number for scope in scopes for number in recall.having(tx, scope, word)]
        rarity = math.log(1 + (size - len(having) + 0.5) / (len(having) + 0.5))
        whole += rarity
        for number in having:
            had[number] = had.get(number, 0.0) + rarity
    best = sorted(had, key=lambda number: (had[number], number), reverse=True)[:BY_WORDS]
    return {number: had[number] / whole for number in best}


def _by_meaning(tx: Transaction, scopes: Sequence[Reach], space: Space, words: Mapping[int, float]) -> dict[int, float]:
    likeness: dict[int, float] = {}
    for scope in scopes:
        near = recall.nearest(tx, scope, space.model, space.vector, BY_MEANING)
        worded = [number for number in words if scope.first <= number <= scope.last]
        likeness |= recall.alike(tx, scope, space.model, space.vector, {*near, *worded})
    return likeness
