"""Whole copies of the SQLite file, made before its schema moves and kept in a folder beside it."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from storage.engines.disk import refused
from storage.engines.driver import choose_driver, translate
from storage.engines.examine import faults
from storage.errors import DatabaseCorrupt, DatabaseFull

_NAME = re.compile(r"^(\d{8}T\d{9})Z-schema-(\d{4})\.db$")
_UNDONE = ".undone"


def room(folder: Path) -> int:
    """Bytes that may still be written there."""
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy, with the schema it holds."""

    path: Path
    schema: int
    made_at: datetime
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the copies of one file stand, the newest ``keep`` of them; without a file there is nothing to do."""

    database: Path | None
    keep: int
    now: Callable[[], int]
    room: Callable[[Path], int] = room

    @property
    def keeps(self) -> bool:
        """Whether anything is copied here at all."""
        return self.database is not None and self.keep > 0

    async def put(self, schema: int) -> None:
        """Copy the file and examine the copy; raises a StorageError, and then nothing was changed."""
        if self.database is not None and self.keep:
            await asyncio.to_thread(self._put, self.database, schema)

    def listed(self) -> tuple[Backup, ...]:
        """What stands there, the oldest first."""
        if self.database is None:
            return ()
        found = ((path, _NAME.match(path.name)) for path in sorted(_folder(self.database).glob("*.db")))
        return tuple(_backup(path, named[1], int(named[2])) for path, named in found if named)

    def _put(self, database: Path, schema: int) -> None:
        folder = _folder(database)
        stamp = datetime.fromtimestamp(self.now() / 1000, UTC).strftime("%Y%m%dT%H%M%S%f")[:18]
        place = folder / f"{stamp}Z-schema-{schema:04d}.db"
        undone = place.with_name(place.name + _UNDONE)
        try:
            folder.mkdir(exist_ok=True)
            _clear(folder)
            self._see_to_room(database, folder)
            _copy(database, undone)
            _see_to_soundness(undone)
            undone.replace(place)
        except OSError as error:
            raise refused(error, place) from error
        finally:
            _clear(folder)
        for old in self.listed()[: -self.keep]:
            old.path.unlink(missing_ok=True)

    def _see_to_room(self, database: Path, folder: Path) -> None:
        log = database.with_name(database.name + "-wal")
        needed = database.stat().st_size + (log.stat().st_size if log.exists() else 0)
        free = self.room(folder)
        if free < needed:
            raise DatabaseFull(
                f"A backup before the migration needs {needed / 1_000_000:.1f} MB in {folder}, and "
                f"{free / 1_000_000:.1f} MB are free; free some space, or set TROUPE_MIGRATION_BACKUPS=0. "
                "Nothing was changed."
            )


def _folder(database: Path) -> Path:
    return database.with_name(database.name + ".backups")


def _backup(path: Path, stamp: str, schema: int) -> Backup:
    made_at = datetime.strptime(stamp + "000", "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    return Backup(path, schema, made_at, path.stat().st_size)


def _clear(folder: Path) -> None:
    """Take away what was not finished."""
    for path in folder.glob(f"*{_UNDONE}*"):
        with suppress(OSError):
            path.unlink()


def _copy(database: Path, to: Path) -> None:
    """By SQLite's own backup, which takes the log's commits along; the copy is one file without a log."""
    driver = choose_driver()
    try:
        with closing(driver.connect(str(database))) as source, closing(driver.connect(str(to))) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE").fetchall()
    except driver.Error as error:
        raise translate(error, to) from error


def _see_to_soundness(copy: Path) -> None:
    wrong = faults(copy, thorough=True)
    if wrong:
        raise DatabaseCorrupt(
            f"The backup before the migration is damaged ({wrong[0]}), so the database may be; nothing was changed. "
            "Check the disk, or restore an earlier backup."
        )
