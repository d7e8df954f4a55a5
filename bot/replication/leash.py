"""Holds the one Litestream of a file: a lock that it inherits, so that one left by a crash is found and ended."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bot.replication.target import ReplicaTrouble
from storage.engines.disk import refused

CONTROL = "troupe-litestream-"  # how the folder of a control socket is called
_LOOKS = 160
_LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Running:
    """The Litestream that the leash names: its number, and the socket it answers on."""

    number: int
    control: Path


def leash_path(database: Path) -> Path:
    """The file that names the running Litestream by its number."""
    return database.with_name(database.name + ".litestream")


def running(database: Path) -> Running | None:
    """What the leash of this database names; it may have died since."""
    with suppress(OSError, ValueError):
        number, control = leash_path(database).read_text("utf-8").split("\n")[:2]
        return Running(int(number), Path(control))
    return None


def held(database: Path) -> bool:
    """Whether a bot or its Litestream holds the leash, so that whatever is written there is copied."""
    try:
        with leash_path(database).open("r", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


class Leash:
    """Taken before the child starts and inherited by it; free again only when neither lives."""

    def __init__(self, database: Path) -> None:
        self._database = database
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
                self._clear()
                return
            if look in (0, _LOOKS // 2):
                self._end(signal.SIGTERM if look == 0 else signal.SIGKILL)
            await asyncio.sleep(_LOOK_S)
        self.release()
        raise ReplicaTrouble("A Litestream left by an earlier run holds the database; end it and start again.")

    def write(self, child: Running | None) -> None:
        """Note the child, or that there is none for now; raises a StorageError where that can't be written."""
        assert self._file is not None
        try:
            self._file.seek(0)
            self._file.truncate()
            self._file.write("" if child is None else f"{child.number}\n{child.control}\n")
            self._file.flush()
        except OSError as error:
            raise refused(error, self._path) from error

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
        left = running(self._database)
        with suppress(ProcessLookupError):
            if left is not None:
                os.killpg(left.number, by)

    def _clear(self) -> None:
        """Take away what a crash left: the note, and the folder of a socket that nobody answers on any more."""
        left = running(self._database)
        if left is not None and left.control.parent.name.startswith(CONTROL):
            shutil.rmtree(left.control.parent, ignore_errors=True)
        self.write(None)
