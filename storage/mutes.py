"""Which personas somebody does not want to deal with; a mute covers every edition of a persona."""

from __future__ import annotations

from storage.engines.base import Transaction
from storage.records import PersonaLine


def begin(tx: Transaction, platform: str, platform_id: str, persona_id: str, now: int) -> bool:
    """Keep that persona from them; False when it is so already."""
    who = {"platform": platform, "platform_id": platform_id}
    return tx.run("mutes.begin", **who, persona_id=persona_id, now=now) > 0


def end(tx: Transaction, platform: str, platform_id: str, persona_id: str) -> bool:
    """Let it deal with them again; False when it does."""
    return tx.run("mutes.end", platform=platform, platform_id=platform_id, persona_id=persona_id) > 0


def of_person(tx: Transaction, platform: str, platform_id: str) -> list[PersonaLine]:
    """The personas they muted, with every edition."""
    return tx.all(PersonaLine, "mutes.of_person", platform=platform, platform_id=platform_id)
