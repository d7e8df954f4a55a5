"""What the offline persona notes down of what was said: the plain statements its rules understand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bot.memory.drawing import Notes
from bot.memory.opinions import opinions
from bot.memory.rules import Plain, plain
from bot.ports import Question


def notes(question: Question) -> str:
    """JSON of the form asked for: notes of the messages in the last turn, and nothing where anything else is asked."""
    if question.schema is None or question.schema.get("title") != Notes.__name__:
        return "{}"
    asked: dict[str, Any] = json.loads(question.turns[-1].text)
    return json.dumps({"memories": [note for one in asked["messages"] for note in _noted(one)]}, ensure_ascii=False)


def _noted(message: dict[str, Any]) -> list[dict[str, object]]:
    return [
        {
            "message": message["n"],
            "statement": found.statement,
            "kind": found.kind,
            "topic": found.topic,
            "importance": found.importance,
            "when": found.dated[:120],
            "lasts": found.dated[:120],
            "relation": found.relation,
            "other": found.other,
        }
        for found in _understood(message)
    ]


def _understood(message: dict[str, Any]) -> Iterator[Plain]:
    """Of people what they tell, of the persona what it thinks and likes."""
    if message.get("is_persona"):
        return opinions(message["text"], message["who"], message.get("to", ""))
    return plain(message["text"], message["who"])
