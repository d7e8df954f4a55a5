"""Forgets a person while the bot runs: the tombstone on the disk first, then step by step, then the log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.bells import Bells
from bot.ports import Clock
from storage import forgetting, sidecar, tombstones
from storage.database import Database
from storage.errors import StorageError
from storage.forgetting import Receipt
from storage.tombstones import Tombstone

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Eraser:
    """What forgetting works with; ``file`` is the SQLite file, ``log_is_ours`` whether nobody else writes its log."""

    database: Database
    bells: Bells
    clock: Clock
    file: Path | None
    log_is_ours: Callable[[], bool]

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
        await self._empty_log()
        return done

    async def _step(self, platform: str, platform_id: str, until: int) -> Receipt:
        now = self.clock.now()
        step = await self.database.write(forgetting.forget, platform, platform_id, until, now)
        for work_id in step.running:
            self.bells.stop(work_id, keep=False)
        return step

    async def _empty_log(self) -> None:
        """Old pages of the log hold words still; where somebody reads just then, they go with the next day's turn."""
        if not self.log_is_ours():
            return
        try:
            await self.database.shrink_log()
        except StorageError as error:
            _log.warning("log_not_emptied", reason=str(error))
