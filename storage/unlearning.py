"""The steps of forgetting: one message, one reply or one memory goes, with all that was made of it."""

from __future__ import annotations

from dataclasses import dataclass

from storage import memories, memory_changes, messages, passages
from storage.engines.base import Transaction

_MADE = ("derived_from", "duplicates")  # what a memory's words live on in


@dataclass(frozen=True, slots=True)
class _Id:
    id: str


def forget_message(tx: Transaction, message_id: str, now: int) -> tuple[int, int]:
    """Empty what somebody said, with what was made of it; returns how many memories and replies went with it."""
    drawn = memories.drawn_from(tx, message_id)
    replies = sum(forget_memory(tx, memory.id, now) for memory in drawn)
    unlearn(tx, message_id)
    tx.run("forgetting.empty_message", id=message_id, now=now)
    return len(drawn), replies


def empty_reply(tx: Transaction, message_id: str, now: int) -> int:
    """Take a persona's words away with what it noted of itself by them alone; 0 where that was done before."""
    reply = messages.by_id(tx, message_id)
    if reply is None or reply.deleted_at is not None:
        return 0
    for memory in memories.drawn_from(tx, message_id):
        if memories.sources(tx, memory.id) == [message_id]:
            _drop_memory(tx, memory.id, now)
    memories.drop_source(tx, message_id)
    unlearn(tx, message_id)
    tx.run("forgetting.forget_uses", reply_id=message_id)
    tx.run("forgetting.empty_reply", id=message_id, now=now)
    if reply.work_id is not None:
        tx.run("forgetting.empty_deliveries", work_id=reply.work_id, now=now)
    return 1


def unlearn(tx: Transaction, message_id: str) -> None:
    """Before a message changes: take it out of the indexes, the journal and what is to be read again."""
    tx.run("messages.forget_revisions", id=message_id)
    passages.forget(tx, message_id)
    memory_changes.wipe(tx, message_id=message_id)
    tx.run("forgetting.forget_reread", message_id=message_id)


def forget_memory(tx: Transaction, memory_id: str, now: int) -> int:
    """Forget it with what was made from it, and every reply that had it in mind; returns how many replies."""
    replies = sum(empty_reply(tx, reply.id, now) for reply in tx.all(_Id, "forgetting.used_in", memory_id=memory_id))
    made = [one for relation in _MADE for one in memories.relating(tx, memory_id, relation)]
    _drop_memory(tx, memory_id, now)
    return replies + sum(forget_memory(tx, one, now) for one in made)


def _drop_memory(tx: Transaction, memory_id: str, now: int) -> None:
    """What it had closed is closed by what came after it; nothing that was over holds again."""
    for older in memories.related(tx, memory_id, "supersedes"):
        for newer in memories.relating(tx, memory_id, "supersedes"):
            memories.relate(tx, newer, "supersedes", older, now)
    memory_changes.wipe(tx, memory_id=memory_id)
    memories.forget(tx, memory_id)
