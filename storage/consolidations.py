"""How far the tidying of each scene's memories has come, and which scenes it is time for."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction
from storage.records import columns


@dataclass(frozen=True, slots=True)
class Consolidation:
    """A scene's pass: ``through`` is the place it has come to, 0 when none is under way; ``changed`` counts changes.

    ``ran_at`` (milliseconds) is when the last whole pass began, None before the first ended.
    """

    conversation_id: str
    through: int
    began_at: int
    ran_at: int | None
    changed: int


@dataclass(frozen=True, slots=True)
class Due:
    """Which scenes it is time for: those with ``much`` new, with new things from before ``turn``, or long not seen.

    None is owed again that waits, or that was owed after ``lately``. Times in milliseconds.
    """

    much: int
    turn: int
    long_ago: int
    lately: int


@dataclass(frozen=True, slots=True)
class Passes:
    """What the passes since some time came to."""

    scenes: int
    changed: int
    last_at: int | None


@dataclass(frozen=True, slots=True)
class _Scene:
    conversation_id: str


def of_scene(tx: Transaction, conversation_id: str) -> Consolidation | None:
    """How far it has come there, None where it never began."""
    return tx.one(Consolidation, "consolidations.of_scene", conversation_id=conversation_id)


def put(tx: Transaction, reached: Consolidation) -> None:
    """Keep how far it has come; after the last part, what was learnt since the pass began is all that is new."""
    tx.run("consolidations.put", **columns(reached))
    if not reached.through:
        tx.run("consolidations.forget_news", conversation_id=reached.conversation_id)
        tx.run("consolidations.count_news", conversation_id=reached.conversation_id, ran_at=reached.ran_at or 0)


def due(tx: Transaction, when: Due, most: int) -> list[str]:
    """The conversations it is time for."""
    return [row.conversation_id for row in tx.all(_Scene, "consolidations.due", **columns(when), most=most)]


def passes(tx: Transaction, since: int) -> Passes:
    """What the passes that began since then came to, and when the last one of all began."""
    found = tx.one(Passes, "consolidations.passes", since=since)
    assert found is not None  # an aggregate always gives a row
    return found
