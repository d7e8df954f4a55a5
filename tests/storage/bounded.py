"""``python -m tests.storage.bounded PATH``: writes until no file of this process may grow any further.

Prints what the database said, how much was kept, and what it said when there was room again, a line each.
"""

from __future__ import annotations

import asyncio
import resource
import signal
import sys
from pathlib import Path

from storage import markers, migrate
from storage.database import Database
from storage.engines.sqlite import SQLiteEngine
from storage.errors import StorageError

ROOM = 512 * 1024
PIECE = "x" * 64 * 1024


def bound(path: Path) -> int:
    """Leave this process little room for its files; returns how much it had."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + ROOM, most))
    return before


async def fill(path: Path) -> None:
    """Write, be stopped, get room, write again."""
    database = Database(await SQLiteEngine.open(path))
    await migrate.up(database, lambda: 1)
    most = bound(path)
    writes = [database.write(markers.put, f"piece{number}", PIECE, 1) for number in range(32)]
    ended = await asyncio.gather(*writes, return_exceptions=True)
    kept = [await database.read(markers.read, f"piece{number}") == PIECE for number in range(32)]
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    print({type(end).__name__ for end in ended if end is not None} or "no failure")
    print("honest" if kept == [end is None for end in ended] else "dishonest")
    print(all(isinstance(end, StorageError) for end in ended if end is not None))
    await database.write(markers.put, "after", "kept", 1)
    print(await database.read(markers.read, "after"), await database.read(lambda tx: tx.check()))
    await database.close()


if __name__ == "__main__":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    asyncio.run(fill(Path(sys.argv[1])))
