"""What the processes of one Postgres hear of each other, and whose turn it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from bot.bells import Bells
from bot.clock import SystemClock
from bot.wire import Wire
from storage.database import Database
from storage.engines.postgres import PostgresEngine
from tests.storage.outside import new_schema

PATIENCE_S = 20


@pytest.fixture
async def here(postgres_schema: str) -> AsyncIterator[Database]:
    """One process's database."""
    database = Database(await PostgresEngine.open(postgres_schema))
    yield database
    await database.close()


@pytest.fixture
async def there(postgres_schema: str) -> AsyncIterator[Database]:
    """The same database as another process has it."""
    database = Database(await PostgresEngine.open(postgres_schema))
    yield database
    await database.close()


@pytest.fixture
async def bells_there(there: Database) -> AsyncIterator[Bells]:
    """The bells of the other process, joined to ours and silent."""
    bells = Bells()
    wire = Wire(there, bells, "bot_there", SystemClock())
    wire.start()
    await rung(bells)  # it looks once when it begins to listen
    yield bells
    await wire.stop()


@pytest.fixture
async def bells(here: Database) -> AsyncIterator[Bells]:
    """Ours."""
    bells = Bells()
    wire = Wire(here, bells, "bot_here", SystemClock())
    wire.start()
    await rung(bells)
    yield bells
    await wire.stop()


async def rung(bells: Bells) -> None:
    """Until both bells rang."""
    async with asyncio.timeout(PATIENCE_S):
        await bells.work.wait(None)
        await bells.outbox.wait(None)


def break_connections(url: str, words: str) -> None:
    """End the sessions whose last statement holds these words, as a server that goes down does."""
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE %s AND pid <> pg_backend_pid()",
            [f"%{words}%"],
        )


async def test_a_bell_rings_in_the_other_process(bells: Bells, bells_there: Bells) -> None:
    bells.work.ring()

    async with asyncio.timeout(PATIENCE_S):
        await bells_there.work.wait(None)


async def test_a_reply_is_stopped_in_the_process_that_makes_it(bells: Bells, bells_there: Bells) -> None:
    stopped: asyncio.Queue[bool] = asyncio.Queue()
    bells_there.running("wrk_1", stopped.put_nowait)

    told = bells.stop("wrk_1", keep=True)

    async with asyncio.timeout(PATIENCE_S):
        assert told and await stopped.get() is True


async def test_everybody_looks_again_when_a_lost_connection_is_back(bells_there: Bells, postgres_schema: str) -> None:
    break_connections(postgres_schema, "LISTEN")

    await rung(bells_there)


async def test_after_a_lost_connection_bells_are_heard_again(
    bells: Bells, bells_there: Bells, postgres_schema: str
) -> None:
    break_connections(postgres_schema, "LISTEN")
    await rung(bells_there)

    bells.work.ring()

    async with asyncio.timeout(PATIENCE_S):
        await bells_there.work.wait(None)


async def test_two_schemas_of_one_server_do_not_hear_each_other(here: Database, postgres: str) -> None:
    with new_schema(postgres) as url:
        stranger = Database(await PostgresEngine.open(url))
        async with here.listen() as words:
            await stranger.tell("theirs")
            await here.tell("ours")

            async with asyncio.timeout(PATIENCE_S):
                assert await anext(words) == "ours"
        await stranger.close()


async def test_one_process_at_a_time_has_the_turn_and_the_next_gets_it(here: Database, there: Database) -> None:
    order: list[str] = []
    asked = asyncio.Event()

    async def next_one() -> None:
        asked.set()
        async with there.turn("timetable"):
            order.append("there")

    async with here.turn("timetable"):
        waiting = asyncio.create_task(next_one())
        await asked.wait()
        async with there.turn("something else"):
            order.append("here")
    async with asyncio.timeout(PATIENCE_S):
        await waiting

    assert order == ["here", "there"]


async def test_who_loses_the_server_loses_the_turn_and_another_takes_it(
    here: Database, there: Database, postgres_schema: str
) -> None:
    async with asyncio.timeout(PATIENCE_S):
        async with here.turn("timetable") as turn:
            break_connections(postgres_schema, "pg_advisory_lock")
            await turn.lost()

            async with there.turn("timetable"):
                pass
