"""The journal of memories: every candidate with what was decided, every change with before and after."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction
from storage.records import Tally, columns


@dataclass(frozen=True, slots=True)
class Change:
    """One entry; ``candidate`` and the two states are JSON, '' for none or for what was forgotten."""

    id: str
    conversation_id: str
    memory_id: str | None
    message_id: str | None
    work_id: str
    action: str
    candidate: str
    likeness: int
    before_state: str
    after_state: str
    reason: str
    actor: str
    made_at: int
    undone_at: int | None = None


@dataclass(frozen=True, slots=True)
class _Id:
    id: str


def add(tx: Transaction, change: Change) -> None:
    """Keep one entry."""
    values = columns(change)
    del values["undone_at"], values["made_at"]
    tx.run("memory_changes.add", **values, now=change.made_at)


def of_memory(tx: Transaction, conversation_id: str, memory_id: str, most: int = 50) -> list[Change]:
    """What was done with a memory, the newest first."""
    return tx.all(Change, "memory_changes.of_memory", conversation_id=conversation_id, memory_id=memory_id, most=most)


def of_work(tx: Transaction, work_id: str) -> list[Change]:
    """What one reading decided, in order."""
    return tx.all(Change, "memory_changes.of_work", work_id=work_id)


def last(tx: Transaction, conversation_id: str, memory_id: str, *, links: bool = False) -> Change | None:
    """The newest change that can be undone, or else the newest links."""
    return tx.one(Change, "memory_changes.last", conversation_id=conversation_id, memory_id=memory_id, links=int(links))


def repeated(tx: Transaction, conversation_id: str, after: int, until: int, but_by: str) -> list[Tally]:
    """How often each memory of a scene was told again in that time, not counting what ``but_by`` entered."""
    return tx.all(
        Tally, "memory_changes.repeated", conversation_id=conversation_id, after=after, until=until, but_by=but_by
    )


def taken_back(tx: Transaction, conversation_id: str, actor: str, *, links: bool = False) -> frozenset[str]:
    """The memories of a scene of which a change by ``actor`` was undone, or else a link."""
    found = tx.all(_Id, "memory_changes.taken_back", conversation_id=conversation_id, actor=actor, links=int(links))
    return frozenset(row.id for row in found)


def undone(tx: Transaction, change: Change, now: int) -> bool:
    """Mark an entry as undone; False when it is already."""
    return tx.run("memory_changes.undone", conversation_id=change.conversation_id, id=change.id, now=now) > 0


def wipe(tx: Transaction, conversation_id: str, *, memory_id: str = "", message_id: str = "") -> None:
    """Take the words out of the entries of a memory and of a message."""
    tx.run("memory_changes.wipe_memory", conversation_id=conversation_id, memory_id=memory_id)
    tx.run("memory_changes.wipe_message", conversation_id=conversation_id, message_id=message_id)
