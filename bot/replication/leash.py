"""Holds the one Litestream of a file: a lock that it inherits, so that one left by a crash is found and ended."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import IO

from bot.replication.target import ReplicaTrouble

_LOOKS = 160
_LOOK_S = 0.05


def leash_path(database: Path) -> Path:
    """The file that names the running Litestream by its number."""
    return database.with_name(database.name + ".litestream")


class Leash:
    """Taken before the child starts and inherited by it; free again only when neither lives."""

    def __init__(self, database: Path) -> None:
        self._path = leash_path(database)
        self._file: IO[str] | None = None

    @property
    def number(self) -> int:
        """The open file that the child inherits."""
        assert self._file is not None
        return self._file.fileno()

    async def take(self) -> None:
        """Take it, ending a Litestream that a crash left behind; raises ReplicaTrouble when that one stays."""
        self._file = self._path.open("a+", encoding="utf-8")
        for look in range(_LOOKS):
            if self._taken():
                return
            if look in (0, _LOOKS // 2):
                self._end(signal.SIGTERM if look == 0 else signal.SIGKILL)
            await asyncio.sleep(_LOOK_S)
        self.release()
        raise ReplicaTrouble("A Litestream left by an earlier run holds the database; end it and start again.")

    def write(self, number: int | None) -> None:
        """Note the child's number, or that there is none for now."""
        assert self._file is not None
        self._file.seek(0)
        self._file.truncate()
        self._file.write("" if number is None else str(number))
        self._file.flush()

    def release(self) -> None:
        """Let it go; doing so twice is fine."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _taken(self) -> bool:
        with suppress(BlockingIOError):
            fcntl.flock(self.number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def _end(self, by: signal.Signals) -> None:
        written = self._path.read_text("utf-8").strip()
        with suppress(ProcessLookupError):
            if written.isdigit():
                os.killpg(int(written), by)
