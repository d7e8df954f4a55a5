"""What a question asks for: its words, whom it names, and when. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo

from bot.memory.alike import fold
from bot.memory.asking import phrases, wants_all, wants_newest
from bot.memory.times import Span, spans
from storage.recall import Called

_WORD = re.compile(r"[^\W_]+")
_OWN = frozenset({"i", "me", "my", "mine", "myself"})
_YOURS = frozenset({"you", "your", "yours", "yourself"})
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")  # Thai to Chinese
_WHEN = re.compile(r"(?i)\bwhen\b|\bhow long\b|\bwhat (?:date|day|month|year|time)\b|\bwhich (?:date|day|month|year)\b")
_MOST_WORDS = 24  # a longer question is read from its beginning
_LONGEST = 1_000  # characters of a question that are read
# Words that stand in every other sentence and tell no two apart.
_STOP = frozenset(
    """
    a about above after again against all am an and any are aren as at be because been before being below between both
    but by can cannot could couldn d did didn do does doesn doing don down during each few for from further had hadn
    has hasn have haven having he her here hers herself him himself his how i if in into is isn it its itself just let
    ll m me mine more most mustn my myself no nor not of off on once only or other ought our ours ourselves out over
    own re remember s same shall shan she should shouldn so some such t than that the their theirs them themselves then
    there these they this those through to too under until up ve very was wasn we were weren what when where which while
    who whom why will with won would wouldn you your yours yourself yourselves
    """.split()  # noqa: SIM905 (a list of words reads better as words)
)


@dataclass(frozen=True, slots=True)
class Query:
    """``text`` is what is embedded, without names; ``authors`` are the names, as written, of those it asks about.

    ``people`` are the ids of those who bear or bore such a name, ``called`` all their names as they are compared.
    ``named`` are the authors that its own words name.
    ``all`` asks for each of something, ``newest`` for the last of it; ``phrases`` stand in quotation marks.
    ``notes`` are the ids of memories that fit, each with how well, from 0 to 1: they lead to what they were drawn from.
    """

    text: str
    words: tuple[str, ...]
    authors: frozenset[str]
    times: tuple[Span, ...]
    asks_when: bool
    notes: Mapping[str, float] = field(default_factory=dict)
    people: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    all: bool = False
    newest: bool = False
    phrases: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def about(self, whole: Query) -> Query:
        """The same about those whom another question is about."""
        return replace(self, authors=whole.authors, people=whole.people, called=whole.called)


def understand(
    text: str,
    names: Iterable[str],
    now: int,
    asker: str = "",
    persona: str = "",
    zone: tzinfo = UTC,
    people: Iterable[Called] = (),
) -> Query:
    """Read a question among people of these names; ``now`` (milliseconds, in ``zone``) is what "last week" counts from.

    "My" is the asker's and "your" the persona's, where they are given.
    """
    text = text[:_LONGEST]
    spoken = words(text)
    known = [*people, *(Called(name, "") for name in names)]
    authors = {one.name for one in known if _is_named(one.name, text, spoken)}
    own = {asker} if asker and _OWN & set(spoken) else set()
    yours = {persona} if persona and _YOURS & set(spoken) else set()
    about = authors | own | yours
    ids = {one.person_id for one in known if one.name in about} - {""}
    taken = {word for name in authors for word in words(name)}
    kept = dict.fromkeys(word for word in spoken if word not in _STOP and word not in taken)
    return Query(
        text=_without(text, taken),
        words=tuple(kept)[:_MOST_WORDS],
        authors=frozenset(about),
        times=spans(text, now, zone),
        asks_when=_WHEN.search(text) is not None,
        all=wants_all(text),
        newest=wants_newest(text),
        phrases=phrases(text),
        named=tuple(sorted(authors)),
        people=frozenset(ids),
        called=frozenset(fold(one.name) for one in known if one.person_id in ids) | {fold(name) for name in authors},
    )


def words(text: str) -> list[str]:
    """The words of a text, in small letters as the indexes keep them."""
    return _WORD.findall(text.lower())


def is_named(name: str, text: str) -> bool:
    """Whether this text names somebody of that name."""
    return _is_named(name, text, words(text))


def _is_named(name: str, text: str, spoken: list[str]) -> bool:
    """Somebody is named by the whole of their name or by its first word; where no space parts words, anywhere."""
    parts = words(name)
    if _UNSPACED.search(name):
        return name.casefold() in text.casefold()
    if not parts or (parts[0] in _STOP and len(parts) == 1):
        return False
    whole = any(spoken[at : at + len(parts)] == parts for at in range(len(spoken)))
    return whole or (len(parts[0]) > 2 and parts[0] in spoken and parts[0] not in _STOP)


def _without(text: str, names: set[str]) -> str:
    """The text without those names: an embedder takes a name for what a text is about."""
    if not names:
        return text
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    shorter = " ".join(re.sub(rf"(?i)\b(?:{either})\b(?:['’]s)?", " ", text).split())
    return shorter if _WORD.search(shorter) else text
