"""``python -m tests.replication.cramped FOLDER URL``: fills a small disk with replication on, then makes room.

Prints how many notes the database said it kept, what it said when it could keep none, and the lag at the end.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from pathlib import Path

from storage.errors import StorageError
from tests.replication.copies import Place, note, until_level

_PIECE = 256 * 1024
_AFTER = 20


async def fill(place: Place) -> None:
    """Write until nothing more fits, be told, get room, and write again."""
    ballast = place.folder / "ballast"
    kept, child = await place.opened()
    ballast.write_bytes(bytes(max(0, shutil.disk_usage(place.folder).free - 4 * _PIECE)))
    written, told = 0, ""
    deadline = time.monotonic() + 30
    while not told and time.monotonic() < deadline:
        try:
            await kept.database.write(note, 200)
            written += 200
        except StorageError as error:
            told = type(error).__name__
    ballast.unlink()
    await kept.database.write(note, _AFTER)
    await until_level(child, within_s=40)
    behind = (await child.lag()).seconds
    await kept.close()
    print(written + _AFTER, told, behind)


if __name__ == "__main__":
    asyncio.run(fill(Place(Path(sys.argv[1]), sys.argv[2])))
