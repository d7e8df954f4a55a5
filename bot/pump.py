"""Claims due rows and does them, as many at once as there are slots, woken by a bell and never by polling."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from bot.bells import Bell
from bot.ports import Clock
from storage.errors import StorageError

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
    ) -> None:
        """``first`` looks before other processes are told, and tells them only of what it could not take."""
        self._claim = claim
        self._do = do
        self._bell = bell
        self._clock = clock
        self._slots = slots
        self._first = first
        self._tasks: set[asyncio.Task[None]] = set()
        self._settled = asyncio.Event()  # unset while something is being claimed
        self._settled.set()
        self._stopping = False

    async def run(self) -> None:
        """Go on until stopped."""
        self._bell.first_here = self._first
        try:
            while not self._stopping:
                self._settled.clear()
                try:
                    due = await self._look()
                finally:
                    self._settled.set()
                await self._bell.wait(None if due is None else max(0, due - self._clock.now()) / 1000)
        finally:
            self._bell.first_here = False
            if self._bell.take():
                self._bell.tell()

    async def stop(self, grace_s: float) -> None:
        """Claim no more, give what runs that long to end, then cancel it: its rows are there at the next start."""
        self._stopping = True
        self._bell.wake()
        await self._settled.wait()  # what was being claimed is among the tasks from here on
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
        free = self._slots - len(self._tasks)
        if free <= 0 or self._stopping:
            return Claimed((), None)
        try:
            claimed = await self._claim(free)
        except StorageError as error:
            _log.error("claim_failed", reason=str(error))
            return Claimed((), self._clock.now() + int(_STORAGE_PAUSE_S * 1000))
        for item in claimed.items:
            task = asyncio.create_task(self._one(item))
            self._tasks.add(task)
            task.add_done_callback(self._ended)
        return claimed

    async def _one(self, item: T) -> None:
        try:
            await self._do(item)
        except Exception:
            # The row keeps its lease and comes back; the bug must not take its neighbours with it.
            _log.exception("item_failed", item=getattr(item, "id", ""))

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._bell.wake()
