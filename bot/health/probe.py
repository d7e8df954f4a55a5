"""Measures a running bot when somebody asks, at most once a second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.health.question import Question
from bot.health.vitals import Connection, Copying, Counted, Life, Part, Vitals, living, ready
from bot.ports import Clock
from storage import markers, outbox, upkeep, work
from storage.database import Database
from storage.engines.base import Transaction

_FRESH_S = 1.0
_MARK = "probe"


@dataclass(frozen=True, slots=True)
class Watched:
    """What is looked at; ``file`` is the SQLite file, and work is late ``allowed_s`` seconds after it was due."""

    database: Database
    clock: Clock
    file: Path | None
    allowed_s: float
    copying: Callable[[], Awaitable[Copying | None]]
    connection: Callable[[], Connection | None]


class Probe:
    """The one place that measures: the endpoints, the metrics and /status tell what it found."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._read: Question[Counted] = Question(self._count)
        self._write: Question[None] = Question(self._keep)
        self._looking = asyncio.Lock()
        self._last: tuple[float, Vitals] | None = None

    async def alive(self) -> tuple[Part, ...]:
        """Whether the event loop turns and the database's thread answers."""
        return living(await self._life())

    async def look(self) -> Vitals:
        """Everything, as it is or was within the last second."""
        async with self._looking:
            now = asyncio.get_running_loop().time
            if self._last is None or now() - self._last[0] > _FRESH_S:
                vitals = await self._measure()
                self._last = (now(), vitals)
            return self._last[1]

    async def ready(self) -> tuple[Part, ...]:
        """Whether everything a reply needs is well."""
        return ready(await self.look(), self._watched.allowed_s)

    def close(self) -> None:
        """Ask no more; what the database has not answered is let go."""
        self._read.close()
        self._write.close()

    async def _life(self) -> Life:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.sleep(0)
        turn_s = loop.time() - began
        return Life(turn_s, await self._read.ask())

    async def _measure(self) -> Vitals:
        watched = self._watched
        life, write = await asyncio.gather(self._life(), self._write.ask())
        return Vitals(
            at=watched.clock.now(),
            life=life,
            write=write,
            counted=None if life.read.trouble else self._read.answer,
            log_bytes=await asyncio.to_thread(_log_bytes, watched.file),
            commits=watched.database.commits,
            connection=watched.connection(),
            copying=await watched.copying(),
        )

    async def _count(self) -> Counted:
        watched = self._watched
        return await watched.database.read(count, watched.clock.now(), int(watched.allowed_s * 1000))

    async def _keep(self) -> None:
        await self._watched.database.write(_keep_nothing, self._watched.clock.now())


def count(tx: Transaction, now: int, allowed_ms: int) -> Counted:
    """What is owed, what is on its way, and how large the database is."""
    return Counted(
        work=tuple(work.tally(tx)),
        oldest_due=work.oldest_due(tx, now, allowed_ms),
        outbox=tuple(outbox.tally(tx)),
        doubtful=outbox.doubtful(tx),
        size_bytes=upkeep.size(tx),
    )


def _keep_nothing(tx: Transaction, now: int) -> None:
    """A real write, which reaches the disk and leaves nothing behind."""
    markers.put(tx, _MARK, "", now)
    markers.remove(tx, _MARK)


def _log_bytes(file: Path | None) -> int | None:
    if file is None:
        return None
    log = file.with_name(file.name + "-wal")
    return log.stat().st_size if log.exists() else 0
