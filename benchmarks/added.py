"""What the bot adds to the time of a reply, one reply at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from benchmarks.measure import Figure, Goal, Run, percentile
from benchmarks.town import Exchange, open_town

_WARM = 20
_SEATS = 20
_PAUSE_S = 0.05  # people read before they write: what is noted after a reply is no part of the next
_BEFORE = "from a message leaving Discord to the request reaching the model"
_AFTER = "from the model's last word to the whole reply reaching Discord"


async def measure(run: Run) -> list[Figure]:
    """Exchanges by turns with the real bot and with the least bot, each in a town and a process of its own."""
    ours: list[Exchange] = []
    theirs: list[Exchange] = []
    count = run.count(300, 60) + _WARM
    async with open_town() as town, open_town() as bare:
        seats, bare_seats = town.seats(_SEATS), bare.seats(_SEATS)
        async with town.bot(run.folder / "added.db") as bot, bare.least_bot() as least:
            await bot.said("connected")
            await least.said("connected")
            for number in range(count):
                await asyncio.sleep(_PAUSE_S)
                ours.append(await town.exchange(seats[number % _SEATS]))
                await asyncio.sleep(_PAUSE_S)
                theirs.append(await bare.exchange(bare_seats[number % _SEATS]))
                run.tick(number / count)
    return _figures([each.added_ms for each in ours[_WARM:]], [each.added_ms for each in theirs[_WARM:]])


def _figures(ours: Sequence[tuple[float, float]], theirs: Sequence[tuple[float, float]]) -> list[Figure]:
    both = [(sum(mine), sum(least)) for mine, least in zip(ours, theirs, strict=True)]
    return [
        _figure("added_before", 50, [(m[0], t[0]) for m, t in zip(ours, theirs, strict=True)], _BEFORE),
        _figure("added_after", 50, [(m[1], t[1]) for m, t in zip(ours, theirs, strict=True)], _AFTER),
        _figure("added", 50, both, f"{_BEFORE}, and {_AFTER}", Goal("≤", 10)),
        _figure("added", 99, both, f"{_BEFORE}, and {_AFTER}", Goal("≤", 50)),
    ]


def _figure(
    name: str, percent: int, samples: Sequence[tuple[float, float]], what: str, goal: Goal | None = None
) -> Figure:
    mine, least = (percentile(column, percent) for column in zip(*samples, strict=True))
    return Figure(
        f"{name}_p{percent}",
        mine,
        "ms",
        f"Time the bot adds to a reply, {what}; baseline: a bot of forty lines that keeps nothing.",
        baseline=least,
        ratio=mine / least,
        goal=goal,
    )
