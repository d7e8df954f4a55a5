"""What people say of memories: helpful or wrong, each person's last word."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from storage.engines.base import Transaction

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


def give(tx: Transaction, memory_id: str, person_id: str, verdict: Verdict, now: int) -> None:
    """Keep what somebody says of a memory in place of what they said before."""
    tx.run("feedback.give", memory_id=memory_id, person_id=person_id, verdict=verdict, now=now)


def said(tx: Transaction, memory_id: str, person_id: str) -> str | None:
    """What somebody said of a memory last."""
    return tx.text("feedback.said", memory_id=memory_id, person_id=person_id)


def take_back(tx: Transaction, memory_id: str, at: int) -> None:
    """Whoever called it wrong at that time said nothing."""
    tx.run("feedback.take_back", memory_id=memory_id, at=at)


def clear(tx: Transaction, memory_id: str) -> bool:
    """Nobody says anything of it any more; False where nobody did."""
    return tx.run("feedback.clear", memory_id=memory_id) > 0


def called_wrong(tx: Transaction, conversation_id: str) -> frozenset[str]:
    """The memories of a scene that somebody calls wrong."""
    return frozenset(row.id for row in tx.all(_Id, "feedback.called_wrong", conversation_id=conversation_id))


def opinions(tx: Transaction, memory_ids: Iterable[str]) -> dict[str, Opinion]:
    """What is said of those of these memories of which anything is."""
    found = tx.all(Opinion, "feedback.opinions", memory_ids=json.dumps(sorted(memory_ids)))
    return {one.memory_id: one for one in found}
