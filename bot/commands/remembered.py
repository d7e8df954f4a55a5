"""What a caller may see and change of what a persona remembers: their own, and with Manage Server a channel's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import tzinfo

from bot.commands import check, here
from bot.commands.base import Caller, Office, Refused
from bot.commands.words import plain
from bot.memory.journal import Pen
from bot.memory.mending import DOUBTED
from config.dynamic import SHARED_MEMORY, TIME_ZONE
from storage import conversations, memories, people
from storage.conversations import Scene
from storage.engines.base import Transaction
from storage.memories import Audience, Memory
from storage.records import Conversation, Person, Persona

_NOT_THERE = "I find no memory of yours here with that id; /memory list shows them."


@dataclass(frozen=True, slots=True)
class View:
    """Through whose eyes a caller looks: a persona's, in the caller's own place, whose clock is that of ``zone``."""

    persona: Persona
    audience: Audience
    person_id: str
    zone: tzinfo


def pen(office: Office, caller: Caller) -> Pen:
    """The pen of a person."""
    return Pen(office.ids, office.clock.now(), caller.author)


def view(tx: Transaction, office: Office, caller: Caller, word: str) -> View | None:
    """What the persona knows here, None where it never talked or never heard the caller."""
    persona = here.meant(tx, office, caller, word)
    person = people.known(tx, caller.platform, caller.platform_id)
    scene = next((one for one in _scenes(tx, caller) if one.persona_id == persona.id), None)
    if person is None or scene is None:
        return None
    return View(persona, audience(tx, office, caller, scene.id), person.id, zone(tx, office, caller))


def audience(tx: Transaction, office: Office, caller: Caller, scene_id: str) -> Audience:
    """Those of a scene in the caller's place, with the caller asking."""
    person = people.known(tx, caller.platform, caller.platform_id)
    shared = here.in_force(tx, office, caller)[SHARED_MEMORY]
    return Audience(scene_id, person.id if person else "", shared)


def zone(tx: Transaction, office: Office, caller: Caller) -> tzinfo:
    """By whose clock days are told in the caller's place."""
    return here.in_force(tx, office, caller)[TIME_ZONE]


def opened(tx: Transaction, office: Office, caller: Caller, word: str) -> tuple[Conversation, Person, Persona]:
    """The scene of a persona in the caller's place and the caller, both made where there were none."""
    persona = here.talking(here.meant(tx, office, caller, word))
    place, now = caller.place, office.clock.now()
    where = Scene(place.platform, place.channel_id, place.guild_id, place.parent_id, place.kind, persona.id)
    conversation = conversations.open(tx, office.ids.new("cnv"), where, now)
    person = people.heard(tx, office.ids.new("psn"), caller.platform, caller.platform_id, caller.name, now)
    return conversation, person, persona


def found(tx: Transaction, view: View, caller: Caller, whose: str) -> list[Memory]:
    """The caller's own, or everybody's here for those who may manage; raises Refused."""
    if whose == "everyone":
        if not check.may_manage(caller, "memories"):
            raise Refused("Only those with Manage Server see what was told by others; leave “whose” out for yours.")
        return memories.known(tx, view.audience)
    return memories.known(tx, view.audience, view.person_id)


def theirs(tx: Transaction, office: Office, caller: Caller, memory_id: str) -> Memory:
    """The memory of that id, if the caller may change it; raises Refused."""
    person = people.known(tx, caller.platform, caller.platform_id)
    asking = audience(tx, office, caller, "")
    for scene in _scenes(tx, caller) if person else []:
        memory = memories.in_reach(tx, memory_id.strip(), replace(asking, conversation_id=scene.id))
        if memory is not None and person is not None:
            if person.id in (memory.subject_key, memory.teller_id) or check.may_manage(caller, "memories"):
                return memory
            raise Refused("Somebody else told me that; only they and those with Manage Server may change it.")
    raise Refused(_NOT_THERE)


def _scenes(tx: Transaction, caller: Caller) -> list[Conversation]:
    place = caller.place
    return conversations.of_channel(tx, place.platform, place.channel_id, place.guild_id)


def shown(memory: Memory, until: str) -> str:
    """A memory in one line, with its id and marks: pinned, put away, in doubt."""
    marks = ("📌 " if memory.pinned else "") + ("🗄 " if memory.state == "archived" else "")
    doubt = "❓ " if memory.confidence <= DOUBTED else ""
    return f"- `{memory.id}` {marks}{doubt}{plain(memory.statement)}{until}"
