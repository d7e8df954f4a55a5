"""One IDENTIFY at a time: Discord takes one in five seconds from a bot, however many processes it runs in."""

from __future__ import annotations

import asyncio

import structlog

from storage.database import Database
from storage.errors import StorageError

_log = structlog.get_logger()
_TURN = "identify"


class Identify:
    """Turns to identify, among all processes of a database; each lasts ``pause_s`` seconds."""

    def __init__(self, database: Database, pause_s: float) -> None:
        self.pause_s = pause_s
        self._database = database
        self._here = asyncio.Lock()
        self._holding: set[asyncio.Task[None]] = set()

    async def turn(self) -> None:
        """Return when it is our turn; without storage it always is."""
        taken = asyncio.Event()
        holding = asyncio.create_task(self._hold(taken))
        self._holding.add(holding)
        holding.add_done_callback(self._holding.discard)
        try:
            await taken.wait()
        except asyncio.CancelledError:
            holding.cancel()
            raise

    async def _hold(self, taken: asyncio.Event) -> None:
        try:
            async with self._here, self._database.turn(_TURN):
                taken.set()
                await asyncio.sleep(self.pause_s)
        except StorageError as error:
            _log.warning("identify_alone", reason=str(error))
        finally:
            taken.set()

    async def close(self) -> None:
        """Let a turn that is held go."""
        for holding in list(self._holding):
            holding.cancel()
        await asyncio.gather(*self._holding, return_exceptions=True)
