"""Finding what was said: exact quotes, names, and the statement that answers a question best."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from bot.memory.alike import content_words
from bot.memory.orders import unwished
from bot.memory.requests import wishes
from bot.models.offline_patterns import ORDER
from bot.models.offline_words import is_question, plain, sentences, stem, suits, unframed, weights, words
from bot.ports import Known, Turn

ENOUGH = 0.6
_NOT_NAMES = frozenset(
    """
    not never later back when if tomorrow tonight today again maybe on a an the that this what your my it
    soon anytime sometime now at by after before or and because old crazy please
    """.split()  # noqa: SIM905 (a list of words reads better as words)
)
_NAME = r"([^\W\d_][\w'’-]*(?:\s+[A-ZÀ-ÖØ-Þ][\w'’-]*){0,2})"
_NAMED = re.compile(rf"(?i:\b(?:my name is|my name['’]s|i am called|i['’]?m called|i go by))\s+{_NAME}")
_CALL_ME = re.compile(rf"(?i:\b(?:call me|they call me))\s+{_NAME}(?=\s*(?:[.,;!?)]|$))")
_HELLO_I_AM = re.compile(
    r"(?i:^(?:hi|hello|hey|hei|moin)\b[^.?]{0,20}?\bi(?:['’]?m| am))\s+([A-ZÀ-ÖØ-Þ][\w'’-]+)(?=\s*(?:[.,;!]|$))"
)
_DENIED = re.compile(r"(?i)(?:n['’]t|\bnot|\bnever)\s+$")


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence somebody said; ``own`` when it was whoever asks now. Memories may be given in the same form."""

    name: str
    text: str
    own: bool
    said_at: int = 0


def statements(turns: Iterable[Turn], asker: str) -> Iterator[Statement]:
    """What people stated, or wanted remembered, oldest first; asking and ordering states nothing.

    What they asked to be forgotten afterwards they stated no more.
    """
    said_by = [turn for turn in turns if turn.role == "person"]
    unwanted = [(at, turn.name, content_words(one)) for at, turn in enumerate(said_by) if (one := unwished(turn.text))]
    for at, turn in enumerate(said_by):
        gone = [words for then, name, words in unwanted if then > at and name == turn.name]
        asks = any(then == at for then, _, _ in unwanted)
        for said in () if asks else sentences(turn.text):
            sentence = " ".join(wishes(said)) or said
            states = not is_question(sentence) and not ORDER.match(plain(sentence))
            if states and not any(words <= content_words(sentence) for words in gone):
                yield Statement(turn.name, sentence, turn.name == asker, turn.said_at)


def best(question: str, said: Iterable[Statement]) -> Statement | None:
    """The statement that answers best; of equals the last, since people correct themselves."""
    ranked = [(_rank(question, one), one) for one in said if about(question, one) and covers(question, one) >= ENOUGH]
    return max(reversed(ranked), key=lambda pair: pair[0])[1] if ranked else None


def is_over(said: Statement, one: Known) -> bool:
    """Whether a note says that what was said there holds no longer, so that quoting it alone would mislead."""
    told = content_words(one.statement) - content_words(f"{said.name} your")
    return one.until is not None and told <= content_words(said.text)


def about(question: str, statement: Statement) -> bool:
    """Whose facts are asked for: mine are only what I said, and yours (the persona's) nobody here stated."""
    asked = set(words(unframed(question)))
    if asked & {"i", "me", "my", "mine", "myself"}:
        return statement.own
    return not asked & {"you", "your", "yours", "yourself"}


def covers(question: str, statement: Statement) -> float:
    """How much of the question's meaning the statement has words for, 0 to 1."""
    asked = weights(unframed(question))
    has = weights(statement.text).keys() | {stem(word) for word in words(statement.name)}
    return sum(weight for one, weight in asked.items() if one in has) / (sum(asked.values()) or 1.0)


def _rank(question: str, statement: Statement) -> float:
    """Covering more goes first, then saying it of the same one, then the kind of word that was asked for."""
    same = bool(_pairs(unframed(question)) & _pairs(statement.text))
    return covers(question, statement) + 0.2 * same + 0.15 * suits(question, statement.text) + 0.1 * statement.own


def _pairs(text: str) -> set[tuple[str, str]]:
    """Whose what: "I live", "my sister"."""
    row = words(text)
    return {(one, stem(other)) for one, other in pairwise(row) if one in ("i", "my", "we", "our") and weights(other)}


def name_told(text: str) -> str:
    """The name somebody gave as theirs in this text, empty when there is none."""
    for pattern in (_NAMED, _CALL_ME, _HELLO_I_AM):
        for found in pattern.finditer(text):
            name = found[1].rstrip("'’-")
            if name.split()[0].casefold() not in _NOT_NAMES and not _DENIED.search(text[: found.start()]):
                return name
    return ""


def name_of(asker: str, turns: Iterable[Turn]) -> str:
    """The last name the asker gave as theirs in these turns, empty when they gave none."""
    told = [name_told(turn.text) for turn in turns if turn.role == "person" and turn.name == asker]
    return next((name for name in reversed(told) if name), "")


def named_in(question: str, turns: Iterable[Turn]) -> str:
    """The participant whose name stands in the question, empty when nobody's does."""
    line = f" {' '.join(words(plain(question)))} "
    names = {turn.name for turn in turns if turn.role == "person" and words(turn.name)}
    return next((name for name in sorted(names) if f" {' '.join(words(name))} " in line), "")
