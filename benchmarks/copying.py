"""What the copy costs, what a crash would lose, and how long it takes to bring the database back."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from benchmarks.intake import keep_all
from benchmarks.measure import Figure, Goal, Pairs, Run, percentile
from benchmarks.stored import Opened, heard, opened
from bot.replication import binary
from bot.replication.child import Child
from bot.replication.drill import drill
from bot.replication.leash import running
from bot.replication.restore import fetch
from bot.replication.target import Target
from storage.engines.base import Transaction
from tests.replication.copies import until_level

_ROUNDS = 7
_ROOMS = 100
_MOMENTS = 15
_LEVEL_S = 120.0
_MB = 1_000_000
# How large the database is that is brought back, beside a log of up to 64 MB: RESTORE_MB=1000 for that of a gigabyte,
# which takes five of them for a while.
_RESTORE_MB = int(os.environ.get("RESTORE_MB", "256"))


async def measure(run: Run) -> list[Figure]:
    """Three figures, each against its baseline, with a folder as the replica."""
    figures = []
    for share, one in ((0.3, _intake), (0.6, _loss), (1.0, _restoring)):
        figures.append(await one(run))
        run.tick(share)
    return figures


def _replica(run: Run, name: str) -> str:
    return f"file://{run.folder / name}"


def _copying(bot: Opened) -> Child:
    assert bot.copying is not None  # it was asked for
    return bot.copying


async def _intake(run: Run) -> Figure:
    """The same messages with a copy and without, in turns; the first turn only warms up."""
    size, rates = run.count(2000, 300), []
    async with (
        opened(run.folder / "alone.db") as alone,
        opened(run.folder / "copied.db", _replica(run, "copied")) as copied,
    ):
        await until_level(_copying(copied), _LEVEL_S)
        for number in range(_ROUNDS):
            batch = [heard(number * size + at, at % _ROOMS, int(time.time() * 1000)) for at in range(size)]
            rates.append((await keep_all(copied, batch), await keep_all(alone, batch)))
    pairs = Pairs(*zip(*rates[1:], strict=True))
    told = "Messages kept while Litestream copies the database; baseline: the same without a copy."
    goal = Goal("≥", 0.9, of="ratio")
    return Figure("copied_intake", pairs.value, "messages/s", told, pairs.baseline, pairs.ratio, goal)


async def _loss(run: Run) -> Figure:
    """Freeze Litestream under load at moments that no clock agrees with, and see what the replica lacks."""
    losses: list[float] = []
    async with opened(run.folder / "lossy.db", _replica(run, "lossy")) as bot:
        await bot.database.write(lambda tx: tx.script("CREATE TABLE marks (number INTEGER PRIMARY KEY)"))
        written = 0
        for number in range(run.count(_MOMENTS, 3)):
            kept = await _load(bot, 1.0 + number * 0.317 % 1.5)
            losses.append(await _frozen(_copying(bot), written, kept))
            written += len(kept)
    told = f"Age of the oldest commit that was not in the copy at {len(losses)} moments under load, the worst of them; "
    told += "Litestream copies each second; baseline: their median."
    median = percentile(losses, 50)
    return Figure("loss_p99", percentile(losses, 99), "s", told, median, None, Goal("≤", 1.5))


async def _load(bot: Opened, for_s: float) -> list[float]:
    """Commit without a pause; when each was acknowledged."""
    kept: list[float] = []
    until = time.monotonic() + for_s
    while time.monotonic() < until:
        await bot.database.write(_mark)
        kept.append(time.monotonic())
    return kept


def _mark(tx: Transaction) -> None:
    tx.script("INSERT INTO marks DEFAULT VALUES")


async def _frozen(child: Child, before: int, kept: list[float]) -> float:
    """Seconds from the first of these commits that the replica lacks to the moment Litestream stood still."""
    found = running(child.target.database)
    assert found is not None  # it answered a moment ago
    os.kill(found.number, signal.SIGSTOP)
    frozen = time.monotonic()
    to = child.target.database.with_name("lacking.db")
    await fetch(child.target, to)
    os.kill(found.number, signal.SIGCONT)
    with closing(sqlite3.connect(to)) as copy:
        arrived = copy.execute("SELECT count(*) FROM marks").fetchone()[0] - before
    to.unlink()
    await until_level(child, _LEVEL_S)
    return frozen - kept[arrived] if arrived < len(kept) else 0.0


async def _restoring(run: Run) -> Figure:
    """Restore, examine and compare, against the bare restore, in turns from the same replica."""
    path = run.folder / "large.db"
    async with opened(path, _replica(run, "large")) as bot:
        target = _copying(bot).target
        await bot.database.write(lambda tx: tx.script("CREATE TABLE filling (bytes BLOB NOT NULL)"))
        for _ in range(run.count(_RESTORE_MB, 16)):
            await bot.database.write(_fill)
        await until_level(_copying(bot), _LEVEL_S)
    rounds = [(await _drilled(target), await _bare(target, run.folder / f"bare{turn}.db")) for turn in range(3)]
    pairs = Pairs(*zip(*rounds, strict=True))
    size = path.stat().st_size + path.with_name("large.db-wal").stat().st_size
    told = f"Bringing back a database of {size / _MB:,.0f} MB, its integrity and foreign keys examined; "
    told += "baseline: `litestream restore` alone."
    return Figure("restore", pairs.value, "s", told, pairs.baseline, pairs.ratio, Goal("≤", 1.2, of="ratio"))


def _fill(tx: Transaction) -> None:
    """About a megabyte."""
    tx.script(
        "WITH RECURSIVE counted (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted WHERE number < 500) "
        "INSERT INTO filling SELECT randomblob(2000) FROM counted"
    )


async def _drilled(target: Target) -> float:
    return (await drill(target)).seconds


async def _bare(target: Target, to: Path) -> float:
    began = time.monotonic()
    await binary.call(target, "restore", "-o", str(to), str(target.database), within_s=_LEVEL_S)
    seconds = time.monotonic() - began
    await asyncio.to_thread(to.unlink)
    return seconds
