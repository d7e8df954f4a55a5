"""Whatever happens to work, a lane runs one item at a time, in order, and loses none."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from storage import people, personas, work
from storage.database import Database
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.records import WorkItem
from storage.work import Failed, Lease, LostLease, NewWork
from tests.storage.conftest import NOW, a_persona, a_scene
from tests.storage.outside import File, Outside, Server
from tests.storage.stock import Stock

FAILED = Failed("STALLED", "")
LANES = "ab"
STEP = st.tuples(
    st.sampled_from(
        ["owe", "owe", "claim", "claim", "claim", "finish", "retry", "bury", "stop", "revive", "expire", "crash"]
    ),
    st.integers(0, 5),
)


@dataclass
class Lanes:
    """A database driven step by step, with every item anybody ever held."""

    database: Database
    ids: Ids
    scene_id: str
    now: int = NOW
    owed: list[str] = field(default_factory=list)
    held: list[WorkItem] = field(default_factory=list)
    claimed: list[WorkItem] = field(default_factory=list)

    async def step(self, what: str, number: int) -> None:
        """One thing happens; who ends an item may have lost it long ago."""
        self.now += 1 + number
        write, item = self.database.write, self.held[number % len(self.held)] if self.held else None
        match what:
            case "owe":
                lane = LANES[number % len(LANES)]
                new = NewWork(self.ids.new("wrk"), lane, "chat", self.scene_id, run_after=self.now)
                self.owed.append(await write(work.owe, new, self.now))
            case "claim":
                taken = await write(work.claim, Lease("bot", self.now + 4, self.now + 50), self.now, number)
                self.held += taken
                self.claimed += taken
            case "expire":
                await write(work.release_expired, self.now)
            case "crash":
                await write(work.release_all, self.now)
            case "revive" if item is not None:
                await write(work.revive, item.id, self.now)
            case _ if item is not None:
                with suppress(LostLease):
                    await write(_end, what, item, self.now)

    async def items(self) -> list[WorkItem]:
        """Everything ever owed, as it stands."""
        return await self.database.read(lambda tx: [item for one in self.owed if (item := work.by_id(tx, one))])


def _end(tx: Transaction, what: str, item: WorkItem, now: int) -> None:
    match what:
        case "finish":
            work.finish(tx, item, now)
        case "retry":
            work.retry(tx, item, FAILED, now + 9)
        case "bury":
            work.bury(tx, item, FAILED, now)
        case "stop":
            work.stop(tx, item, now)


async def _lay(outside: Outside) -> Lanes:
    database = Database(await outside.open())
    ids = Ids(lambda: NOW)

    def lay(tx: Transaction) -> str:
        persona = a_persona(ids)
        personas.add(tx, persona, NOW)
        people.heard(tx, ids.new("psn"), "discord", "7", "Bob", NOW)
        return a_scene(tx, ids, persona.id).id

    return Lanes(database, ids, await database.write(lay))


async def _play(steps: list[tuple[str, int]], outside: Outside) -> None:
    lanes = await _lay(outside)
    try:
        for what, number in steps:
            await lanes.step(what, number)
            _check_lanes(await lanes.items())
        _check_order(lanes)
        await _check_nothing_is_lost(lanes)
    finally:
        await lanes.database.close()


def _check_lanes(items: list[WorkItem]) -> None:
    for lane in LANES:
        assert sum(item.lane == lane and item.state in ("running", "retrying") for item in items) <= 1


def _check_order(lanes: Lanes) -> None:
    """First tries come in the order of birth, but for those revived."""
    first = list(dict.fromkeys(item.id for item in lanes.claimed))
    for lane in LANES:
        of_lane = [item_id for item_id in first if any(i.id == item_id and i.lane == lane for i in lanes.claimed)]
        assert of_lane == sorted(of_lane)


async def _check_nothing_is_lost(lanes: Lanes) -> None:
    """Once everybody is alive and well, all that is not over is done."""
    await lanes.database.write(work.release_all, lanes.now)
    lanes.now += 20
    while taken := await lanes.database.write(work.claim, Lease("b", lanes.now, lanes.now + 50), lanes.now, 9):
        for item in taken:
            await lanes.database.write(work.finish, item, lanes.now)
    items = await lanes.items()
    assert len(items) == len(lanes.owed)
    assert {item.state for item in items} <= {"done", "buried", "cancelled"}


@settings(max_examples=25)
@given(steps=st.lists(STEP, min_size=25, max_size=60))
def test_a_lane_runs_one_at_a_time_in_order_and_loses_nothing(model_file: Path, steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_play(steps, File(Path(shutil.copy(model_file, folder)))))


@settings(max_examples=10)
@given(steps=st.lists(STEP, min_size=25, max_size=60))
def test_a_lane_of_postgres_runs_one_at_a_time_in_order_and_loses_nothing(
    stock: Stock, steps: list[tuple[str, int]]
) -> None:
    with stock.lent() as url:
        asyncio.run(_play(steps, Server(url)))
