"""Transactions are functions: committed together, harming no neighbour, and never left open."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from random import Random

import pytest

from storage import markers
from storage.database import Database
from storage.engines.base import Transaction
from storage.errors import ConstraintBroken, StorageError
from storage.ids import Ids
from storage.work import LostLease
from tests.storage.conftest import NOW, a_scene
from tests.storage.outside import Outside


class Unlucky(Exception):
    """What a function may raise by itself."""


def put_and_fail(tx: Transaction, name: str) -> None:
    markers.put(tx, name, "never kept", NOW)
    raise Unlucky(name)


def break_a_rule(tx: Transaction, ids: Ids) -> None:
    markers.put(tx, "rule", "never kept", NOW)
    a_scene(tx, ids, "prs_nobody")


async def test_what_a_function_wrote_is_read_by_the_next(database: Database) -> None:
    await database.write(markers.put, "a", "1", NOW)

    assert await database.read(markers.read, "a") == "1"


async def test_of_functions_committed_together_a_failing_one_harms_no_other(database: Database) -> None:
    writes = [database.write(markers.put, f"good{number}", "kept", NOW) for number in range(50)]
    writes.insert(25, database.write(put_and_fail, "bad"))

    done = await asyncio.gather(*writes, return_exceptions=True)

    assert [type(result) for result in done if result is not None] == [Unlucky]
    assert [await database.read(markers.read, f"good{number}") for number in range(50)] == ["kept"] * 50
    assert await database.read(markers.read, "bad") is None


async def test_a_broken_rule_of_the_schema_is_said_in_our_words_and_keeps_nothing(database: Database, ids: Ids) -> None:
    with pytest.raises(ConstraintBroken):
        await database.write(break_a_rule, ids)

    assert await database.read(markers.read, "rule") is None


async def test_a_lost_lease_reaches_who_asked_as_what_it_is(database: Database) -> None:
    def lose(tx: Transaction) -> None:
        raise LostLease

    with pytest.raises(LostLease):
        await database.write(lose)


async def test_a_reader_may_not_write(database: Database) -> None:
    with pytest.raises(StorageError):
        await database.read(markers.put, "a", "1", NOW)

    assert await database.read(markers.read, "a") is None


async def test_a_reader_sees_one_moment_and_never_waits_for_a_writer(database: Database) -> None:
    await database.write(markers.put, "a", "old", NOW)
    writing, go_on = threading.Event(), threading.Event()

    def slowly(tx: Transaction) -> None:
        markers.put(tx, "a", "new", NOW)
        writing.set()
        assert go_on.wait(10)

    slow = asyncio.create_task(database.write(slowly))
    await asyncio.to_thread(writing.wait, 10)
    meanwhile = await database.read(markers.read, "a")
    go_on.set()
    await slow

    assert meanwhile == "old"
    assert await database.read(markers.read, "a") == "new"


async def test_a_reader_s_moment_stands_while_others_write(database: Database) -> None:
    await database.write(markers.put, "a", "old", NOW)
    looked, written = threading.Event(), threading.Event()

    def twice(tx: Transaction) -> tuple[str | None, str | None]:
        first = markers.read(tx, "a")
        looked.set()
        assert written.wait(10)
        return first, markers.read(tx, "a")

    reading = asyncio.create_task(database.read(twice))
    await asyncio.to_thread(looked.wait, 10)
    await database.write(markers.put, "a", "new", NOW)
    written.set()

    assert await reading == ("old", "old")


async def test_a_reader_whose_function_fails_reads_the_newest_next_time(database: Database) -> None:
    def look_and_fail(tx: Transaction) -> None:
        markers.read(tx, "a")
        raise Unlucky

    for _ in range(4):
        with pytest.raises(Unlucky):
            await database.read(look_and_fail)
    await database.write(markers.put, "a", "new", NOW)

    assert {await database.read(markers.read, "a") for _ in range(4)} == {"new"}


async def test_closing_finishes_what_was_asked_for(outside: Outside) -> None:
    database = Database(await outside.open())
    writes = [asyncio.create_task(database.write(markers.put, f"m{number}", "1", NOW)) for number in range(2000)]
    await asyncio.sleep(0)

    async with asyncio.timeout(20):
        await database.close()
        await asyncio.gather(*writes)

    again = Database(await outside.open())
    kept = [await again.read(markers.read, f"m{number}") for number in (0, 999, 1999)]
    await again.close()
    assert kept == ["1", "1", "1"]


@pytest.mark.parametrize("way", ["read", "write"])
async def test_a_closed_database_says_so(way: str, outside: Outside) -> None:
    database = Database(await outside.open())
    await database.close()
    ask: Callable[..., object] = getattr(database, way)

    with pytest.raises(StorageError, match="closed"):
        await ask(markers.read, "a")  # type: ignore[misc]


async def test_closing_twice_is_fine(outside: Outside) -> None:
    engine = await outside.open()

    await engine.close()
    await engine.close()


async def test_a_thousand_cancelled_tasks_leave_no_transaction_open_and_no_half_of_one(
    database: Database, outside: Outside
) -> None:
    chance = Random(1121)

    def both(tx: Transaction, number: int) -> None:
        markers.put(tx, f"left{number}", "1", NOW)
        markers.put(tx, f"right{number}", "1", NOW)

    async def ask(number: int) -> None:
        await database.write(both, number)
        await database.read(markers.read, f"left{number}")

    tasks = [asyncio.create_task(ask(number)) for number in range(1000)]
    for task in chance.sample(tasks, 700):
        if chance.random() < 0.5:
            await asyncio.sleep(0)
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)

    await database.write(markers.put, "after", "1", NOW)  # the next write works at once, behind what was asked before
    kept = {name: await database.read(markers.read, name) for name in names(1000)}
    assert outside.idle()
    assert sum(isinstance(one, asyncio.CancelledError) for one in ended) > 100
    assert all(kept[f"left{number}"] == kept[f"right{number}"] for number in range(1000))
    assert all(kept[f"left{number}"] == "1" for number in range(1000) if ended[number] is None)


async def test_a_transaction_left_open_would_be_seen_from_outside(database: Database, outside: Outside) -> None:
    looked, seen = threading.Event(), threading.Event()

    def linger(tx: Transaction) -> None:
        markers.read(tx, "a")
        looked.set()
        assert seen.wait(10)

    reading = asyncio.create_task(database.read(linger))
    await asyncio.to_thread(looked.wait, 10)
    await database.write(markers.put, "a", "1", NOW)
    while_reading = outside.idle()
    seen.set()
    await reading

    assert (while_reading, outside.idle()) == (False, True)


def names(most: int) -> list[str]:
    """Both names of every number."""
    return [f"{side}{number}" for number in range(most) for side in ("left", "right")]
