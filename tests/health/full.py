"""``python -m tests.health.full PATH``: a database whose disk takes no more; prints what its health says."""

from __future__ import annotations

import asyncio
import resource
import signal
import sys
from pathlib import Path

from bot.clock import SystemClock
from bot.health.probe import Probe, Watched
from bot.health.vitals import Part
from storage import migrate
from storage.database import Database
from storage.engines.sqlite import SQLiteEngine


def tell(parts: tuple[Part, ...]) -> None:
    """Say each part."""
    print(*(f"{part.name} {part.ok} {part.told}" for part in parts), sep="; ")


async def uncopied() -> None:
    """Nothing is copied."""


async def fill(path: Path) -> None:
    """Ask while there is room, when there is none, and when there is room again."""
    database = Database(await SQLiteEngine.open(path))
    await migrate.up(database, lambda: 1)
    watched = Watched(database, SystemClock(), path, 180, uncopied, lambda: None)
    tell(await Probe(watched).ready())
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.with_name(path.name + "-wal").stat().st_size, most))
    tell(await Probe(watched).ready())
    tell(await Probe(watched).alive())
    resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
    tell(await Probe(watched).ready())
    await database.close()


if __name__ == "__main__":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    asyncio.run(fill(Path(sys.argv[1])))
