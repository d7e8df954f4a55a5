"""A whole bot without a platform: one person talks with Ada in a channel of a server, and orders /config there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from bot.commands import registry
from bot.commands.base import Caller
from bot.house import House, World, open_database
from bot.models.openai_chat import OpenAIModel
from bot.office import make_office
from bot.ports import Parcel, Place, Receipt, Said, Speaker
from storage import outbox, work
from storage.records import Delivery, WorkItem
from tests.end_to_end.ledger import Steps
from tests.end_to_end.troupe import settings_for
from tests.fakes.model_server import Call, ModelServer

PLACE = Place("discord", "20", "10", "30", "thread")
EVERYTHING = Caller("discord", "7", "Bob", PLACE, can_manage=True, operates=True)
MODELS = ("gpt-large", "gpt-small")


@dataclass
class Mouth:
    """Says everything into a list."""

    said: list[Parcel] = field(default_factory=list)
    limit: int = 2000
    pace_s: float = 0.0

    async def post(self, parcel: Parcel) -> Receipt:
        self.said.append(parcel)
        return Receipt(str(len(self.said)))

    async def revise(self, parcel: Parcel) -> None:
        self.said.append(parcel)

    async def remove(self, parcel: Parcel) -> None: ...

    async def find(self, parcel: Parcel, since: int) -> tuple[Receipt, ...]:
        return ()

    def repeatable(self, parcel: Parcel) -> bool:
        return False

    async def typing(self, place: Place) -> None: ...


@dataclass
class Town:
    """The bot with its model server; ``steps`` are those it took."""

    house: House
    server: ModelServer
    mouth: Mouth
    steps: Steps
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def order(self, name: str, caller: Caller = EVERYTHING, /, **arguments: str) -> str:
        """What a command answers."""
        return (await registry.run(make_office(self.house), caller, name, arguments)).text

    async def say(self, text: str, caller: Caller = EVERYTHING) -> str:
        """Say it and return the id of the work owed, '' for none."""
        return await self.heard(text, Speaker(caller.platform_id, caller.name), caller.place)

    async def heard(self, text: str, speaker: Speaker, place: Place = PLACE) -> str:
        """Have somebody say it; the id of the work owed, '' for none."""
        said = Said(f"said{next(self.numbers)}", place, speaker, text, self.house.world.clock.now())
        return (await self.house.intake.hear(said)).work_id

    async def answered(self, work_id: str, since: int = 0) -> WorkItem:
        """The item once it was kept or postponed, after the first ``since`` steps."""
        async with asyncio.timeout(10):
            while not {("kept", work_id), ("postponed", work_id)} & set(self.steps.taken[since:]):
                await self.steps.next()
        item = await self.house.database.read(work.by_id, work_id)
        assert item is not None
        return item

    async def talk(self, text: str = "Ada, hello") -> WorkItem:
        """Say it and wait for what comes of it."""
        since = len(self.steps.taken)
        return await self.answered(await self.say(text), since)

    async def called(self, text: str = "Ada, hello") -> Call:
        """Say it; the call of the model that it led to."""
        await self.talk(text)
        return self.server.calls[-1]

    async def parts(self, work_id: str) -> list[Delivery]:
        """What goes to the platform for it."""
        return await self.house.database.read(outbox.of_work, work_id)


@asynccontextmanager
async def running(folder: Path, server: ModelServer) -> AsyncIterator[Town]:
    """A town while the block lasts."""
    steps, mouth = Steps(), Mouth()
    world = World(stages=steps)
    settings = settings_for(f"sqlite:///{folder / 'troupe.db'}")
    kept = await open_database(settings, world.clock)
    house = House(settings, kept, tuple(OpenAIModel(name, server.base_url, "key") for name in MODELS), world)
    house.senders["discord"] = mouth
    await house.start()
    try:
        yield Town(house, server, mouth, steps)
    finally:
        await house.stop()
