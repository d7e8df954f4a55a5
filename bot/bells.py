"""What one part tells another: that there are new rows, or that a reply should end.

A bell that nobody hears loses nothing: the rows are there, and a start or the next look finds them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from storage.engines.base import Transaction


class Seat(Protocol):
    """Room that whoever waits at a bell keeps for what is claimed in somebody else's transaction."""

    def claim(self, tx: Transaction) -> None:
        """Take what is due; may be done again in another transaction, and then only the last time counts."""
        ...

    def take(self) -> bool:
        """After the commit: begin with what was claimed. Returns whether others may find something left."""
        ...

    def give_up(self) -> None:
        """Nothing was committed."""
        ...


class Bell:
    """Rung when there is something new; rings between two waits are one."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._untold = False
        self.elsewhere: Callable[[], None] | None = None
        self.first_here = False  # whoever looks here first then tells the others, if anything is left for them
        self.seat: Callable[[int], Seat | None] | None = None  # of who waits here, for so many that it could begin with

    def ring(self) -> None:
        """Wake whoever waits, now or next, in every process."""
        self._untold = True
        self.wake()
        if not self.first_here and self.take():
            self.tell()

    def take(self) -> bool:
        """Whether it was rung here and the others know nothing of it; whoever asks sees to that."""
        untold, self._untold = self._untold, False
        return untold

    def tell(self) -> None:
        """Wake whoever waits in the other processes."""
        if self.elsewhere is not None:
            self.elsewhere()

    def wake(self) -> None:
        """Wake whoever waits in this process only."""
        self._event.set()

    def silent(self) -> bool:
        """Whether nobody rang since the last wait or the last time it was asked."""
        rung = self._event.is_set()
        self._event.clear()
        return not rung

    async def wait(self, timeout_s: float | None) -> None:
        """Return at the next ring, or after that long."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()


class Bells:
    """The bells of one process, and the replies that can be stopped in it."""

    def __init__(self) -> None:
        self.work = Bell()
        self.outbox = Bell()
        self.passages = Bell()
        self.stop_elsewhere: Callable[[str, bool], None] | None = None
        self._running: dict[str, Callable[[bool], None]] = {}

    def ring(self) -> None:
        """Have everybody look, in every process."""
        for bell in (self.work, self.outbox, self.passages):
            bell.ring()

    def wake(self) -> None:
        """Have everybody in this process look."""
        for bell in (self.work, self.outbox, self.passages):
            bell.wake()

    def running(self, work_id: str, stop: Callable[[bool], None]) -> None:
        """This process is at that item now; ``stop(keep)`` ends it."""
        self._running[work_id] = stop

    def over(self, work_id: str) -> None:
        """It is not any more."""
        self._running.pop(work_id, None)

    def stop(self, work_id: str, *, keep: bool) -> bool:
        """End a running item, keeping what it has said so far or nothing; False when it can run nowhere."""
        if self.stop_here(work_id, keep=keep):
            return True
        if self.stop_elsewhere is None:
            return False
        self.stop_elsewhere(work_id, keep)
        return True

    def stop_here(self, work_id: str, *, keep: bool) -> bool:
        """End it if this process is at it; False when it is not."""
        stop = self._running.get(work_id)
        if stop is None:
            return False
        stop(keep)
        return True
