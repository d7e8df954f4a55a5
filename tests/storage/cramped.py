"""``python -m tests.storage.cramped PATH FOLDER``: migrates where no file may grow as long as the database is.

Prints what was said, how many steps are applied, what the database holds, and what was left of the backup.
"""

from __future__ import annotations

import asyncio
import resource
import signal
import sys
from pathlib import Path

from storage import markers, migrate
from storage.backups import Shelf
from storage.database import Database
from storage.engines.sqlite import SQLiteEngine
from storage.errors import StorageError


async def move(path: Path, folder: Path) -> None:
    """Fill the file, leave no room for its copy, and move its schema."""
    database = Database(await SQLiteEngine.open(path))
    await migrate.up(database, lambda: 1)
    await database.write(markers.put, "word", "kept", 1)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, most))
    shelf = Shelf(path, 3, lambda: 1)
    try:
        await migrate.up(database, lambda: 1, folder, shelf.put)
    except StorageError as error:
        print(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    print(len((await migrate.status(database, folder)).applied))
    print(await database.read(markers.read, "word"))
    print([left.name for left in (path.parent / "troupe.db.backups").iterdir()])
    await database.close()


if __name__ == "__main__":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    asyncio.run(move(Path(sys.argv[1]), Path(sys.argv[2])))
