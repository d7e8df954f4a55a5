"""The greet capability: the persona's greeting in its own words, with its starters as buttons."""

from __future__ import annotations

from dataclasses import dataclass

from bot.capabilities.base import Desk, Outcome, Reply
from bot.personas.ban import sentence
from bot.personas.face import starter_buttons
from config.dynamic import SUGGESTIONS
from storage import conversations, people, personas
from storage.engines.base import Transaction
from storage.records import Person, Persona, WorkItem


@dataclass(frozen=True, slots=True)
class Greet:
    """Greets a channel or a person; no model is asked."""

    name: str = "greet"
    silent: bool = False

    async def run(self, item: WorkItem, desk: Desk) -> Outcome:
        """The greeting as a reply."""
        persona, person = await desk.database.read(_who, item)
        sheet = persona.sheet
        answered = person.platform_id if person else ""
        if persona.banned:
            return Outcome(notice=sentence(sheet.display_name), answered=answered)
        return Outcome(
            reply=Reply(
                text=sheet.greeting,
                name=sheet.display_name,
                buttons=starter_buttons(persona.id, sheet) if desk.settings[SUGGESTIONS] else (),
                answered=answered,
            )
        )


def _who(tx: Transaction, item: WorkItem) -> tuple[Persona, Person | None]:
    conversation = conversations.by_id(tx, item.conversation_id)
    persona = personas.by_id(tx, conversation.persona_id) if conversation else None
    if persona is None:
        raise LookupError(f"work {item.id} belongs to no persona")
    return persona, people.by_id(tx, item.person_id) if item.person_id else None
