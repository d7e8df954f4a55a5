"""Direct messages that need the operator's word: who asks is told a code to hand on."""

from __future__ import annotations

import json

from bot.intake.accept import Hand, open_conversation
from bot.personas import present
from bot.ports import Said
from storage import pairings, work
from storage.engines.base import Transaction

CAPABILITY = "pair"
NEEDED = "pairing"
_LENGTH = 8


def owe_code(tx: Transaction, said: Said, default_persona: str, hand: Hand) -> str:
    """Owe a new code, with nothing of their words; '' where they have one that is good, or nobody can tell them."""
    persona_id = present.default(tx, "", default_persona)
    code = hand.ids.new("pair")[-_LENGTH:]
    if not persona_id or not pairings.ask(tx, said.place.platform, said.speaker.platform_id, code, hand.now):
        return ""
    conversation = open_conversation(tx, said.place, persona_id, hand.ids, hand.now)
    new = work.NewWork(
        id=hand.ids.new("wrk"),
        lane=conversation.id,
        capability=CAPABILITY,
        conversation_id=conversation.id,
        payload=json.dumps({"reply_to": said.client_message_id, "code": code}),
        run_after=hand.now,
    )
    return work.owe(tx, new, hand.now)
