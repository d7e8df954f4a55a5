"""Deliveries on a real database, with a mouth that breaks in ways no platform announces."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.bells import Bells
from bot.clock import SystemClock
from bot.leases import Leases
from bot.outbox.deliver import Deliverer, Post
from bot.outbox.live import Drafts
from bot.outbox.pace import Pace
from bot.ports import Face, Growing, Parcel, Place, Receipt
from storage import outbox, work
from storage.database import Database
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.work import NewWork
from tests.storage.outside import Outside
from tests.work.conftest import NOW, HandClock, lay_scene


@dataclass
class Mouth:
    """Says parcels into a list; the first ``breaks`` of them are said and then break off with a bug."""

    breaks: int = 0
    said: list[tuple[str, str]] = field(default_factory=list)
    limit: int = 200
    pace_s: float = 0.0

    async def post(self, parcel: Parcel) -> Receipt:
        self.said.append((parcel.delivery_id, parcel.text))
        if self.breaks:
            self.breaks -= 1
            raise RuntimeError("Session is closed")
        return Receipt(str(len(self.said)))

    async def revise(self, parcel: Parcel) -> None:
        self.said.append((parcel.delivery_id, parcel.text))

    async def remove(self, parcel: Parcel) -> None:
        self.said.append((parcel.delivery_id, ""))

    async def find(self, parcel: Parcel, since: int) -> tuple[Receipt, ...]:
        found = [number for number, (_, text) in enumerate(self.said, 1) if text == parcel.text]
        return tuple(Receipt(str(number)) for number in found)

    def repeatable(self, parcel: Parcel) -> bool:
        return False

    async def typing(self, place: Place) -> None: ...


@dataclass
class Slow(Mouth):
    """Takes as long as the test wants before it says anything."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    def repeatable(self, parcel: Parcel) -> bool:
        return True

    async def post(self, parcel: Parcel) -> Receipt:
        self.asked.set()
        await self.go_on.wait()
        return await super().post(parcel)


@dataclass
class Table:
    """A database with one conversation, and parts owed in it."""

    database: Database
    ids: Ids
    clock: HandClock
    scene_id: str

    async def owe(self, text: str, place: int) -> str:
        return await self.database.write(_owe, self.ids, self.scene_id, text, place)

    async def state(self, delivery_id: str) -> str:
        delivery = await self.database.read(outbox.by_id, self.scene_id, delivery_id)
        assert delivery is not None
        return delivery.state


def _owe(tx: Transaction, ids: Ids, scene_id: str, text: str, place: int) -> str:
    work_id = work.owe(tx, NewWork(ids.new("wrk"), "lane", "chat", scene_id), NOW)
    new = outbox.NewPart(ids.new("dlv"), work_id, 0, scene_id, place, text)
    outbox.owe(tx, new, NOW)
    return new.id


def _break(tx: Transaction) -> None:
    tx.script("ALTER TABLE deliveries RENAME COLUMN sent_at TO sent_then;")


def _mend(tx: Transaction) -> None:
    tx.script("ALTER TABLE deliveries RENAME COLUMN sent_then TO sent_at;")


@pytest.fixture
async def table(outside: Outside) -> AsyncIterator[Table]:
    database = Database(await outside.open())
    clock = HandClock()
    ids = Ids(clock.now)
    scene_id, _ = await database.write(lay_scene, ids)
    yield Table(database, ids, clock, scene_id)
    await database.close()


LEASE_MS = 600_000


def deliverer(
    table: Table, mouth: Mouth, steps: asyncio.Queue[str], pace: Pace | None = None
) -> tuple[Deliverer, Bells]:
    bells = Bells()

    def stage(stage: str, key: str, **fields: object) -> None:
        steps.put_nowait(stage)

    post = Post(table.database, {"discord": mouth}, pace or Pace(table.clock), table.clock, stage)
    return Deliverer(post, bells, Leases(table.clock, LEASE_MS)), bells


async def until(steps: asyncio.Queue[str], stage: str) -> None:
    async with asyncio.timeout(5):
        while await steps.get() != stage:
            pass


