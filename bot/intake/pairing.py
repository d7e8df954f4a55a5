"""Direct messages that need the operator's word: who asks is told a code to hand on."""

from __future__ import annotations

from bot.intake.accept import Hand, owe_note
from bot.personas import present
from bot.ports import Said
from storage import pairings
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
    return owe_note(tx, said, persona_id, CAPABILITY, hand, code=code)
