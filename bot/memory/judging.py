"""What somebody means who says “that's wrong” right after a reply: their memories that it had in mind."""

from __future__ import annotations

import json

from bot.memory.journal import Pen
from bot.memory.mending import doubt
from storage import feedback, memories, messages
from storage.engines.base import Transaction
from storage.memories import Audience, Memory, MemoryKey


def questioned(tx: Transaction, audience: Audience) -> list[Memory]:
    """Those of theirs that the last reply to them was reminded of, without what is always in mind if there is more."""
    reply = messages.last_reply(tx, audience.conversation_id)
    scene = audience.conversation_id
    asked = messages.by_id(tx, scene, reply.reply_to) if reply and reply.reply_to else None
    if reply is None or asked is None or asked.person_id != audience.person_id:
        return []
    used = memories.used_by(tx, scene, reply.id)
    found = [(one, memories.reached(tx, MemoryKey(one.scene_id, one.memory_id), audience)) for one in used]
    own = [
        (json.loads(one.why).get("always"), memory)
        for one, memory in found
        if memory is not None
        and memory.state == "live"
        and audience.person_id in (memory.subject_key, memory.teller_id)
    ]
    return [memory for always, memory in own if not always] or [memory for _, memory in own]


def judge(tx: Transaction, audience: Audience, pen: Pen) -> None:
    """Doubt what is meant if it is one memory; of several a question is asked."""
    found = questioned(tx, audience)
    if len(found) == 1 and not judged(tx, found[0], audience.person_id):
        feedback.give(tx, found[0], audience.person_id, "wrong", pen.now)
        doubt(tx, found[0], pen)


def judged(tx: Transaction, memory: Memory, person_id: str) -> bool:
    """Whether they called it wrong."""
    return feedback.said(tx, memory, person_id) == "wrong"
