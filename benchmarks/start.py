"""From the start of the process to the bot being ready, with a full database."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile
from statistics import median

from benchmarks.measure import Figure, Goal, Run
from benchmarks.stored import fill
from benchmarks.town import open_town

_ROOMS = 500


async def measure(run: Run) -> list[Figure]:
    """Starts by turns on a full and on an empty database."""
    count = run.count(100_000, 5_000)
    full = run.folder / "full.db"
    await fill(full, count, _ROOMS, lambda share: run.tick(share * 0.8))
    empty = run.folder / "empty.db"
    await fill(empty, 0, _ROOMS, lambda _: None)
    times: list[tuple[float, float]] = []
    for number in range(run.count(5, 2)):
        times.append((await _start(run, full), await _start(run, empty)))
        run.tick(0.8 + number * 0.04)
    ours, baseline = (median(column) for column in zip(*times, strict=True))
    return [
        Figure(
            "start",
            ours,
            "s",
            f"Time from starting the process to READY with {count:,} messages stored; baseline: with none.",
            baseline=baseline,
            ratio=ours / baseline,
            goal=Goal("≤", 1.5),
        )
    ]


async def _start(run: Run, database: Path) -> float:
    path = run.folder / "start.db"
    copyfile(database, path)
    async with open_town() as town:
        town.seats(10)
        async with town.bot(path) as bot:
            return await bot.said("connected") - bot.began
