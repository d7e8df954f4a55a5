"""One bot for one SQLite file: a lock beside it, let go by the system even after a crash."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

from storage.engines.disk import refused
from storage.errors import DatabaseTaken


class FileLock:
    """Held from ``take`` to ``release``."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Take it, or raise DatabaseTaken; raises another StorageError where no lock file can be made."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a", encoding="utf-8")
        except OSError as error:
            raise refused(error, self._path.parent) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.release()
            raise DatabaseTaken(
                f"Another Troupe is running on {self._path.with_suffix('')}; stop it first, or set DATABASE_URL."
            ) from error

    def release(self) -> None:
        """Let it go; doing so twice is fine."""
        if self._file is not None:
            self._file.close()
            self._file = None
