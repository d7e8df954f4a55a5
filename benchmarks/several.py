"""Several processes on one Postgres: how replies grow with the workers, how soon one wakes another, and intake."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

from benchmarks.child import Child, family_cpu_s
from benchmarks.intake import keep_all
from benchmarks.measure import Figure, Goal, Pairs, Run, percentile
from benchmarks.stored import Opened, heard, opened, opened_url
from benchmarks.town import Seat, Town, open_town
from bot.bells import Bells
from bot.clock import SystemClock
from bot.intake.accept import accept
from bot.intake.decide import Answer, Rule
from bot.pump import Claimed, Pump
from bot.wire import Wire
from storage import work
from storage.records import WorkItem
from storage.work import Lease
from tests.storage.outside import new_schema, shared_server

_CROWDS = (1, 2, 4)
# Replies at once in each process. What a reply costs in all processes together is 60 to 80 ms of a core: at four each
# four workers kept most of two cores busy and it was they that were measured; at two each it is less than half.
_SLOTS = 2
_SEATS = 2 * _SLOTS * max(_CROWDS)
_ROOMS = 100
_ROUNDS = 7
_LONG_MS = 60_000


@dataclass(frozen=True, slots=True)
class _Talked:
    """Replies a second, and how many cores each part of it kept busy meanwhile."""

    rate: float
    cores: Mapping[str, float]


async def measure(run: Run) -> list[Figure]:
    """A server with its ordinary settings, a schema for each measurement."""
    with shared_server(run.folder, lambda _: None) as server:
        postgres = int((run.folder / "pg" / "postmaster.pid").read_text().split()[0])
        with new_schema(server) as url:
            intake = await _intake(run, url)
        with new_schema(server) as url:
            wake = await _wake(run, url)
        rates = {}
        for number, workers in enumerate(_CROWDS):
            with new_schema(server) as url:
                rates[workers] = await _replies(run, url, workers, postgres)
            run.tick((2 + number) / (2 + len(_CROWDS)))
    return [*_figures(rates), _wake_figure(wake), _intake_figure(intake)]


# ── replies ──


async def _replies(run: Run, url: str, workers: int, postgres: int) -> _Talked:
    """That many workers, and everybody in the town always waiting for a reply."""
    async with open_town(words=5, delay_s=0.1) as town, AsyncExitStack() as crew:
        seats = town.seats(_SEATS)
        gateway = await crew.enter_async_context(town.bot(run.folder / "none", DATABASE_URL=url, TROUPE_ROLE="gateway"))
        await gateway.said("connected")
        team: list[Child] = []
        for _ in range(workers):
            worker = await crew.enter_async_context(
                town.bot(run.folder / "none", DATABASE_URL=url, TROUPE_ROLE="worker", TROUPE_WORKERS=str(_SLOTS))
            )
            await worker.said("speaks")
            team.append(worker)
        busy: dict[str, Callable[[], float]] = {
            "the gateway": gateway.cpu_s,
            "Postgres": partial(family_cpu_s, postgres),
            "the local Discord and model": lambda: sum(os.times()[:2]),
            "the workers": lambda: sum(worker.cpu_s() for worker in team),
        }
        return await _talk(town, seats, run.count(30, 4), busy)


async def _talk(town: Town, seats: list[Seat], seconds: float, busy: Mapping[str, Callable[[], float]]) -> _Talked:
    await asyncio.gather(*(town.exchange(seat) for seat in seats))  # webhooks and connections are made once
    before = {name: spent() for name, spent in busy.items()}
    done, began = 0, time.monotonic()

    async def converse(seat: Seat) -> None:
        nonlocal done
        while time.monotonic() < began + seconds:
            await town.exchange(seat)
            done += time.monotonic() < began + seconds

    talk = asyncio.gather(*(converse(seat) for seat in seats))
    await asyncio.sleep(seconds)
    cores = {name: (spent() - before[name]) / seconds for name, spent in busy.items()}
    await talk
    return _Talked(done / seconds, cores)


# ── waking ──


async def _wake(run: Run, url: str) -> list[float]:
    """Milliseconds from the end of a commit to the claim by somebody else, one message at a time."""
    async with opened_url(url) as here, opened_url(url) as there:
        bells, bells_there, clock = Bells(), Bells(), SystemClock()
        claimed: asyncio.Queue[float] = asyncio.Queue()
        wires = [Wire(here.database, bells, "here", clock), Wire(there.database, bells_there, "there", clock)]
        for wire in wires:
            wire.start()
        pump = Pump(_claim(there), _note(there, claimed), bells_there.work, clock, _SLOTS)
        pumping = asyncio.create_task(pump.run())
        samples = []
        for number in range(run.count(500, 50)):
            said = heard(number, number % _ROOMS, clock.now())
            await here.database.write(
                accept, said, Answer(here.persona_id, Rule.NAMED), here.hand(said.said_at), move_cursor=True
            )
            committed = time.perf_counter()
            bells.work.ring()
            samples.append((await claimed.get() - committed) * 1000)
        await pump.stop(1)
        await pumping
        for wire in wires:
            await wire.stop()
        return samples[10:]


def _claim(bot: Opened) -> Callable[[int], asyncio.Future[Claimed[WorkItem]]]:
    async def claim(most: int) -> Claimed[WorkItem]:
        now = SystemClock().now()
        return Claimed(
            await bot.database.write(work.claim, Lease("there", now + _LONG_MS, now + _LONG_MS), now, most), None
        )

    return claim  # type: ignore[return-value]


def _note(bot: Opened, claimed: asyncio.Queue[float]) -> Callable[[WorkItem], asyncio.Future[None]]:
    async def note(item: WorkItem) -> None:
        moment = time.perf_counter()
        await bot.database.write(work.finish, item, SystemClock().now())
        claimed.put_nowait(moment)

    return note  # type: ignore[return-value]


# ── intake ──


async def _intake(run: Run, url: str) -> Pairs:
    """Both engines keep the same messages, in turns; the first turn only warms up."""
    size, rates = run.count(1000, 200), []
    async with opened(run.folder / "sqlite.db") as file, opened_url(url) as server:
        for number in range(_ROUNDS):
            batch = [heard(number * size + at, at % _ROOMS, int(time.time() * 1000)) for at in range(size)]
            rates.append((await keep_all(server, batch), await keep_all(file, batch)))
    return Pairs(*zip(*rates[1:], strict=True))


# ── figures ──


def _figures(talked: dict[int, _Talked]) -> list[Figure]:
    return [*_rates({workers: one.rate for workers, one in talked.items()}), *_cores(talked)]


def _cores(talked: dict[int, _Talked]) -> list[Figure]:
    """Where all cores are busy, it is they that are measured."""
    there = len(os.sched_getaffinity(0))
    return [
        Figure(
            f"cores_{workers}_workers",
            sum(one.cores.values()),
            "cores",
            f"Cores kept busy meanwhile by {', '.join(f'{name} ({cores:.2f})' for name, cores in one.cores.items())}. "
            "Baseline: the cores there are.",
            baseline=there,
            ratio=sum(one.cores.values()) / there,
        )
        for workers, one in talked.items()
    ]


def _rates(rates: dict[int, float]) -> list[Figure]:
    return [
        Figure(
            f"replies_{workers}_workers",
            rate,
            "replies/s",
            f"Replies of {workers} worker processes on one Postgres with {_SLOTS} replies at once in each, where the "
            f"model takes 500 ms; {_SEATS} people always wait, one gateway hears and speaks. Baseline: {workers} times "
            "the rate of one worker.",
            baseline=workers * rates[1],
            ratio=rate / (workers * rates[1]),
            goal=Goal("≥", 0.9, of="ratio") if workers > 1 else None,
        )
        for workers, rate in rates.items()
    ]


def _wake_figure(samples: list[float]) -> Figure:
    return Figure(
        "wake_p50",
        percentile(samples, 50),
        "ms",
        "From the end of a commit by one to the claim by another who listens on the same Postgres, in one program; "
        "baseline: the slowest of a hundred (p99).",
        baseline=percentile(samples, 99),
        ratio=percentile(samples, 50) / percentile(samples, 99),
    )


def _intake_figure(pairs: Pairs) -> Figure:
    return Figure(
        "intake_postgres",
        pairs.value,
        "messages/s",
        "Messages kept as in `intake`, on a Postgres of this machine that flushes each commit to disk; "
        "baseline: on SQLite.",
        baseline=pairs.baseline,
        ratio=pairs.ratio,
    )
