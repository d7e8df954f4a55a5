"""What only a database that several processes share can get wrong."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import psycopg
import pytest

from bot.clock import SystemClock
from bot.house import open_database
from bot.jobs.release import sweep
from config.static import read_settings
from storage import errors, markers, outbox, personas, work
from storage.database import Database
from storage.engines.base import Transaction
from storage.engines.postgres import PostgresEngine
from storage.engines.postgres_transaction import with_driver_s_names
from storage.ids import Ids
from storage.opening import open_url
from storage.records import WorkItem
from storage.work import Lease
from tests.storage.conftest import NOW, Owing
from tests.storage.outside import Outside, Server


@pytest.fixture
def outside(postgres_database: str) -> Outside:
    """Postgres alone."""
    return Server(postgres_database)


@pytest.fixture
async def other(database: Database, outside: Outside) -> AsyncIterator[Database]:
    """The same database as another process has it."""
    other = Database(await outside.open())
    yield other
    await other.close()


@pytest.mark.parametrize(
    ("sql", "driver_s"),
    [
        ("SELECT :a, :b_2", "SELECT %(a)s, %(b_2)s"),
        ("SELECT :a::text", "SELECT %(a)s::text"),
        ("SELECT ':a', 'it''s :b' LIKE '%'", "SELECT ':a', 'it''s :b' LIKE '%%'"),
        ("-- nobody's :a, 5 %\nSELECT 5 % :a", "-- nobody's :a, 5 %%\nSELECT 5 %% %(a)s"),
    ],
)
def test_names_are_written_as_the_driver_wants_them(sql: str, driver_s: str) -> None:
    assert with_driver_s_names(sql) == driver_s


async def test_two_processes_never_claim_one_item_nor_two_of_a_lane(owing: Owing, other: Database) -> None:
    owed = {await owing.owe(f"lane{number % 8}") for number in range(40)}
    taken: list[str] = []

    async def take(database: Database, worker: str) -> None:
        while len(taken) < len(owed):
            items = await database.write(work.claim, Lease(worker, NOW + 1000, NOW + 5000), NOW, 2)
            assert len({item.lane for item in items}) == len(items)
            taken.extend(item.id for item in items)
            for item in items:
                await database.write(work.finish, item, NOW)

    async with asyncio.timeout(30):
        await asyncio.gather(*(take(one, f"bot{n}") for n, one in enumerate([owing.database, other] * 3)))

    assert len(taken) == len(owed) and set(taken) == owed


async def test_what_is_being_joined_is_claimed_only_when_the_words_that_join_are_kept(
    owing: Owing, other: Database
) -> None:
    first = await owing.owe(key="chat:bob")
    joined, go_on = threading.Event(), threading.Event()

    def join(tx: Transaction) -> str:
        work_id = work.owe(tx, owing.new(key="chat:bob"), NOW)
        joined.set()
        assert go_on.wait(10)
        return work_id

    joining = asyncio.create_task(owing.database.write(join))
    await asyncio.to_thread(joined.wait, 10)
    meanwhile = await other.write(work.claim, Lease("bot_2", NOW + 1000, NOW + 5000), NOW, 1)
    go_on.set()

    assert (await joining, meanwhile) == (first, [])
    assert [item.id for item in await owing.claim()] == [first]


async def test_words_that_would_join_what_was_just_claimed_are_owed_by_themselves(
    owing: Owing, other: Database
) -> None:
    first = await owing.owe(key="chat:bob")
    claimed, go_on = threading.Event(), threading.Event()

    def claim(tx: Transaction) -> int:
        taken = work.claim(tx, Lease("bot_2", NOW + 1000, NOW + 5000), NOW, 1)
        claimed.set()
        assert go_on.wait(10)
        return len(taken)

    claiming = asyncio.create_task(other.write(claim))
    await asyncio.to_thread(claimed.wait, 10)
    owing_more = asyncio.create_task(owing.owe(key="chat:bob"))
    go_on.set()

    assert await claiming == 1
    assert await owing_more != first


async def test_processes_that_start_together_make_one_schema_and_one_of_each_persona(outside: Outside) -> None:
    settings = read_settings({"DATABASE_URL": outside.url})

    opened = await asyncio.gather(*(open_database(settings, SystemClock()) for _ in range(4)))

    listed = await opened[0].database.read(personas.listed, "")
    for kept in opened:
        await kept.opened.close()
    assert len({one.name for one in listed}) == len(listed) > 0


async def test_a_second_process_takes_nothing_from_the_first(owing: Owing, other: Database) -> None:
    now = SystemClock().now()
    work_id = await owing.owe()
    await owing.claim(now=now, until=now + 60_000)

    assert await sweep(other, SystemClock(), alone=False) == 0
    assert (await owing.find(work_id)).state == "running"


async def test_who_starts_while_nobody_else_is_there_takes_up_all_that_a_crash_left(
    owing: Owing, outside: Outside
) -> None:
    now = SystemClock().now()
    await owing.owe()
    await owing.claim(now=now, until=now + 60_000)
    await owing.database.close()
    database = Database(await outside.open())

    taken = await sweep(database, SystemClock(), alone=False)

    await database.close()
    assert taken == 1


async def test_one_that_keeps_others_away_comes_in_when_all_have_gone(owing: Owing, outside: Outside) -> None:
    with pytest.raises(errors.DatabaseTaken, match="stop all its processes"):
        await open_url(outside.url, only=True)
    await owing.database.close()

    alone = await open_url(outside.url, only=True)

    await alone.close()


async def test_a_deadlock_is_looked_at_afresh_and_both_are_kept(database: Database, other: Database) -> None:
    for name in "ab":
        await database.write(markers.put, name, "0", NOW)
    both = threading.Barrier(2)
    met: set[str] = set()

    def cross(tx: Transaction, mine: str, yours: str) -> None:
        markers.put(tx, mine, mine, NOW)
        if mine not in met:
            met.add(mine)
            both.wait(10)
        markers.put(tx, yours, mine, NOW)

    await asyncio.gather(database.write(cross, "a", "b"), other.write(cross, "b", "a"))

    kept = {await database.read(markers.read, name) for name in "ab"}
    assert len(kept) == 1


async def test_a_lost_connection_is_replaced_and_the_function_run_again(
    database: Database, postgres_database: str
) -> None:
    await asyncio.gather(*(database.write(markers.put, f"m{number}", "1", NOW) for number in range(30)))
    with psycopg.connect(postgres_database, autocommit=True) as raw:
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        raw.execute(f"SELECT pg_terminate_backend(pid) {others}".encode())

    await asyncio.gather(*(database.write(markers.put, f"n{number}", "1", NOW) for number in range(30)))

    assert await database.read(markers.read, "n29") == "1"


async def test_an_error_that_a_function_passes_over_keeps_nothing_and_is_said(database: Database, ids: Ids) -> None:
    def pass_over(tx: Transaction) -> None:
        markers.put(tx, "a", "never kept", NOW)
        try:
            tx.script("these are no words of SQL")
        except errors.StorageError:
            return

    with pytest.raises(errors.StorageError, match="passed over"):
        await database.write(pass_over)

    assert await database.read(markers.read, "a") is None


async def test_a_character_that_postgres_cannot_keep_is_kept_as_a_mark(database: Database) -> None:
    await database.write(markers.put, "a", "one\x00two", NOW)

    assert await database.read(markers.read, "a") == "one\ufffdtwo"


async def test_what_another_process_is_sending_is_left_with_it_until_it_must_be_lost(
    owing: Owing, other: Database
) -> None:
    work_id = await owing.owe()
    part = outbox.NewPart(owing.ids.new("dlv"), work_id, 0, owing.ground.conversation.id, 1, "words")
    await owing.database.write(outbox.owe, part, NOW)
    await owing.database.write(outbox.claim, "discord", NOW + 120_000, NOW, 1)

    early = await other.write(outbox.release_expired, NOW + 60_000)
    late = await other.write(outbox.release_expired, NOW + 600_000)

    assert (early, late) == (0, 1)


async def test_a_server_that_does_not_answer_is_said_without_the_password() -> None:
    with pytest.raises(errors.DatabaseUnreachable) as said:
        await PostgresEngine.open("postgresql://bob:secret@127.0.0.1:1/troupe")

    assert "DATABASE_URL" in str(said.value) and "secret" not in str(said.value)


async def test_two_that_take_two_items_of_one_lane_at_once_do_not_both_get_one(
    owing: Owing, other: Database, postgres_database: str
) -> None:
    later = await owing.owe(run_after=NOW + 10)  # older, and due only by the other one's clock
    first = await owing.owe(run_after=NOW)
    taken, go_on = threading.Event(), threading.Event()

    def take(tx: Transaction) -> list[WorkItem]:
        items = work.claim(tx, Lease("bot_1", NOW + 1000, NOW + 5000), NOW, 1)
        taken.set()
        assert go_on.wait(10)
        return items

    taking = asyncio.create_task(owing.database.write(take))
    await asyncio.to_thread(taken.wait, 10)
    racing = asyncio.create_task(other.write(work.claim, Lease("bot_2", NOW + 1000, NOW + 5000), NOW + 10, 1))
    await blocked(postgres_database)
    go_on.set()

    [ours] = await taking
    assert (ours.id, await racing) == (first, [])
    assert (await owing.find(later)).state == "ready"


async def blocked(url: str) -> None:
    """Until somebody waits for somebody else's row."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as raw, asyncio.timeout(10):
        while await (await raw.execute(waiting)).fetchone() == (0,):
            continue
