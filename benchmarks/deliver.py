"""The outbox with a platform that answers at once: what delivering itself costs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from benchmarks.measure import Figure, Run
from benchmarks.plain import Plain, plain
from benchmarks.stored import Fill, Opened, opened, talk
from bot.bells import Bells
from bot.clock import SystemClock
from bot.leases import Leases
from bot.outbox.deliver import Deliverer, Post
from bot.outbox.pace import Pace
from bot.ports import Parcel, Receipt
from storage import outbox
from storage.engines.base import Transaction
from storage.records import Delivery

_ROOMS = 100
_PATIENCE_S = 120


class _Instant:
    """A platform that takes everything at once."""

    limit, pace_s = 2000, 1.2

    async def post(self, parcel: Parcel) -> Receipt:
        return Receipt(parcel.delivery_id)


async def measure(run: Run) -> list[Figure]:
    """The outbox's own pump over rows that are owed, and the same rows' transactions one after another."""
    rounds = run.count(50, 5)
    count = rounds * _ROOMS
    async with opened(run.folder / "theirs.db") as bot:
        await _owe(bot, rounds, lambda share: run.tick(share * 0.3))
    async with opened(run.folder / "ours.db") as bot:
        await _owe(bot, rounds, lambda share: run.tick(0.3 + share * 0.3))
        rate = await _ours(bot, count)
    with plain(run.folder / "theirs.db") as theirs:
        baseline = _theirs(theirs, count)
    return [
        Figure(
            "deliver",
            rate,
            "parts/s",
            f"Parts of replies claimed, said to a platform that answers at once and marked sent, {count:,} of them; "
            "baseline: only the transactions, by the bare SQLite driver, committing each.",
            baseline=baseline,
            ratio=rate / baseline,
        )
    ]


async def _owe(bot: Opened, rounds: int, tick: Callable[[float], None]) -> None:
    owed, now = Fill(bot.persona_id, bot.ids, _ROOMS, delivered=False), SystemClock().now() - 1000
    for number in range(rounds):
        await bot.database.write(talk, owed, number, now)
        tick(number / rounds)


async def _ours(bot: Opened, count: int) -> float:
    clock, bells, done = SystemClock(), Bells(), asyncio.Event()
    left = count

    def passed(stage: str, key: str, **_: object) -> None:
        nonlocal left
        left -= stage == "sent"
        if not left:
            done.set()

    post = Post(bot.database, {"discord": _Instant()}, Pace(clock), clock, passed)  # type: ignore[dict-item]
    deliverer = Deliverer(post, bells, Leases(clock, 60_000))
    began = time.perf_counter()
    running = asyncio.create_task(deliverer.run())
    async with asyncio.timeout(_PATIENCE_S):
        await done.wait()
    seconds = time.perf_counter() - began
    await deliverer.stop(1)
    await running
    return count / seconds


def _theirs(theirs: Plain, count: int) -> float:
    now, began = SystemClock().now(), time.perf_counter()
    for _ in range(count):
        claimed = theirs.write(_claim, now)
        theirs.write(outbox.acknowledged, claimed, claimed.id, "channel")
        theirs.write(outbox.sent, claimed, now)
    return count / (time.perf_counter() - began)


def _claim(tx: Transaction, now: int) -> Delivery:
    (delivery,) = outbox.claim(tx, "discord", now + 60_000, now, 1)
    outbox.trying(tx, delivery, now)
    return delivery
