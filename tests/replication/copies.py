"""A bot's database with a replica, opened as the bot opens it, and ways to look at the copy."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bot.clock import SystemClock
from bot.house import Kept, open_database
from bot.replication.child import Child
from bot.replication.leash import running
from bot.replication.restore import fetch
from bot.replication.target import Target, choose_target
from config.static import Static, read_settings
from storage.engines.base import Transaction


@dataclass
class Place:
    """Where one test keeps its database and its copy."""

    folder: Path
    url: str
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        return self.folder / "troupe.db"

    @property
    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": f"sqlite:///{self.database}", "REPLICA_URL": self.url, **self.keys}

    @property
    def settings(self) -> Static:
        return read_settings(self.environment)

    @property
    def target(self) -> Target:
        target = choose_target(self.settings, os.environ)
        assert target is not None
        return target

    async def open(self) -> Kept:
        return await open_database(self.settings, SystemClock())

    async def opened(self) -> tuple[Kept, Child]:
        """With its Litestream, which has copied what there is."""
        kept = await self.open()
        assert kept.replication is not None
        await until_level(kept.replication)
        return kept, kept.replication

    async def copied(self, name: str = "elsewhere.db") -> int:
        """How many notes a restore brings."""
        to = self.folder / name
        to.unlink(missing_ok=True)
        return notes(to) if await fetch(self.target, to) else -1

    async def until_copied(self, count: int, within_s: float = 60.0) -> None:
        """Restore again and again until so many notes come."""
        deadline = time.monotonic() + within_s
        while (found := await self.copied()) < count:
            assert time.monotonic() < deadline, f"{found} of {count} notes arrived"
            await asyncio.sleep(0.05)

    def litestream(self) -> int:
        """The number of the running Litestream."""
        found = self.noted()
        assert found is not None, "no Litestream is noted"
        return found

    def noted(self) -> int | None:
        """Its number, or None while it is being started again."""
        found = running(self.database)
        return found.number if found else None

    def kill_litestream(self) -> None:
        os.kill(self.litestream(), signal.SIGKILL)


async def until_level(child: Child, within_s: float = 20.0) -> None:
    """Wait until the replica has every change."""
    deadline = time.monotonic() + within_s
    while (found := await child.lag()).seconds != 0:
        assert time.monotonic() < deadline, f"still {found.sentence()}"
        await asyncio.sleep(0.1)


def note(tx: Transaction, count: int) -> None:
    """Write so many rows in one transaction."""
    tx.script("CREATE TABLE IF NOT EXISTS notes (text TEXT NOT NULL)")
    tx.script(";\n".join(f"INSERT INTO notes VALUES ('note {number}')" for number in range(count)))


def notes(path: Path) -> int:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as opened:
        there = opened.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'notes'").fetchone()[0]
        return int(opened.execute("SELECT count(*) FROM notes").fetchone()[0]) if there else 0


async def freeze(number: int) -> None:
    """Stop a process where it stands, with all its threads; a signal alone lets it go on for a moment."""
    os.kill(number, signal.SIGSTOP)
    threads = Path(f"/proc/{number}/task")
    await until(lambda: all(_state(one) == "T" for one in threads.iterdir()))


def _state(thread: Path) -> str:
    return (thread / "stat").read_text().rpartition(") ")[2][:1]


async def until(true: Callable[[], bool], within_s: float = 60.0) -> None:
    """Wait for it, or fail."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        await asyncio.sleep(0.02)
