"""Reading what was said while the bot was away."""

from __future__ import annotations

from benchmarks.measure import Figure, Run
from benchmarks.stored import opened
from benchmarks.town import open_town
from bot.clock import SystemClock
from storage import cursors

_ROOMS = 10
_DISCORD_EPOCH_MS = 1_420_070_400_000


async def measure(run: Run) -> list[Figure]:
    """A bot that was up until just now starts, and a thousand messages wait in ten channels."""
    count = run.count(1000, 200)
    path, now = run.folder / "away.db", SystemClock().now()
    async with opened(path) as bot:
        heard_until = (now - _DISCORD_EPOCH_MS) << 22
        await bot.database.write(cursors.move, "discord", cursors.EVERYWHERE, heard_until, now)
    async with open_town() as town:
        for seat in town.seats(2 * _ROOMS)[::2]:
            town.twin.backlog(seat.channel, seat.person, count // _ROOMS, text="Ada, this is my message {}")
        async with town.bot(path) as child:
            seconds = await child.said("caught_up") - await child.said("connected")
    return [
        Figure(
            "catch_up",
            count / seconds,
            "messages/s",
            f"Messages read by REST and kept at a start with {count:,} waiting in {_ROOMS} channels.",
        )
    ]
