"""Claims due rows and does them, as many at once as there are slots, woken by a bell and never by polling."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Concatenate, Generic, ParamSpec, TypeVar

import structlog

from bot.bells import Bell, Seat
from bot.ports import Clock
from storage.database import Database
from storage.engines.base import Transaction
from storage.errors import ConstraintBroken, StorageError

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
_log = structlog.get_logger()
_STORAGE_PAUSE_S = 2.0


@dataclass(frozen=True, slots=True)
class Claimed(Generic[T]):
    """What a claim handed out, when more falls due (milliseconds) if anything waits, and what others may take.

    ``left`` says whether something due may be left that only they can take.
    """

    items: Sequence[T]
    next_due: int | None
    left: bool = True


@dataclass(frozen=True, slots=True)
class Errand(Generic[T]):
    """One claim: ``claim`` inside a transaction, and ``hold`` once that is committed."""

    claim: Callable[[Transaction], Claimed[T]]
    hold: Callable[[Claimed[T]], None]


async def claim(database: Database, errand: Errand[T]) -> Claimed[T]:
    """Carry out an errand in a transaction of its own."""
    claimed = await database.write(errand.claim)
    errand.hold(claimed)
    return claimed


async def hand_over(
    database: Database,
    bell: Bell,
    most: int,
    function: Callable[Concatenate[Transaction, P], R],
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """Write what makes work for whoever waits at the bell; with room for ``most``, it is claimed in the same commit.

    The bell is rung where nobody waits here or something may be left. Raises what the function raises.
    """
    seat = bell.seat(most) if bell.seat else None
    if seat is None:
        written = await database.write(function, *args, **kwargs)
        bell.ring()
        return written
    # Should the caller be cancelled, what was claimed is begun with all the same.
    return await asyncio.shield(_seated(database, bell, seat, lambda tx: function(tx, *args, **kwargs)))


async def _seated(database: Database, bell: Bell, seat: Seat, function: Callable[[Transaction], R]) -> R:
    def both(tx: Transaction) -> R:
        written = function(tx)
        seat.claim(tx)
        return written

    try:
        written = await database.write(both)
    except ConstraintBroken:  # others took from the same lane again and again; what is written must not fail for that
        seat.give_up()
        written = await database.write(function)
        bell.ring()
        return written
    except BaseException:
        seat.give_up()
        raise
    if seat.take():
        bell.ring()
    return written


class Pump(Generic[T]):
    """One for work and one for the outbox; the lanes inside the claims keep the order."""

    def __init__(
        self,
        claim: Callable[[int], Awaitable[Claimed[T]]],
        do: Callable[[T], Awaitable[None]],
        bell: Bell,
        clock: Clock,
        slots: int,
        *,
        first: bool = False,
        errand: Callable[[int], Errand[T]] | None = None,
    ) -> None:
        """``first`` looks before other processes are told, and tells them only of what it could not take.

        With an ``errand`` it lets others claim for it, in the transactions that make what it waits for.
        """
        self._claim = claim
        self._do = do
        self._bell = bell
        self._clock = clock
        self._slots = slots
        self._first = first
        self._errand = errand
        self._due: int | None = None  # when it looks again by itself
        self._kept = 0  # slots that are kept for what others claim
        self._short = False  # whether there may have been more to take than was free beside those
        self._tasks: set[asyncio.Task[None]] = set()
        self._handed: deque[tuple[int, Sequence[T]]] = deque()  # seats that were left, with what was claimed on each
        self._news = asyncio.Event()
        self._open = False
        self._seats: asyncio.Task[None] | None = None
        self._claiming = 0
        self._settled = asyncio.Event()  # unset while something is being claimed
        self._settled.set()
        self._stopping = False

    async def run(self) -> None:
        """Go on until stopped."""
        self._bell.first_here = self._first
        self._bell.seat = self._seat
        self._open = True
        self._seats = asyncio.create_task(self._begin_handed())
        try:
            while not self._stopping:
                self._begins()
                try:
                    self._due = due = await self._look()
                finally:
                    self._ends()
                await self._bell.wait(None if due is None else max(0, due - self._clock.now()) / 1000)
        finally:
            self._bell.first_here = False
            self._bell.seat = None
            self._open = False
            self._news.set()  # who begins what is handed ends with the last seat
            if self._bell.take():
                self._bell.tell()

    async def stop(self, grace_s: float) -> None:
        """Claim no more, give what runs that long to end, then cancel it: its rows are there at the next start."""
        self._stopping = True
        self._bell.wake()
        await self._settled.wait()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _look(self) -> int | None:
        """Take what is due, and tell the others of what was rung here and is left for them."""
        rung = self._bell.take()
        claimed = await self._fill()
        if rung and claimed.left:
            self._bell.tell()
        return claimed.next_due

    async def _fill(self) -> Claimed[T]:
        free = self._free()
        if free <= 0 or self._stopping:
            self._short = True
            return Claimed((), None)
        try:
            claimed = await self._claim(free)
        except StorageError as error:
            _log.error("claim_failed", reason=str(error))
            return Claimed((), self._clock.now() + int(_STORAGE_PAUSE_S * 1000))
        self._short = len(claimed.items) == free
        self._start(claimed.items)
        return claimed

    def _free(self) -> int:
        return self._slots - len(self._tasks) - self._kept

    def _seat(self, most: int) -> Seat | None:
        """Room for as many of these as are free, None for none."""
        room = min(most, self._free())
        if room <= 0 or self._stopping or self._errand is None:
            return None
        self._begins()
        self._kept += room
        return _Seat(self, self._errand(room), room)

    def leave(self, seat: _Seat[T], claimed: Claimed[T] | None) -> bool:
        """A seat is given back, and what was claimed on it begins; whether somebody should look for more."""
        if claimed is not None:
            seat.errand.hold(claimed)
        self._handed.append((seat.room, claimed.items if claimed is not None else ()))
        self._news.set()
        if claimed is None:
            return False
        due = claimed.next_due
        return claimed.left or (due is not None and (self._due is None or due < self._due))

    async def _begin_handed(self) -> None:
        """Begin what was claimed on seats: in a task of ours, since it outlives whoever made it."""
        while self._open or self._claiming:
            await self._news.wait()
            self._news.clear()
            while self._handed:
                room, items = self._handed.popleft()
                self._kept -= room
                self._start(items)
                self._ends()
            if self._short and self._free() > 0:
                self._bell.wake()

    def _begins(self) -> None:
        self._claiming += 1
        self._settled.clear()

    def _ends(self) -> None:
        """What was being claimed is among the tasks from here on."""
        self._claiming -= 1
        if not self._claiming:
            self._settled.set()

    def _start(self, items: Sequence[T]) -> None:
        for item in items:
            task = asyncio.create_task(self._one(item))
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    async def _one(self, item: T) -> None:
        try:
            await self._do(item)
        except Exception:
            # The row keeps its lease and comes back; the bug must not take its neighbours with it.
            _log.exception("item_failed", item=getattr(item, "id", ""))

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._bell.wake()


class _Seat(Generic[T]):
    """Room in a pump."""

    def __init__(self, pump: Pump[T], errand: Errand[T], room: int) -> None:
        self.errand = errand
        self.room = room
        self._pump = pump
        self._claimed: Claimed[T] | None = None

    def claim(self, tx: Transaction) -> None:
        """Take what is due."""
        self._claimed = self.errand.claim(tx)

    def take(self) -> bool:
        """Begin with it; whether others may find something left."""
        return self._pump.leave(self, self._claimed)

    def give_up(self) -> None:
        """Nothing was committed."""
        self._pump.leave(self, None)
