"""Forgets a person while the bot runs: the tombstone on the disk first, then step by step, then the log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.bells import Bells
from bot.ports import Clock
from storage import departures, forgetting, guilds, sidecar, tombstones
from storage.database import Database
from storage.departures import Departure
from storage.engines.base import Transaction
from storage.errors import StorageError
from storage.guilds import Erased
from storage.tombstones import Tombstone
from storage.wiping import Receipt

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Eraser:
    """What forgetting works with; ``file`` is the SQLite file.

    ``settle`` empties the log, which holds old pages still, or has the copy know of it before the person is told.
    """

    database: Database
    bells: Bells
    clock: Clock
    file: Path | None
    settle: Callable[[], Awaitable[object]]

    async def forget(self, platform: str, platform_id: str) -> Receipt:
        """Forget all that somebody said until now; raises a StorageError, and what is left the next start forgets."""
        until = await self.database.read(forgetting.until_now, platform, platform_id, self.clock.now())
        done = await self._step(platform, platform_id, until)
        if self.file is not None:
            stone = Tombstone(tombstones.key_hash(platform, platform_id), until)
            await asyncio.to_thread(sidecar.add, self.file, [stone])
        while not done.whole:
            await asyncio.sleep(0)  # whoever waits to write goes first
            done += await self._step(platform, platform_id, until)
        self.bells.ring()
        await self._settle()
        return done

    async def forget_guild(self, gone: Departure) -> None:
        """Erase what is kept of a guild, unless we came back meanwhile; what is left is gone on with by the clock."""
        whole = False
        while not whole:
            await asyncio.sleep(0)  # whoever waits to write goes first
            done = await self.database.write(_erase, gone, self.clock.now())
            for work_id in done.running:
                self.bells.stop(work_id, keep=False)
            whole = done.whole
        self.bells.ring()
        await self._settle()
        _log.info("guild_erased", platform=gone.platform, guild=gone.guild_id)

    async def _step(self, platform: str, platform_id: str, until: int) -> Receipt:
        now = self.clock.now()
        step = await self.database.write(forgetting.forget, platform, platform_id, until, now)
        for work_id in step.running:
            self.bells.stop(work_id, keep=False)
        return step

    async def _settle(self) -> None:
        """Where somebody reads the log just then, or the copy is away, that is made up for by the clock."""
        try:
            await self.settle()
        except StorageError as error:
            _log.warning("forgetting_not_settled", reason=str(error))


def _erase(tx: Transaction, gone: Departure, now: int) -> Erased:
    """One step; where we are back nothing more is done."""
    if not departures.still(tx, gone):
        return Erased(whole=True)
    done = guilds.erase(tx, gone.platform, gone.guild_id, now)
    if done.whole:
        departures.erased(tx, gone, now)
    return done
