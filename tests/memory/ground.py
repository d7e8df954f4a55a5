"""Scenes of one persona on a real database of each engine, and short ways to say, draw and know."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.memory.candidate import PERSONA, Candidate, Subject
from bot.memory.journal import Pen
from bot.memory.learn import Found, Learned, learn
from storage import conversations, memories, messages, people, personas
from storage.conversations import Scene
from storage.database import Database
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.memories import Audience, Memory
from storage.messages import NewMessage
from storage.personas import NewPersona
from storage.records import Conversation, Person, Sheet

NOW = 1_750_000_000_000
MINUTE = 60_000


@dataclass
class Ground:
    """A persona with scenes in a guild, a thread, another guild and two direct conversations; time is the test's."""

    database: Database
    ids: Ids
    persona_id: str = ""
    scenes: dict[str, Conversation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    now: int = NOW

    def pen(self, **changed: str) -> Pen:
        """The pen of a model's reading."""
        return replace(Pen(self.ids, self.now, "gpt-test", "model", "wrk_1", "draw-1"), **changed)  # type: ignore[arg-type]

    async def say(self, who: str, text: str, scene: str = "general") -> str:
        """Somebody says it there, a minute after the last; the message's id."""
        self.now += MINUTE
        person = self.people.get(who)
        return await self.database.write(_say, self.ids, self.scenes[scene], person, who, text, self.now)

    def drawn(self, message_id: str, statement: str, words: str, who: str = "Mara", **more: object) -> Found:
        """A statement about its speaker as drawn from that message."""
        person = self.people.get(who)
        subject = Subject("person", person.id, who) if person else Subject("persona", PERSONA, who)
        candidate = Candidate(statement, "fact", subject, message_id, person.id if person else None, self.now)
        return Found(replace(candidate, **more), words)  # type: ignore[arg-type]

    async def learn(self, *found: Found, scene: str = "general", reread: tuple[str, ...] = ()) -> list[Memory]:
        """Keep what was drawn there."""
        self.now += MINUTE
        conversation = self.scenes[scene].id
        learned = Learned(conversation, found, 1, self.now, reread, "draw-1")
        return await self.database.write(learn, learned, self.pen())

    async def tell(self, statement: str, scene: str = "general", who: str = "Mara", **more: object) -> Memory:
        """Somebody says something and it is learnt."""
        message = await self.say(who, statement, scene)
        [memory] = await self.learn(self.drawn(message, statement, statement, who, **more), scene=scene)
        return memory

    def audience(self, scene: str, who: str = "Mara", shared: bool = False) -> Audience:
        """Those of that scene, with this person asking."""
        return Audience(self.scenes[scene].id, self.people[who].id, shared)

    async def known(self, scene: str = "general", who: str = "Mara", *, shared: bool = False) -> list[str]:
        """The statements this audience may know, the newest first."""
        found = await self.database.read(memories.known, self.audience(scene, who, shared))
        return [memory.statement for memory in found]

    async def find(self, memory: Memory) -> Memory:
        """The memory as it stands."""
        found = await self.database.read(memories.by_id, memory.conversation_id, memory.id)
        assert found is not None
        return found


def _say(tx: Transaction, ids: Ids, scene: Conversation, person: Person | None, who: str, text: str, now: int) -> str:
    role, person_id = ("person", person.id) if person else ("persona", None)
    seq = conversations.next_seq(tx, scene.id)
    message = NewMessage(ids.new("msg"), scene.id, seq, role, who, text, now, person_id=person_id)
    messages.add(tx, message)
    return message.id


def _lay(tx: Transaction, ground: Ground) -> None:
    ids = ground.ids
    sheet = Sheet("Ada", "An AI that tests.", "Hello.")
    persona = NewPersona(ids.new("prs"), ids.new("pvr"), "", "ada", "active", "person", "", sheet, "test", "test")
    other = replace(
        persona, id=ids.new("prs"), version_id=ids.new("pvr"), name="odile", sheet=replace(sheet, display_name="Odile")
    )
    for one in (persona, other):
        personas.add(tx, one, NOW)
    ground.persona_id = persona.id
    for number, name in enumerate(("Mara", "Tom")):
        ground.people[name] = people.heard(tx, ids.new("psn"), "discord", str(number), name, NOW)
    places = {
        "general": ("1", "10", "", "channel", persona),
        "secret": ("2", "10", "", "channel", persona),
        "thread": ("3", "10", "1", "thread", persona),
        "elsewhere": ("4", "11", "", "channel", persona),
        "dm of Mara": ("5", "", "", "dm", persona),
        "dm of Tom": ("6", "", "", "dm", persona),
        "with Odile": ("1", "10", "", "channel", other),
        "Odile's dm of Mara": ("5", "", "", "dm", other),
    }
    for name, (channel, guild, parent, kind, whose) in places.items():
        scene = Scene("discord", channel, guild, parent, kind, whose.id)
        ground.scenes[name] = conversations.open(tx, ids.new("cnv"), scene, NOW)


async def laid(database: Database) -> Ground:
    """The ground on an open database at the newest schema."""
    ground = Ground(database, Ids(lambda: NOW))
    await database.write(_lay, ground)
    return ground
