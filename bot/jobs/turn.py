"""Whose turn it is to run the timetable: one process of a database at a time, and after its death the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import structlog

from bot.ports import Clock
from storage.database import Database
from storage.errors import StorageError

_log = structlog.get_logger()
_TURN = "timetable"
_PAUSE_S = 2.0


class Scheduler(Protocol):
    """What starts jobs by the clock."""

    def start(self) -> None:
        """Begin."""
        ...

    def shutdown(self, wait: bool) -> None:
        """Start nothing more."""
        ...


async def take_turns(database: Database, clock: Clock, make: Callable[[], Scheduler]) -> None:
    """Run the timetable whenever it is our turn, until cancelled."""
    while True:
        try:
            async with database.turn(_TURN) as turn:
                scheduler = make()
                scheduler.start()
                _log.info("timetable_begun")
                try:
                    await turn.lost()
                finally:
                    scheduler.shutdown(wait=False)
        except StorageError as error:
            _log.warning("no_turn", reason=str(error))
        await clock.sleep(_PAUSE_S)
