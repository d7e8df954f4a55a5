"""A worker on a real database, with capabilities made for the test and a mouth that is silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import pytest

from bot.bells import Bells
from bot.breakers import Breakers
from bot.capabilities.base import Budget, Capability, Desk, Outcome
from bot.keys.keyring import Keyring
from bot.keys.seal import MasterKeys
from bot.leases import Leases
from bot.memory.memory import Memory
from bot.ports import Draft, Growing, Model
from bot.settings.snapshots import Snapshots
from bot.work.retry import Limits
from bot.work.worker import Worker, Workshop
from config.dynamic import defaults
from config.static import read_settings
from storage import conversations, messages, outbox, people, personas, work
from storage.conversations import Scene
from storage.database import Database
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.messages import NewMessage
from storage.personas import NewPersona
from storage.records import Delivery, Sheet, WorkItem
from storage.work import NewWork
from tests.storage.outside import Outside

NOW = 1_750_000_000_000
LEASE_MS = 60_000


class HandClock:
    """A clock that only a test moves; it sleeps by moving itself."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> int:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += int(seconds * 1000)


@dataclass
class Sketch:
    """A draft that nobody watches."""

    text: str = ""
    settled: bool = False

    def show(self, text: str) -> None:
        self.text = text

    async def settle(self) -> None:
        self.settled = True


class Silent:
    """Opens sketches."""

    def open(self, growing: Growing, held: Callable[[], bool]) -> Draft:
        return Sketch()

    def limit(self, platform: str) -> int:
        return 200


Run = Callable[[WorkItem, Desk], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Does:
    """A capability that does what the test says."""

    name: str
    what: Run
    silent: bool = False

    async def run(self, item: WorkItem, desk: Desk) -> Outcome:
        return await self.what(item, desk)


@dataclass
class Shop:
    """One database, the capabilities by name, and short ways to owe, to work and to look."""

    database: Database
    ids: Ids
    scene_id: str
    person_id: str
    clock: HandClock = field(default_factory=HandClock)
    bells: Bells = field(default_factory=Bells)
    does: dict[str, Run] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    limits: Limits = field(default_factory=lambda: Limits(3, 10, 60))
    models: tuple[Model, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=lambda: defaults(read_settings({})))
    steps: list[str] = field(default_factory=list)
    stepped: asyncio.Event = field(default_factory=asyncio.Event)

    def worker(self) -> Worker:
        """A worker with these capabilities."""
        able: Mapping[str, Capability] = {n: Does(n, what, n in self.silent) for n, what in self.does.items()}
        shop = Workshop(
            memory=Memory(self.database),
            database=self.database,
            settings=Snapshots(self.database, self.defaults),
            capabilities=able,
            models=self.models,
            keyring=Keyring(self.database, MasterKeys(), None),
            breakers=Breakers(self.clock),
            budget=Budget(1000, 100, 1, 1, 1),
            limits=self.limits,
            live=Silent(),
            bells=self.bells,
            leases=Leases(self.clock, LEASE_MS),
            clock=self.clock,
            ids=self.ids,
            random=Random(1),
            stages=self._stage,
        )
        return Worker(shop, "bot_1", slots=4)

    def _stage(self, stage: str, key: str, **fields: object) -> None:
        self.steps.append(stage)

    @asynccontextmanager
    async def working(self) -> AsyncIterator[Worker]:
        """A worker at work while the block lasts."""
        worker = self.worker()
        running = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            await worker.stop(2)
            await running

    async def owe(self, capability: str, lane: str = "lane") -> str:
        """Owe an answer to a person's words, and ring."""
        new = NewWork(self.ids.new("wrk"), lane, capability, self.scene_id, self.person_id, run_after=self.clock.now())
        work_id = await self.database.write(_ask, new, self.ids.new("msg"), self.clock.now())
        self.bells.work.ring()
        return work_id

    async def take_back(self, work_id: str) -> None:
        """Take back the words that the item answers."""
        [asked] = await self.database.read(messages.asked, work_id)
        await self.database.write(messages.take_back, asked.conversation_id, asked.id, self.clock.now())

    async def find(self, work_id: str) -> WorkItem:
        """The item as it stands."""
        item = await self.database.read(work.by_id, work_id)
        assert item is not None
        return item

    async def ended(self, work_id: str, state: str) -> WorkItem:
        """The item once it is in that state; each ending rings for the outbox, so that is what is waited for."""
        async with asyncio.timeout(5):
            while (item := await self.find(work_id)).state != state:
                await self.bells.outbox.wait(None)
        return item

    async def parts(self, work_id: str) -> list[Delivery]:
        """What goes to the platform for it."""
        return await self.database.read(outbox.of_work, work_id)


def _ask(tx: Transaction, new: NewWork, message_id: str, now: int) -> str:
    work_id, scene = work.owe(tx, new, now), new.conversation_id
    seq = conversations.next_seq(tx, scene)
    said = NewMessage(message_id, scene, seq, "person", "Bob", "Hello?", now, person_id=new.person_id, work_id=work_id)
    messages.add(tx, said)
    return work_id


def lay_scene(tx: Transaction, ids: Ids) -> tuple[str, str]:
    """A persona, a person and their conversation; returns the ids of conversation and person."""
    sheet = Sheet("Ada", "An AI that tests.", "Hello.")
    persona = NewPersona(ids.new("prs"), ids.new("pvr"), "", "ada", "active", "person", "", sheet, "test", "test")
    personas.add(tx, persona, NOW)
    person = people.heard(tx, ids.new("psn"), "discord", "7", "Bob", NOW)
    scene = Scene("discord", "1", "10", "", "channel", persona.id)
    return conversations.open(tx, ids.new("cnv"), scene, NOW).id, person.id


@pytest.fixture
async def shop(outside: Outside) -> AsyncIterator[Shop]:
    database = Database(await outside.open())
    ids = Ids(lambda: NOW)
    scene_id, person_id = await database.write(lay_scene, ids)
    yield Shop(database, ids, scene_id, person_id)
    await database.close()
