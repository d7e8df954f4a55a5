"""Reads conversations with questions in LoCoMo's format. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.refusals import CannotStart

CATEGORIES = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop"}
ADVERSARIAL = 5  # what was said does not answer it, though it sounds so
_SESSION = re.compile(r"session_(\d+)$")
_DIALOG = re.compile(r"D\d+:\d+")
_TURN_MS = 30_000


class CorpusWrong(CannotStart):
    """The file is not what was expected; says what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One turn, with the time its session gives it."""

    id: str
    name: str
    text: str
    said_at: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the turns that hold its answer."""

    text: str
    category: str
    evidence: frozenset[str]


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation of many sessions, with its questions, and with those that nothing in it answers."""

    lines: tuple[Line, ...]
    questions: tuple[Asked, ...]
    unanswered: tuple[Asked, ...] = ()


def read_corpus(path: Path) -> list[Talk]:
    """Every conversation of the file; raises CorpusWrong."""
    try:
        found = [_talk(entry) for entry in json.loads(path.read_text("utf-8"))]
        if not any(talk.questions for talk in found):
            raise CorpusWrong(f"{path} has no question with evidence; name a file in LoCoMo's format.")
        return found
    except OSError as error:
        raise CorpusWrong(f"{path} can't be read ({error.strerror}); name a file in LoCoMo's format.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorpusWrong(f"{path} is not in LoCoMo's format ({type(error).__name__}: {error}).") from error


def _talk(entry: dict[str, Any]) -> Talk:
    lines = tuple(_lines(entry["conversation"]))
    known = {line.id for line in lines}
    asked = [_asked(row, known) for row in entry["qa"] if row.get("category") in CATEGORIES]
    unanswered = [Asked(str(row["question"]), "", frozenset()) for row in entry["qa"] if _is_adversarial(row)]
    return Talk(lines, tuple(one for one in asked if one.evidence), tuple(unanswered))


def _is_adversarial(row: dict[str, Any]) -> bool:
    return row.get("category") == ADVERSARIAL


def _lines(conversation: dict[str, Any]) -> Iterator[Line]:
    numbers = sorted(int(found[1]) for name in conversation if (found := _SESSION.match(name)))
    for number in numbers:
        began = _moment(conversation[f"session_{number}_date_time"])
        for at, turn in enumerate(conversation[f"session_{number}"]):
            yield Line(turn["dia_id"], turn["speaker"], _text(turn), began + at * _TURN_MS)


def _text(turn: dict[str, Any]) -> str:
    """A shared picture is read by its caption, as a bot that sees would read it."""
    caption = turn.get("blip_caption")
    return f"{turn['text']} [{caption}]" if caption else str(turn["text"])


def _moment(text: str) -> int:
    return int(datetime.strptime(text, "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC).timestamp() * 1000)


def _asked(row: dict[str, Any], known: set[str]) -> Asked:
    named = {dialog for evidence in row.get("evidence", []) for dialog in _DIALOG.findall(evidence)}
    return Asked(str(row["question"]), CATEGORIES[row["category"]], frozenset(named & known))
