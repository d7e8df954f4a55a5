"""A pump: as many at once as it has slots, woken by its bell or by what falls due."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.bells import Bell
from bot.clock import SystemClock
from bot.pump import Claimed, Errand, Pump, hand_over
from storage.database import Database
from storage.engines.base import Transaction
from storage.engines.sqlite import SQLiteEngine
from storage.errors import ConstraintBroken, DatabaseBusy

PATIENCE_S = 5


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """One in which nothing is kept: only its transactions matter here."""
    database = Database(await SQLiteEngine.open(tmp_path / "empty.db"))
    yield database
    await database.close()


@dataclass
class Yard:
    """Rows to be claimed, and what becomes of them."""

    rows: list[int] = field(default_factory=list)
    due: int | None = None
    left: bool = True
    trouble: list[Exception] = field(default_factory=list)
    races: list[Exception] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    cut_short: list[int] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    owing: threading.Event = field(default_factory=threading.Event)
    owes: threading.Event = field(default_factory=threading.Event)
    claiming: asyncio.Event = field(default_factory=asyncio.Event)
    bell: Bell = field(default_factory=Bell)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def claim(self, most: int) -> Claimed[int]:
        self.asked.append(most)
        self._tell()
        await self.claiming.wait()
        if self.trouble:
            raise self.trouble.pop()
        return self.taken(most)

    def taken(self, most: int) -> Claimed[int]:
        if self.races:
            raise self.races.pop()
        taken, self.rows = self.rows[:most], self.rows[most:]
        return Claimed(taken, self.due, self.left)

    def errand(self, most: int) -> Errand[int]:
        return Errand(lambda _: self.taken(most), lambda _: None)

    def owe(self, _: Transaction, row: int) -> str:
        self.rows.append(row)
        return f"owed {row}"

    def note(self, _: Transaction, row: int) -> str:
        """As ``owe``, where what did not come to a commit leaves nothing behind."""
        self.rows = [row]
        return f"owed {row}"

    def owe_slowly(self, tx: Transaction, row: int) -> str:
        self.owes.set()
        assert self.owing.wait(PATIENCE_S)
        return self.owe(tx, row) if row else self.fail(tx)

    def fail(self, _: Transaction) -> str:
        raise ZeroDivisionError

    async def until_owing(self) -> None:
        assert await asyncio.to_thread(self.owes.wait, PATIENCE_S)

    async def do(self, row: int) -> None:
        self.begun.append(row)
        self._tell()
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cut_short.append(row)
            raise
        if row < 0:
            raise ZeroDivisionError(row)
        self.ended.append(row)
        self._tell()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not true():
                await self._news.wait()

    @asynccontextmanager
    async def pumping(self, slots: int = 2, *, first: bool = False) -> AsyncIterator[Pump[int]]:
        pump = Pump(self.claim, self.do, self.bell, SystemClock(), slots, first=first, errand=self.errand)
        running = asyncio.create_task(pump.run())
        try:
            yield pump
        finally:
            self.gate.set()
            self.claiming.set()
            await pump.stop(PATIENCE_S)
            await asyncio.wait_for(running, PATIENCE_S)


def yard(*rows: int) -> Yard:
    """A yard whose claims are answered at once."""
    made = Yard(list(rows))
    made.claiming.set()
    return made


async def test_no_more_run_at_once_than_there_are_slots() -> None:
    at = yard(1, 2, 3, 4, 5)

    async with at.pumping(slots=2):
        await at.until(lambda: len(at.begun) == 2)
        before = list(at.begun)
        at.gate.set()
        await at.until(lambda: len(at.ended) == 5)

    assert before == [1, 2]
    assert at.ended == [1, 2, 3, 4, 5]
    assert max(at.asked) == 2


async def test_a_bell_wakes_it() -> None:
    at = yard()
    at.gate.set()

    async with at.pumping():
        await at.until(lambda: len(at.asked) == 1)
        at.rows.append(1)
        at.bell.ring()
        await at.until(lambda: at.ended == [1])


async def test_a_ring_while_it_claims_is_not_lost() -> None:
    at = Yard()
    at.gate.set()

    async with at.pumping():
        await at.until(lambda: len(at.asked) == 1)
        at.bell.ring()
        at.claiming.set()
        await at.until(lambda: len(at.asked) == 2)


async def test_who_looks_first_tells_the_others_of_what_it_leaves_and_of_nothing_else() -> None:
    at, told = yard(), list[str]()
    at.bell.elsewhere = lambda: told.append("told")
    at.left = False
    at.gate.set()

    async with at.pumping(slots=1, first=True):
        await at.until(lambda: len(at.asked) == 1)
        at.rows.append(1)
        at.bell.ring()
        await at.until(lambda: at.ended == [1] and len(at.asked) == 3)  # once more when it had ended
        kept = list(told)
        at.left = True
        at.bell.ring()
        await at.until(lambda: told == ["told"])
        at.bell.wake()  # by another, who knows
        await at.until(lambda: len(at.asked) == 5)
        at.left = False
    passed_on = list(told)
    at.bell.ring()  # nobody looks here any more

    assert (kept, passed_on, told) == ([], ["told"], ["told", "told"])


async def test_what_falls_due_wakes_it_without_a_bell() -> None:
    at = yard()
    at.gate.set()
    at.due = SystemClock().now() + 50

    async with at.pumping():
        await at.until(lambda: len(at.asked) == 1)
        at.rows.append(1)
        await at.until(lambda: at.ended == [1])


async def test_a_claim_that_fails_is_made_again_at_the_next_bell() -> None:
    at = yard(1)
    at.trouble.append(DatabaseBusy("busy"))
    at.gate.set()

    async with at.pumping():
        await at.until(lambda: len(at.asked) == 1)
        at.bell.ring()
        await at.until(lambda: at.ended == [1])


async def test_a_claim_that_fails_is_made_again_without_a_bell() -> None:
    at = yard(1)
    at.trouble.append(DatabaseBusy("busy"))
    at.gate.set()

    async with at.pumping():
        await at.until(lambda: at.ended == [1])

    assert len(at.asked) > 1


async def test_a_bug_in_one_item_harms_no_other() -> None:
    at = yard(-1, 2, 3)
    at.gate.set()

    async with at.pumping(slots=1):
        await at.until(lambda: at.ended == [2, 3])

    assert at.begun == [-1, 2, 3]


async def test_stopping_lets_what_runs_come_to_its_end() -> None:
    at = yard(1, 2)

    async with at.pumping(slots=1) as pump:
        await at.until(lambda: at.begun == [1])
        stopping = asyncio.create_task(pump.stop(PATIENCE_S))
        await asyncio.sleep(0)
        at.gate.set()
        await stopping

    assert (at.ended, at.cut_short, at.rows) == ([1], [], [2])


async def test_stopping_cuts_short_what_takes_longer_than_its_grace() -> None:
    at = yard(1)

    async with at.pumping() as pump:
        await at.until(lambda: at.begun == [1])
        await pump.stop(0)

        assert at.cut_short == [1]


async def test_what_is_claimed_while_it_stops_comes_to_its_end_too() -> None:
    at = Yard([1])

    async with at.pumping() as pump:
        await at.until(lambda: len(at.asked) == 1)
        stopping = asyncio.create_task(pump.stop(PATIENCE_S))
        await asyncio.sleep(0)
        at.claiming.set()
        await at.until(lambda: at.begun == [1])
        waited = not stopping.done()
        at.gate.set()
        await stopping

        assert waited
        assert at.ended == [1]


async def test_what_makes_work_claims_it_in_the_same_commit(database: Database) -> None:
    at = yard()
    at.gate.set()

    async with at.pumping() as pump:
        await at.until(lambda: len(at.asked) == 1)
        commits = database.commits
        written = await hand_over(database, at.bell, 2, at.owe, 1)
        await at.until(lambda: at.ended == [1])
        one_commit = database.commits == commits + 1
        await pump.stop(PATIENCE_S)
        await hand_over(database, at.bell, 2, at.owe, 2)  # nobody takes anything here any more

    assert (written, one_commit) == ("owed 1", True)
    assert (at.begun, at.rows) == ([1], [2])


async def test_no_more_is_claimed_than_there_are_slots_however_it_is_claimed(database: Database) -> None:
    at = yard(1)

    async with at.pumping(slots=3):
        await at.until(lambda: at.begun == [1])
        await asyncio.gather(*(hand_over(database, at.bell, 2, at.owe, row) for row in (2, 3, 4, 5)))
        await at.until(lambda: len(at.begun) == 3)
        before = list(at.begun)
        at.gate.set()
        await at.until(lambda: len(at.ended) == 5)

    assert len(before) == 3
    assert sorted(at.begun) == [1, 2, 3, 4, 5]


async def test_of_a_transaction_that_fails_nothing_is_begun_and_its_slots_are_free(database: Database) -> None:
    at = yard()
    at.gate.set()

    async with at.pumping(slots=1):
        await at.until(lambda: len(at.asked) == 1)
        with pytest.raises(ZeroDivisionError):
            await hand_over(database, at.bell, 1, at.fail)
        await hand_over(database, at.bell, 1, at.owe, 1)
        await at.until(lambda: at.ended == [1])


async def test_what_others_race_for_is_written_all_the_same_and_claimed_at_the_bell(database: Database) -> None:
    at = yard()
    at.gate.set()

    async with at.pumping():
        await at.until(lambda: len(at.asked) == 1)
        at.races.append(ConstraintBroken("a lane was taken"))
        written = await hand_over(database, at.bell, 2, at.note, 1)
        await at.until(lambda: at.ended == [1])

    assert written == "owed 1"


async def test_what_was_claimed_is_begun_though_its_caller_was_cancelled(database: Database) -> None:
    at = yard()
    at.gate.set()

    async with at.pumping() as pump:
        await at.until(lambda: len(at.asked) == 1)
        caller = asyncio.create_task(hand_over(database, at.bell, 2, at.owe_slowly, 1))
        await at.until_owing()
        caller.cancel()
        stopping = asyncio.create_task(pump.stop(PATIENCE_S))  # waits for it too
        await asyncio.sleep(0)
        at.owing.set()
        await stopping

    assert caller.cancelled() and at.ended == [1]


async def test_who_found_no_room_for_want_of_a_seat_looks_again_when_it_is_given_back(database: Database) -> None:
    at = yard()

    async with at.pumping(slots=1):
        await at.until(lambda: len(at.asked) == 1)
        failing = asyncio.create_task(hand_over(database, at.bell, 1, at.owe_slowly, 0))
        await at.until_owing()
        at.rows.append(1)
        at.bell.ring()
        await asyncio.sleep(0.01)
        at.owing.set()
        with pytest.raises(ZeroDivisionError):
            await failing
        await at.until(lambda: at.begun == [1])


@pytest.mark.parametrize(("left", "due_s", "looks"), [(False, None, False), (True, None, True), (False, 3600, True)])
async def test_after_a_claim_on_a_seat_others_look_only_for_what_it_left(
    database: Database, left: bool, due_s: int | None, looks: bool
) -> None:
    at, told = yard(), list[str]()
    at.bell.elsewhere = lambda: told.append("told")
    at.left = left

    async with at.pumping():
        await at.until(lambda: len(at.asked) == 1)
        at.due = None if due_s is None else SystemClock().now() + 1000 * due_s
        await hand_over(database, at.bell, 2, at.owe, 1)
        await at.until(lambda: at.begun == [1])
        assert told == (["told"] if looks else [])
