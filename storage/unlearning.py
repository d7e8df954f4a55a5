"""The steps of forgetting: one message, one reply or one memory goes, with all that was made of it."""

from __future__ import annotations

from dataclasses import dataclass

from storage import memories, memory_changes, messages, passages
from storage.engines.base import Transaction

_MADE = ("derived_from", "duplicates")  # what a memory's words live on in


@dataclass(frozen=True, slots=True)
class _Key:
    conversation_id: str
    id: str


def forget_message(tx: Transaction, conversation_id: str, message_id: str, now: int) -> tuple[int, int]:
    """Empty what somebody said, with what was made of it; returns how many memories and replies went with it."""
    drawn = memories.drawn_from(tx, conversation_id, message_id)
    replies = sum(forget_memory(tx, conversation_id, memory.id, now) for memory in drawn)
    unlearn(tx, conversation_id, message_id)
    tx.run("forgetting.empty_message", conversation_id=conversation_id, id=message_id, now=now)
    return len(drawn), replies


def empty_reply(tx: Transaction, conversation_id: str, message_id: str, now: int) -> int:
    """Take a persona's words away with what it noted of itself by them alone; 0 where that was done before."""
    reply = messages.by_id(tx, conversation_id, message_id)
    if reply is None or reply.deleted_at is not None:
        return 0
    for memory in memories.drawn_from(tx, conversation_id, message_id):
        if memories.sources(tx, conversation_id, memory.id) == [message_id]:
            _drop_memory(tx, conversation_id, memory.id, now)
    memories.drop_source(tx, conversation_id, message_id)
    unlearn(tx, conversation_id, message_id)
    tx.run("forgetting.forget_uses", conversation_id=conversation_id, reply_id=message_id)
    tx.run("forgetting.empty_reply", conversation_id=conversation_id, id=message_id, now=now)
    if reply.work_id is not None:
        tx.run("forgetting.empty_deliveries", work_id=reply.work_id, now=now)
    return 1


def unlearn(tx: Transaction, conversation_id: str, message_id: str) -> None:
    """Before a message changes: take it out of the indexes, the journal and what is to be read again."""
    messages.forget_revisions(tx, conversation_id, message_id)
    passages.forget(tx, message_id)
    memory_changes.wipe(tx, conversation_id, message_id=message_id)
    tx.run("forgetting.forget_reread", conversation_id=conversation_id, message_id=message_id)


def forget_memory(tx: Transaction, scene: str, memory_id: str, now: int) -> int:
    """Forget it with what was made from it, and every reply that had it in mind; returns how many replies."""
    used = tx.all(_Key, "forgetting.used_in", scene_id=scene, memory_id=memory_id)
    replies = sum(empty_reply(tx, reply.conversation_id, reply.id, now) for reply in used)
    made = [one for relation in _MADE for one in memories.relating(tx, scene, memory_id, relation)]
    _drop_memory(tx, scene, memory_id, now)
    return replies + sum(forget_memory(tx, scene, one, now) for one in made)


def _drop_memory(tx: Transaction, scene: str, memory_id: str, now: int) -> None:
    """What it had closed is closed by what came after it; nothing that was over holds again."""
    for older in memories.related(tx, scene, memory_id, "supersedes"):
        for newer in memories.relating(tx, scene, memory_id, "supersedes"):
            memories.relate(tx, scene, newer, "supersedes", older, now)
    memory_changes.wipe(tx, scene, memory_id=memory_id)
    memories.forget(tx, scene, memory_id)
