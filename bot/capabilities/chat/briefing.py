"""Reads all that one reply needs in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from bot.personas.publish import HOUSE, VOICE
from bot.ports import Face, Growing, Place
from storage import conversations, lore, memories, messages, pauses, people, personas, prompts
from storage.engines.base import Transaction
from storage.lore import Entry, Reach
from storage.records import Conversation, Message, Person, Persona, PromptVersion, WorkItem

MOST_MESSAGES = 400  # a longer history makes no better reply and a slower one
LEAST_TOKENS = 9  # what the shortest message takes, so that no more rows are read than the budget can hold


@dataclass(frozen=True, slots=True)
class Briefing:
    """Who answers whom, what was said (oldest first), the prompts in force and the lorebook that is open here.

    ``paused`` is whether nothing is remembered of what the person says; ``audience`` is whoever may be told memories
    here, None where there can be none.
    """

    conversation: Conversation
    persona: Persona
    person: Person | None
    voice: PromptVersion
    house: PromptVersion
    asked: tuple[Message, ...]
    history: tuple[Message, ...]
    more: bool
    lore: tuple[Entry, ...] = ()
    paused: bool = False
    audience: memories.Audience | None = None

    @property
    def place(self) -> Place:
        """Where the reply goes."""
        scene = self.conversation
        return Place(scene.platform, scene.channel_id, scene.guild_id, scene.parent_id, kind=scene.kind)  # type: ignore[arg-type]

    @property
    def begins(self) -> bool:
        """Whether the persona has said nothing in this conversation yet."""
        return not self.more and all(message.role == "person" for message in self.history)

    @property
    def was_cut(self) -> bool:
        """Whether people were told already that older messages are out of reach."""
        said = [message for message in self.history if message.role == "persona"]
        return bool(said and said[-1].history_cut)

    def growing(self, face: Face, work_id: str, *, whole: bool) -> Growing:
        """What a draft of the reply needs to know; one that is ``whole`` is not shown before it is done."""
        answered = self.person.platform_id if self.person else ""
        reply_to = self.asked[-1].client_message_id or "" if self.asked else ""
        return Growing(work_id, self.conversation.id, self.place, face, answered, reply_to, whole)


def brief(tx: Transaction, item: WorkItem, history_tokens: int, *, shared: bool) -> Briefing | None:
    """The briefing of a work item, or None when its words were taken back.

    ``shared`` is whether the persona knows what people told other personas.
    """
    most = min(MOST_MESSAGES, history_tokens // LEAST_TOKENS + 1)
    asked = messages.asked(tx, item.id)
    conversation = conversations.by_id(tx, item.conversation_id)
    persona = personas.by_id(tx, conversation.persona_id) if conversation else None
    if not asked or conversation is None or persona is None:
        return None
    voice = prompts.active(tx, persona.id, VOICE)
    house = prompts.active(tx, prompts.SYSTEM, HOUSE)
    if voice is None or house is None:
        raise LookupError(f"persona {persona.name} has no voice, or the house rules were never published")
    newest = messages.newest(tx, conversation.id, conversation.fresh_seq, most + 1)
    history = [*_before(newest, asked), *asked]
    person = people.by_id(tx, item.person_id) if item.person_id else None
    told, more = tuple(lore.live(tx, _reach(conversation))), len(newest) > most
    paused = person is not None and pauses.holds(tx, person.id)
    audience = memories.Audience(conversation.id, person.id if person else "", shared)
    told_here = audience if memories.scopes(tx, audience, most=1) else None
    return Briefing(
        conversation, persona, person, voice, house, tuple(asked), tuple(history), more, told, paused, told_here
    )


def _reach(scene: Conversation) -> Reach:
    return Reach(scene.persona_id, scene.platform, scene.guild_id, scene.channel_id, scene.parent_id)


def _before(newest: list[Message], asked: list[Message]) -> list[Message]:
    """What was said before the words to answer, oldest first; replies given while these waited are among it."""
    waiting = {message.id for message in asked}
    return [
        message
        for message in reversed(newest)
        if message.id not in waiting and (message.role == "persona" or message.seq < asked[-1].seq)
    ]
