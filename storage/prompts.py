"""Prompts by (persona, slot): immutable versions, one of them active."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction
from storage.records import PromptVersion

SYSTEM = ""  # the persona id of prompts that every persona shares


@dataclass(frozen=True, slots=True)
class NewPrompt:
    """A wording about to become the active version."""

    id: str
    persona_id: str
    slot: str
    template: str
    author: str
    reason: str


def active(tx: Transaction, persona_id: str, slot: str) -> PromptVersion | None:
    """The version the next reply uses."""
    return tx.one(PromptVersion, "prompts.active", persona_id=persona_id, slot=slot)


def numbered(tx: Transaction, persona_id: str, slot: str, number: int) -> PromptVersion | None:
    """One version by its number."""
    return tx.one(PromptVersion, "prompts.numbered", persona_id=persona_id, slot=slot, number=number)


def history(tx: Transaction, persona_id: str, slot: str, most: int = 25) -> list[PromptVersion]:
    """The newest versions first."""
    return tx.all(PromptVersion, "prompts.history", persona_id=persona_id, slot=slot, most=most)


def publish(tx: Transaction, prompt: NewPrompt, now: int) -> bool:
    """Make this wording the active version; False when the active one reads so already."""
    current = active(tx, prompt.persona_id, prompt.slot)
    if current is not None and current.template == prompt.template:
        return False
    tx.run("prompts.retire", persona_id=prompt.persona_id, slot=prompt.slot)
    tx.run(
        "prompts.add",
        id=prompt.id,
        persona_id=prompt.persona_id,
        slot=prompt.slot,
        template=prompt.template,
        author=prompt.author,
        reason=prompt.reason,
        now=now,
    )
    return True


def activate(tx: Transaction, persona_id: str, slot: str, number: int) -> bool:
    """Let the next reply use that version; False when there is none of that number."""
    if numbered(tx, persona_id, slot, number) is None:
        return False
    tx.run("prompts.retire", persona_id=persona_id, slot=slot)
    return tx.run("prompts.activate", persona_id=persona_id, slot=slot, number=number) > 0
