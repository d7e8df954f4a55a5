"""A pump: as many at once as it has slots, woken by its bell or by what falls due."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.bells import Bell
from bot.clock import SystemClock
from bot.pump import Claimed, Pump
from storage.errors import DatabaseBusy

PATIENCE_S = 5


@dataclass
class Yard:
    """Rows to be claimed, and what becomes of them."""

    rows: list[int] = field(default_factory=list)
    due: int | None = None
    left: bool = True
    trouble: list[Exception] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    begun: list[int] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    cut_short: list[int] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    claiming: asyncio.Event = field(default_factory=asyncio.Event)
    bell: Bell = field(default_factory=Bell)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def claim(self, most: int) -> Claimed[int]:
        self.asked.append(most)
        self._tell()
        await self.claiming.wait()
        if self.trouble:
            raise self.trouble.pop()
        taken, self.rows = self.rows[:most], self.rows[most:]
        return Claimed(taken, self.due, self.left)

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
        pump = Pump(self.claim, self.do, self.bell, SystemClock(), slots, first=first)
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
