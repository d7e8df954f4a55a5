"""A real database of each engine, migrated, with a few rows to hang things on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from bot.clock import SystemClock
from storage import conversations, people, personas, work
from storage.conversations import Scene
from storage.database import Database
from storage.engines.base import Engine, Transaction
from storage.ids import Ids
from storage.personas import NewPersona
from storage.records import Conversation, Person, Sheet, WorkItem
from storage.work import Lease, NewWork
from tests.storage.outside import Outside

NOW = 1_750_000_000_000
SHEET = Sheet("Ada", "An AI that tests.", "Hello.")


@pytest.fixture
async def engine(outside: Outside) -> AsyncIterator[Engine]:
    """Each engine in turn, on a database with nothing in it."""
    engine = await outside.open()
    yield engine
    await engine.close()


@pytest.fixture
def database(engine: Engine) -> Database:
    """The engine's database at the newest schema."""
    return Database(engine)


@pytest.fixture
def ids() -> Ids:
    return Ids(SystemClock().now)


@dataclass(frozen=True, slots=True)
class Ground:
    """A persona, a person and their conversation."""

    persona: NewPersona
    person: Person
    conversation: Conversation


def a_persona(ids: Ids, name: str = "ada", guild_id: str = "", **sheet: object) -> NewPersona:
    """One that a person made."""
    wording = replace(SHEET, **{"display_name": name.title(), **sheet})  # type: ignore[arg-type]
    return NewPersona(ids.new("prs"), ids.new("pvr"), guild_id, name, "active", "person", "", wording, "test", "test")


def a_scene(tx: Transaction, ids: Ids, persona_id: str, channel_id: str = "1", guild_id: str = "10") -> Conversation:
    """The conversation of that persona in a channel."""
    return conversations.open(
        tx, ids.new("cnv"), Scene("discord", channel_id, guild_id, "", "channel", persona_id), NOW
    )


def lay(tx: Transaction, ids: Ids) -> Ground:
    """Write a persona, a person and their conversation."""
    persona = a_persona(ids)
    personas.add(tx, persona, NOW)
    person = people.heard(tx, ids.new("psn"), "discord", "7", "Bob", NOW)
    return Ground(persona, person, a_scene(tx, ids, persona.id))


@pytest.fixture
async def ground(database: Database, ids: Ids) -> Ground:
    return await database.write(lay, ids)


@dataclass(frozen=True, slots=True)
class Owing:
    """Short ways to owe and to claim work in one conversation."""

    database: Database
    ids: Ids
    ground: Ground

    def new(self, lane: str = "lane", key: str | None = None, run_after: int = NOW) -> NewWork:
        """Something about to be owed."""
        scene = self.ground.conversation.id
        return NewWork(self.ids.new("wrk"), lane, "chat", scene, self.ground.person.id, key, run_after=run_after)

    async def owe(self, lane: str = "lane", key: str | None = None, run_after: int = NOW) -> str:
        """Owe it; its id, or that of the one it joined."""
        return await self.database.write(work.owe, self.new(lane, key, run_after), NOW)

    async def claim(self, now: int = NOW, most: int = 10, until: int = NOW + 1000) -> list[WorkItem]:
        """Claim what is due."""
        return await self.database.write(work.claim, Lease("bot_1", until, now + 5000), now, most)

    async def find(self, work_id: str) -> WorkItem:
        """The item as it stands."""
        item = await self.database.read(work.by_id, work_id)
        assert item is not None
        return item


@pytest.fixture
def owing(database: Database, ids: Ids, ground: Ground) -> Owing:
    return Owing(database, ids, ground)
