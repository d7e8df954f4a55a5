"""Once a day, in the quiet hours or soon after a start that missed them: lets go, tidies, empties the log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.ports import Clock
from storage import markers, passages, spending, upkeep
from storage.database import Database
from storage.engines.base import Transaction
from storage.engines.examine import astray
from storage.errors import StorageError

_log = structlog.get_logger()
_MARK = "daily"
_HOUR, _MINUTE = 4, 20
_DAY_MS = 86_400_000
_WORDS_S = 2.0  # nobody can write while the words are looked at, which takes a second for 100,000 messages
_MONTHS = 62  # days of spending that a budget of a month may look back on
_BATCH = 100  # items of one transaction, so that nobody who writes waits long


def last_turn(now: int) -> int:
    """When the last quiet hour of this machine began, in milliseconds since the Unix epoch."""
    moment = datetime.fromtimestamp(now / 1000).astimezone()
    turn = moment.replace(hour=_HOUR, minute=_MINUTE, second=0, microsecond=0)
    return int((turn if turn <= moment else turn - timedelta(days=1)).timestamp() * 1000)


@dataclass(frozen=True, slots=True)
class Daily:
    """What is done each day; ``log_is_ours`` says whether nobody else writes the log of ``file`` back."""

    database: Database
    clock: Clock
    keep_days: int
    log_is_ours: Callable[[], bool]
    file: Path | None = None

    async def run_when_due(self) -> bool:
        """Do it if nobody has done it since the last quiet hour began; whether it was done."""
        now = self.clock.now()
        if not await self.database.write(markers.take_turn, _MARK, last_turn(now), now):
            return False
        jobs = {
            "let_go": self.let_go,
            "tidy": self.database.tidy,
            "look_at_words": self._look_at_words,
            "shrink_log": self._shrink_log,
        }
        for name, job in jobs.items():
            await _try(name, job)
        return True

    async def let_go(self) -> int:
        """Forget what is over for so many days; returns how many rows of work and events that is."""
        if not self.keep_days:
            return 0
        before = self.clock.now() - self.keep_days * _DAY_MS
        await self.database.write(
            spending.let_go, self.clock.now() - max(self.keep_days, _MONTHS) * _DAY_MS, self.clock.now()
        )
        gone = [await self._in_batches(let, before) for let in (upkeep.let_work_go, upkeep.let_events_go)]
        _log.info("let_go", work=gone[0], events=gone[1])
        return sum(gone)

    async def _in_batches(self, let: Callable[[Transaction, int, int], int], before: int) -> int:
        gone = 0
        while batch := await self.database.write(let, before, _BATCH):
            gone += batch
            await asyncio.sleep(0)  # whoever waits to write goes first
        return gone

    async def _look_at_words(self) -> None:
        """Make the index of words anew where it does not agree with the texts; a server keeps both in one row."""
        if self.file is None:
            return
        found = await asyncio.to_thread(astray, self.file, _WORDS_S)
        if found:
            _log.error("words_astray", found=found[0], next="the index is made anew")
            await self.database.write(passages.renew_words)

    async def _shrink_log(self) -> None:
        if self.log_is_ours():
            await self.database.shrink_log()


async def _try(name: str, job: Callable[[], Awaitable[object]]) -> None:
    """One that fails does not keep the others from their turn; tomorrow it is tried again."""
    try:
        await job()
    except StorageError as error:
        _log.error("daily_failed", job=name, reason=str(error))
