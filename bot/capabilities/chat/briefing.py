"""Reads all that one reply needs in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.memory import calling, kin
from bot.memory.judging import judged, questioned
from bot.memory.orders import called_wrong
from bot.memory.requests import wishes
from bot.personas.publish import HOUSE, VOICE
from bot.ports import Face, Growing, Place
from storage import conversations, lore, memories, messages, pauses, people, personas, prompts
from storage.engines.base import Transaction
from storage.lore import Entry, Reach
from storage.recall import Called
from storage.records import Conversation, Message, Person, Persona, PromptVersion, WorkItem

MOST_MESSAGES = 400  # a longer history makes no better reply and a slower one
LEAST_TOKENS = 9  # what the shortest message takes, so that no more rows are read than the budget can hold


@dataclass(frozen=True, slots=True)
class Briefing:
    """Who answers whom, what was said (oldest first), the prompts in force and the lorebook that is open here.

    ``paused`` is whether nothing is remembered of what the person says; ``audience`` is whoever may be told memories
    here, None where there can be none. ``called`` are the other names by which the words to answer may mean people, and
    ``kin`` the names of those whom they call "my brother" and the like. ``questioned`` is what the last reply had in
    mind, where no more is said than that it is wrong, and ``doubted`` the one of it that they said so of. ``kept`` are
    the memories made of what they ask to have remembered, None where they ask for nothing of the sort.
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
    called: tuple[Called, ...] = ()
    kin: tuple[str, ...] = ()
    questioned: tuple[memories.Memory, ...] = ()
    doubted: memories.Memory | None = None
    kept: tuple[memories.Memory, ...] | None = None

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
    paused = person is not None and pauses.covers(tx, person.id, asked[-1].said_at)
    audience = memories.Audience(conversation.id, person.id if person else "", shared)
    told_here = audience if memories.scopes(tx, audience, most=1) else None
    words = [message.content for message in asked]
    called = calling.meant(tx, told_here, words, told_here.person_id) if told_here else ()
    names = kin.meant(tx, audience, " ".join(words)) if told_here else ()
    answers = tuple(asked), tuple(history), more
    briefing = Briefing(conversation, persona, person, voice, house, *answers, told, paused, told_here, called, names)
    briefing = replace(briefing, kept=_kept(tx, asked))
    return _judged(tx, briefing) if called_wrong(asked[-1].content) else briefing


def _kept(tx: Transaction, asked: Sequence[Message]) -> tuple[memories.Memory, ...] | None:
    """It was kept, or refused, in the transaction that heard it; what of it stands now is told."""
    wanted = [message for message in asked if wishes(message.content)]
    found = (one for message in wanted for one in memories.drawn_from(tx, message.conversation_id, message.id))
    return tuple({one.id: one for one in found if one.state == "live"}.values()) if wanted else None


def _judged(tx: Transaction, briefing: Briefing) -> Briefing:
    found = questioned(tx, briefing.audience) if briefing.audience and briefing.person else []
    known = [(one, judged(tx, one, briefing.person.id)) for one in found] if briefing.person else []
    doubted = known[0][0] if len(known) == 1 and known[0][1] else None
    left = tuple(one for one, wrong in known if one is doubted or not wrong)
    return replace(briefing, questioned=left, doubted=doubted)


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
