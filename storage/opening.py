"""Opens the database that a URL names: a file for one bot alone, or a server that several may share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.database import Database
from storage.engines.driver import Bounds
from storage.engines.lock import FileLock
from storage.engines.sqlite import SQLiteEngine

_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Opened:
    """An open database, with its lock where it is a file."""

    database: Database
    lock: FileLock | None

    @property
    def alone(self) -> bool:
        """Whether nobody else can be at work on it, so that what is marked as running is not."""
        return self.lock is not None

    def release(self) -> None:
        """Let another bot open it; doing so twice is fine."""
        if self.lock is not None:
            self.lock.release()

    async def close(self) -> None:
        """Finish what was asked for and let database and lock go; doing so twice is fine."""
        await self.database.close()
        self.release()


async def _as_it_is() -> Bounds:
    return Bounds()


async def open_url(
    url: str,
    ready: Callable[[], Awaitable[Bounds]] = _as_it_is,
    *,
    only: bool = False,
    sessions: type[Any] | None = None,
) -> Opened:
    """Open ``sqlite:///path`` under its lock, or ``postgresql://…``; raises a StorageError that says what to do.

    ``ready`` is called for a file once its lock is held: it may put the file in order, and says how to open it.
    With ``only``, a server that processes may share is refused while another is at work there, and kept from others.
    ``sessions`` is what its connections are made of, else the driver's own.
    """
    if not url.startswith(_SQLITE):
        from storage.engines.postgres import PostgresEngine  # a start on a file need not wait for its driver

        return Opened(Database(await PostgresEngine.open(url, only=only, sessions=sessions)), None)
    path = Path(url.removeprefix(_SQLITE))
    lock = FileLock(path)
    lock.take()
    try:
        return Opened(Database(await SQLiteEngine.open(path, await ready())), lock)
    except BaseException:
        lock.release()
        raise
