"""The operator's ban: what is taken back when it falls, and what people are told from then on."""

from __future__ import annotations

from storage import bans, outbox, work
from storage.engines.base import Transaction

LONGEST_REASON = 200


def sentence(name: str) -> str:
    """What people are told who speak to a banned persona."""
    return f"{name} was banned by the operator and answers nobody; /persona list shows who talks here."


def ban(tx: Transaction, persona_id: str, reason: str, by: str, now: int) -> list[str]:
    """Silence a persona and its editions, whose unsent words are taken back; returns the work running for them."""
    if not bans.add(tx, persona_id, reason, by, now):
        return []
    outbox.withdraw_unsent(tx, persona_id, now)
    return [item.id for item in work.running_of(tx, persona_id)]