async def test_a_mouth_that_breaks_in_an_unknown_way_is_treated_as_doubt(table: Table) -> None:
    first, second = await table.owe("one", 1), await table.owe("two", 2)
    mouth, steps = Mouth(breaks=1), asyncio.Queue[str]()
    at_work, bells = deliverer(table, mouth, steps)
    running = asyncio.create_task(at_work.run())

    await until(steps, "delivering")
    async with asyncio.timeout(5):
        while await table.state(first) != "owed":
            continue
    table.clock.at += 60_000
    bells.outbox.ring()
    await until(steps, "sent")
    await until(steps, "sent")
    await at_work.stop(2)
    await running

    assert [await table.state(first), await table.state(second)] == ["sent", "sent"]
    assert [text for _, text in mouth.said if text == "one"] in (["one"], ["one", "one"])
    assert [number for number, (_, text) in enumerate(mouth.said) if text == "two"] == [len(mouth.said) - 1]


async def test_what_storage_could_not_be_told_is_owed_again_by_the_clock(table: Table) -> None:
    only = await table.owe("one", 1)
    mouth, steps = Mouth(), asyncio.Queue[str]()
    at_work, _ = deliverer(table, mouth, steps)
    await table.database.write(_break)
    running = asyncio.create_task(at_work.run())
    async with asyncio.timeout(5):
        while await at_work.release() == 0:
            await table.state(only)
    await table.database.write(_mend)

    async with asyncio.timeout(5):
        while await table.state(only) != "sent":
            await at_work.release()
    await at_work.stop(2)
    await running

    assert await table.state(only) == "sent"
    assert len({delivery_id for delivery_id, _ in mouth.said}) == 1


async def test_a_long_delivery_is_renewed_so_that_nobody_else_says_it(table: Table) -> None:
    only = await table.owe("one", 1)
    slow, steps = Slow(), asyncio.Queue[str]()
    at_work, _ = deliverer(table, slow, steps)
    running = asyncio.create_task(at_work.run())
    await slow.asked.wait()

    for _ in range(5):
        table.clock.at += LEASE_MS // 2
        await at_work.renew()
        released = await table.database.write(outbox.release_expired, table.clock.at)
    slow.go_on.set()
    await until(steps, "sent")
    await at_work.stop(2)
    await running

    assert (released, await table.state(only)) == (0, "sent")
    assert [text for _, text in slow.said] == ["one"]


async def test_who_was_held_up_longer_than_the_lease_leaves_the_part_to_another(table: Table) -> None:
    only = await table.owe("one", 1)
    mouth, steps = Mouth(pace_s=2 * LEASE_MS / 1000), asyncio.Queue[str]()
    pace = Pace(table.clock)
    pace.wrote(only)  # a draft has just shown it, so this one waits, and waits too long
    held_up, _ = deliverer(table, mouth, steps, pace)
    running = asyncio.create_task(held_up.run())
    await until(steps, "delivering")
    await held_up.stop(2)
    await running
    said_by_the_first = list(mouth.said)

    await table.database.write(outbox.release_expired, table.clock.at)
    other, _ = deliverer(table, mouth, steps)
    running = asyncio.create_task(other.run())
    await until(steps, "sent")
    await other.stop(2)
    await running

    assert said_by_the_first == []
    assert [text for _, text in mouth.said] == ["one"]


async def test_a_draft_falls_silent_when_its_work_was_taken_over(table: Table) -> None:
    mouth, clock, ours = Mouth(), SystemClock(), True
    steps, asked = asyncio.Queue[str](), asyncio.Event()

    def held() -> bool:
        asked.set()
        return ours

    def stage(stage: str, key: str, **fields: object) -> None:
        steps.put_nowait(stage)

    new = NewWork(table.ids.new("wrk"), "lane", "chat", table.scene_id)
    await table.database.write(work.owe, new, NOW)
    drafts = Drafts(Post(table.database, {"discord": mouth}, Pace(clock), clock, stage), table.ids)
    draft = drafts.open(Growing(new.id, table.scene_id, Place("discord", "1", "10"), Face("prs", "Ada")), held)
    draft.show("one")
    await until(steps, "posted")

    ours = False
    asked.clear()
    draft.show("one two")
    await asked.wait()
    await draft.settle()

    assert [text for _, text in mouth.said] == ["one"]
