"""Conversations in real databases, to be recalled from and to be remembered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.clock import SystemClock
from storage import conversations, messages, personas
from storage.conversations import Scene
from storage.database import Database
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.messages import NewMessage
from storage.records import Conversation
from tests.memory.ground import Ground, laid
from tests.storage.conftest import NOW, a_persona
from tests.storage.outside import Outside

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Place:
    """One conversation, in which people speak a minute apart."""

    database: Database
    ids: Ids
    conversation: Conversation

    @property
    def id(self) -> str:
        return self.conversation.id

    async def hear(self, *lines: str) -> list[str]:
        """Keep lines like ``Bob: text``; returns their messages."""
        return [await self.database.write(self._keep, *line.split(": ", 1)) for line in lines]

    def _keep(self, tx: Transaction, name: str, text: str) -> str:
        seq = conversations.next_seq(tx, self.id)
        role = "persona" if name == "Ada" else "person"
        new = NewMessage(self.ids.new("msg"), self.id, seq, role, name, text, NOW + seq * MINUTE_MS)
        messages.add(tx, new)
        return new.id


@dataclass(frozen=True, slots=True)
class Town:
    """Two channels of one guild, one of another, and a direct conversation."""

    database: Database
    hall: Place
    attic: Place
    abroad: Place
    private: Place

    @property
    def places(self) -> tuple[Place, ...]:
        return (self.hall, self.attic, self.abroad, self.private)


@pytest.fixture
async def town(outside: Outside) -> AsyncIterator[Town]:
    engine = await outside.open()
    database, ids = Database(engine), Ids(SystemClock().now)
    persona = a_persona(ids)
    await database.write(personas.add, persona, NOW)

    async def place(channel: str, guild: str, kind: str) -> Place:
        scene = Scene("discord", channel, guild, "", kind, persona.id)
        return Place(database, ids, await database.write(conversations.open, ids.new("cnv"), scene, NOW))

    yield Town(
        database,
        await place("1", "10", "channel"),
        await place("2", "10", "channel"),
        await place("3", "11", "channel"),
        await place("4", "", "dm"),
    )
    await engine.close()


@pytest.fixture
async def ground(outside: Outside) -> AsyncIterator[Ground]:
    database = Database(await outside.open())
    yield await laid(database)
    await database.close()
