"""What the operator forbids: a banned persona and every edition of it answer nobody until the ban is lifted."""

from __future__ import annotations

from storage.engines.base import Transaction
from storage.records import Ban, PersonaLine


def add(tx: Transaction, persona_id: str, reason: str, by: str, now: int) -> bool:
    """Ban it; False when it is banned already, and then the first reason stands."""
    return tx.run("bans.add", persona_id=persona_id, reason=reason, banned_by=by, now=now) > 0


def lift(tx: Transaction, persona_id: str) -> bool:
    """Let it be what it was before; False when no ban is on it itself."""
    return tx.run("bans.lift", persona_id=persona_id) > 0


def over(tx: Transaction, persona_id: str) -> Ban | None:
    """The oldest ban on it or on the persona it was copied from."""
    return tx.one(Ban, "bans.over", persona_id=persona_id)


def silenced(tx: Transaction, conversation_id: str) -> str | None:
    """The shown name of the conversation's persona when it is banned."""
    return tx.text("bans.silenced", conversation_id=conversation_id)


def listed(tx: Transaction, most: int = 25) -> list[PersonaLine]:
    """The personas a ban is on, of every guild, by name."""
    return tx.all(PersonaLine, "bans.listed", most=most)
