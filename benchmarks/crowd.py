"""A hundred people in a hundred places, each saying the next thing as soon as they are answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.child import Child
from benchmarks.measure import Figure, Goal, Run
from benchmarks.town import Seat, Town, open_town

_SEATS = 100
_WORKERS = {"TROUPE_WORKERS": str(_SEATS)}


@dataclass(frozen=True, slots=True)
class _Talk:
    """What so many replies took: seconds, the bot's processor seconds, and its memory before and afterwards."""

    replies: int
    seconds: float
    cpu_s: float
    memory_before_mb: float
    memory_mb: float


async def measure(run: Run) -> list[Figure]:
    """The real bot until 10,000 messages were heard, then the least bot for a tenth of it."""
    rounds = run.count(100, 5)
    async with open_town() as town:
        seats = town.seats(_SEATS)
        async with town.bot(run.folder / "crowd.db", **_WORKERS) as bot:
            ours = await _talk(town, seats, bot, rounds, lambda share: run.tick(share * 0.95))
    async with open_town() as town:
        seats = town.seats(_SEATS)
        async with town.least_bot() as bot:
            least = await _talk(town, seats, bot, max(2, rounds // 10), lambda share: run.tick(0.95 + share * 0.05))
    return _figures(ours, least)


async def _talk(town: Town, seats: list[Seat], bot: Child, rounds: int, tick: Callable[[float], None]) -> _Talk:
    await bot.said("connected")
    await asyncio.gather(*(town.exchange(seat) for seat in seats))  # webhooks and connections are made once
    memory, done, cpu, began = bot.memory_mb(), 0, bot.cpu_s(), time.monotonic()

    async def converse(seat: Seat) -> None:
        nonlocal done
        for _ in range(rounds):
            await town.exchange(seat)
            done += 1
            tick(done / (rounds * len(seats)))

    await asyncio.gather(*(converse(seat) for seat in seats))
    return _Talk(done, time.monotonic() - began, bot.cpu_s() - cpu, memory, bot.memory_mb())


def _figures(ours: _Talk, least: _Talk) -> list[Figure]:
    rate, least_rate = ours.replies / ours.seconds, least.replies / least.seconds
    cpu, least_cpu = ours.cpu_s / ours.replies * 1000, least.cpu_s / least.replies * 1000
    return [
        Figure(
            "replies",
            rate,
            "replies/s",
            f"Replies with {_SEATS} conversations at once, the bot on one core, the local Discord and model server "
            "on another; baseline: a bot of forty lines that keeps nothing.",
            baseline=least_rate,
            ratio=rate / least_rate,
        ),
        Figure(
            "cpu_per_reply",
            cpu,
            "ms",
            f"Processor time of the bot's process for one reply of eleven pieces, {_SEATS} conversations at once; "
            "baseline: a bot of forty lines that keeps nothing.",
            baseline=least_cpu,
            ratio=cpu / least_cpu,
        ),
        Figure(
            "memory",
            ours.memory_mb,
            "MB",
            f"Resident memory of the bot after {ours.replies + _SEATS:,} messages heard and answered; "
            f"baseline: after the first {_SEATS}.",
            baseline=ours.memory_before_mb,
            ratio=ours.memory_mb / ours.memory_before_mb,
            goal=Goal("≤", 150),
        ),
    ]
