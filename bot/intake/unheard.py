"""Those who asked not to be heard: told once, when they address a persona, how to be heard again."""

from __future__ import annotations

import json

from bot.intake.accept import Hand, open_conversation
from bot.intake.decide import Answer, decide, heard_by_all
from bot.intake.scene import scene
from bot.ports import Said
from storage import opt_outs, work
from storage.engines.base import Transaction

CAPABILITY = "unheard"


def addressed(tx: Transaction, said: Said, default_persona: str, now: int, answer_age_ms: int) -> str:
    """The persona they speak to and that has not told them yet, '' for nobody."""
    if not opt_outs.untold(tx, said.place.platform, said.speaker.platform_id):
        return ""
    there = heard_by_all(scene(tx, said, default_persona, now))
    verdict = decide(said, there, now=now, answer_age_ms=answer_age_ms)
    return verdict.persona_id if isinstance(verdict, Answer) else ""


def owe_note(tx: Transaction, said: Said, persona_id: str, hand: Hand) -> str:
    """Owe the sentence, with nothing of their words or of who they are; '' where it was told meanwhile."""
    if not opt_outs.tell(tx, said.place.platform, said.speaker.platform_id, hand.now):
        return ""
    conversation = open_conversation(tx, said.place, persona_id, hand.ids, hand.now)
    new = work.NewWork(
        id=hand.ids.new("wrk"),
        lane=conversation.id,
        capability=CAPABILITY,
        conversation_id=conversation.id,
        payload=json.dumps({"reply_to": said.client_message_id}),
        run_after=hand.now,
    )
    return work.owe(tx, new, hand.now)
