"""Keeping one heard message: our database with 100 in flight, against plain SQLite with a commit each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence

from benchmarks.measure import Figure, Goal, Pairs, Run
from benchmarks.plain import Plain, plain
from benchmarks.stored import Opened, heard, opened
from bot.intake.accept import accept
from bot.intake.decide import Answer, Rule
from bot.ports import Said

_IN_FLIGHT = 100
_ROOMS = 100
_ROUNDS = 9


async def measure(run: Run) -> list[Figure]:
    """Both keep the same messages, in turns, each in a file of its own; the first turn only warms up."""
    size = run.count(2000, 500)
    rates: list[tuple[float, float]] = []
    async with opened(run.folder / "theirs.db") as their_bot:
        verdict = Answer(their_bot.persona_id, Rule.NAMED)
    async with opened(run.folder / "ours.db") as bot:
        with plain(run.folder / "theirs.db") as theirs:
            for number in range(_ROUNDS):
                batch = [heard(number * size + at, at % _ROOMS, int(time.time() * 1000)) for at in range(size)]
                rates.append((await keep_all(bot, batch), _theirs(theirs, bot, verdict, batch)))
                run.tick(number / _ROUNDS)
    return [_figure(Pairs(*zip(*rates[1:], strict=True)))]


async def keep_all(bot: Opened, batch: Sequence[Said]) -> float:
    """Keep these with many in flight; messages each second."""
    verdict = Answer(bot.persona_id, Rule.NAMED)

    async def keep(waiting: Iterator[Said]) -> None:
        for said in waiting:
            await bot.database.write(accept, said, verdict, bot.hand(said.said_at), move_cursor=True)

    waiting, began = iter(batch), time.perf_counter()
    await asyncio.gather(*(keep(waiting) for _ in range(_IN_FLIGHT)))
    return len(batch) / (time.perf_counter() - began)


def _theirs(theirs: Plain, bot: Opened, verdict: Answer, batch: Sequence[Said]) -> float:
    began = time.perf_counter()
    for said in batch:
        theirs.write(accept, said, verdict, bot.hand(said.said_at), move_cursor=True)
    return len(batch) / (time.perf_counter() - began)


def _figure(pairs: Pairs) -> Figure:
    return Figure(
        "intake",
        pairs.value,
        "messages/s",
        f"Messages kept, each with its event, conversation, person and work in one transaction, {_IN_FLIGHT} in "
        "flight; baseline: the same statements by the bare SQLite driver, committing each.",
        baseline=pairs.baseline,
        ratio=pairs.ratio,
        goal=Goal("≥", 1.2, of="ratio"),
    )
