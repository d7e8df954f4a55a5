"""The write-ahead log keeps near 64 MB whatever is written, beside a Litestream that lives, is dead, or hangs."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.engines.base import Transaction
from tests.replication.copies import Place, freeze, until, until_level

MB = 1_000_000
BURST = 90 * MB
PIECE = 100_000  # bytes in one transaction
BOUND = 72 * MB  # 64 MiB, and what the transactions add that were in one commit


def fill(tx: Transaction) -> None:
    tx.script("CREATE TABLE IF NOT EXISTS filling (bytes BLOB NOT NULL)")
    tx.script(
        "WITH RECURSIVE counted (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM counted WHERE number < 50) "
        f"INSERT INTO filling SELECT randomblob({PIECE // 50}) FROM counted"
    )


@contextmanager
def longest(log: Path) -> Iterator[list[int]]:
    """The longest that the log was, looked at all the time from a thread of its own."""
    seen, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(0.003):
            with suppress(FileNotFoundError):
                seen[0] = max(seen[0], log.stat().st_size)

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield seen
    finally:
        over.set()
        watching.join()


async def test_a_burst_beside_a_living_litestream_waits_for_it(place: Place) -> None:
    kept, child = await place.opened()
    with longest(place.database.with_name("troupe.db-wal")) as seen:
        for _ in range(BURST // PIECE):
            await kept.database.write(fill)

    await until_level(child)
    await kept.close()
    assert 4 * MB < seen[0] < BOUND


async def test_a_burst_while_litestream_is_dead_is_written_back_by_the_bot(place: Place) -> None:
    kept, child = await place.opened()
    over = asyncio.Event()

    async def keep_killing() -> None:
        while not over.is_set():
            with suppress(AssertionError, ProcessLookupError):
                place.kill_litestream()
            await asyncio.sleep(0.01)

    killing = asyncio.create_task(keep_killing())
    with longest(place.database.with_name("troupe.db-wal")) as seen:
        for _ in range(BURST // PIECE):
            await kept.database.write(fill)
    over.set()
    await killing

    await until_level(child, within_s=40)  # and what was written back unseen is copied all the same
    await kept.close()
    assert 4 * MB < seen[0] < BOUND


async def test_a_litestream_that_hangs_slows_the_bot_and_never_stops_it(place: Place) -> None:
    kept, child = await place.opened()
    await freeze(place.litestream())
    for _ in range(7):
        await kept.database.write(lambda tx: [fill(tx) for _ in range(100)])

    async with asyncio.timeout(5):
        for _ in range(3):
            await kept.database.write(fill)

    os.kill(place.litestream(), signal.SIGCONT)
    await until_level(child)
    await kept.close()


async def test_a_litestream_that_hangs_is_ended_at_the_second_look_and_started_again(place: Place) -> None:
    kept, child = await place.opened()
    hung = place.litestream()
    await freeze(hung)

    await child.end_if_hung()
    spared = child.running
    await child.end_if_hung()
    await until(lambda: child.running and place.noted() not in (None, hung))

    assert spared
    await until_level(child)
    await kept.close()
