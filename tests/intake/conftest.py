"""An ear on a real database with a few personas."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.bells import Bells
from bot.clock import SystemClock
from bot.intake.intake import Intake, Policy
from bot.memory.owing import Patience
from bot.ports import Place, Said, Speaker, unwatched
from storage import messages, personas
from storage.database import Database
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.personas import NewPersona
from storage.records import Message, Sheet
from tests.storage.outside import Outside

NOW = 1_750_000_000_000
HALL = Place("discord", "1", "10")
BOB = Speaker("7", "Bob")


def heard(text: str = "Ada, hello", number: int = 1, place: Place = HALL, speaker: Speaker = BOB) -> Said:
    """A message as a platform hands it over; its number is its id and its position."""
    return Said(str(number), place, speaker, text, NOW, position=number)


@dataclass(frozen=True, slots=True)
class Ear:
    """The intake with its database and the personas by name."""

    intake: Intake
    database: Database
    bells: Bells
    personas: dict[str, str]

    async def kept(self, client_message_id: str, place: Place = HALL) -> Message | None:
        """What was kept of a message."""
        return await self.database.read(messages.heard, place.platform, place.channel_id, client_message_id)


def _lay(tx: Transaction, ids: Ids) -> dict[str, str]:
    found = {}
    for name in ("ada", "bo"):
        sheet = Sheet(name.title(), "An AI that tests.", "Hello.")
        new = NewPersona(ids.new("prs"), ids.new("pvr"), "", name, "active", "person", "", sheet, "test", "test")
        personas.add(tx, new, NOW)
        found[name] = new.id
    return found


@pytest.fixture
async def ear(outside: Outside) -> AsyncIterator[Ear]:
    database = Database(await outside.open())
    clock, bells = SystemClock(), Bells()
    ids = Ids(clock.now)
    intake = Intake(database, bells, Policy("ada", 900_000, Patience(60_000, 10)), clock, ids, unwatched)
    yield Ear(intake, database, bells, await database.write(_lay, ids))
    await database.close()
