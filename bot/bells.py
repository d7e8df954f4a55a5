"""What one part tells another in memory: that there are new rows, or that a reply should end.

A bell that nobody hears loses nothing: the rows are there, and a start finds them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field


class Bell:
    """Rung when there is something new; rings between two waits are one."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, now or next."""
        self._event.set()

    async def wait(self, timeout_s: float | None) -> None:
        """Return at the next ring, or after that long."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()


@dataclass(slots=True)
class Bells:
    """The bells of one process, and the replies that can be stopped in it."""

    work: Bell = field(default_factory=Bell)
    outbox: Bell = field(default_factory=Bell)
    passages: Bell = field(default_factory=Bell)
    _running: dict[str, Callable[[bool], None]] = field(default_factory=dict)

    def running(self, work_id: str, stop: Callable[[bool], None]) -> None:
        """This process is at that item now; ``stop(keep)`` ends it."""
        self._running[work_id] = stop

    def over(self, work_id: str) -> None:
        """It is not any more."""
        self._running.pop(work_id, None)

    def stop(self, work_id: str, *, keep: bool) -> bool:
        """End a running item, keeping what it has said so far or nothing; False when it does not run here."""
        stop = self._running.get(work_id)
        if stop is None:
            return False
        stop(keep)
        return True
