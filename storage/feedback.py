"""What people say of memories: helpful or wrong, each person's last word."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from storage.engines.base import Transaction
from storage.memory_rows import Memory

Verdict = Literal["helpful", "wrong"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """How many people call a memory helpful and how many call it wrong."""

    memory_id: str
    helpful: int = 0
    wrong: int = 0


@dataclass(frozen=True, slots=True)
class _Id:
    id: str


def give(tx: Transaction, memory: Memory, person_id: str, verdict: Verdict, now: int) -> None:
    """Keep what somebody says of a memory in place of what they said before."""
    tx.run("feedback.give", **_key(memory), person_id=person_id, verdict=verdict, now=now)


def said(tx: Transaction, memory: Memory, person_id: str) -> str | None:
    """What somebody said of a memory last."""
    return tx.text("feedback.said", **_key(memory), person_id=person_id)


def take_back(tx: Transaction, memory: Memory, at: int) -> None:
    """Whoever called it wrong at that time said nothing."""
    tx.run("feedback.take_back", **_key(memory), at=at)


def clear(tx: Transaction, memory: Memory) -> bool:
    """Nobody says anything of it any more; False where nobody did."""
    return tx.run("feedback.clear", **_key(memory)) > 0


def called_wrong(tx: Transaction, conversation_id: str) -> frozenset[str]:
    """The memories of a scene that somebody calls wrong."""
    return frozenset(row.id for row in tx.all(_Id, "feedback.called_wrong", conversation_id=conversation_id))


def opinions(tx: Transaction, of: Iterable[Memory]) -> dict[str, Opinion]:
    """What is said of those of these memories of which anything is, by their ids."""
    scenes: dict[str, list[str]] = {}
    for memory in of:
        scenes.setdefault(memory.conversation_id, []).append(memory.id)
    found = (
        tx.all(Opinion, "feedback.opinions", conversation_id=scene, memory_ids=json.dumps(ids))
        for scene, ids in sorted(scenes.items())
    )
    return {one.memory_id: one for some in found for one in some}


def _key(memory: Memory) -> dict[str, str]:
    return {"conversation_id": memory.conversation_id, "memory_id": memory.id}
