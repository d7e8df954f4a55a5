"""What health counts: since when work is due, what is in doubt, how large the database is, how often it committed."""

from __future__ import annotations

from storage import markers, outbox, upkeep, work
from storage.database import Database
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.outbox import NewPart
from storage.work import Failed
from tests.storage.conftest import NOW, Ground, Owing

ALLOWED = 5000


async def oldest(database: Database, now: int) -> int | None:
    return await database.read(work.oldest_due, now, ALLOWED)


async def test_nothing_is_due_where_nothing_waits(database: Database, owing: Owing) -> None:
    await owing.owe(run_after=NOW + 1)

    assert await oldest(database, NOW) is None


async def test_what_waits_is_due_since_the_time_it_was_set_for(database: Database, owing: Owing) -> None:
    await owing.owe("a", run_after=NOW - 70)
    await owing.owe("b", run_after=NOW - 30)

    assert await oldest(database, NOW) == NOW - 70


async def test_what_runs_or_is_tried_again_is_due_since_its_first_try(database: Database, owing: Owing) -> None:
    await owing.owe("a")
    [item] = await owing.claim(NOW + 100)
    while_running = await oldest(database, NOW + 200)

    await database.write(work.retry, item, Failed("BROKEN", ""), NOW + 4000)

    assert while_running == NOW + 100
    assert await oldest(database, NOW + 4500) == NOW + 100


async def test_what_is_over_is_never_due(database: Database, owing: Owing) -> None:
    await owing.owe("a")
    [item] = await owing.claim()
    await database.write(work.bury, item, Failed("BROKEN", ""), NOW)

    assert await oldest(database, NOW + 10_000) is None


def say(tx: Transaction, ids: Ids, ground: Ground, work_id: str) -> NewPart:
    new = NewPart(ids.new("dlv"), work_id, 0, ground.conversation.id, 1, "words")
    assert outbox.open(tx, new, NOW) is not None
    outbox.trying(tx, new, NOW)
    return new


async def test_a_part_is_doubtful_from_its_first_try_until_it_is_acknowledged(
    database: Database, ids: Ids, ground: Ground, owing: Owing
) -> None:
    before = await database.read(outbox.doubtful)
    part = await database.write(say, ids, ground, await owing.owe())
    tried = await database.read(outbox.doubtful)
    await database.write(outbox.acknowledged, part, "99", "channel")

    assert (before, tried, await database.read(outbox.doubtful)) == (0, 1, 0)


async def test_the_size_grows_with_what_is_kept(database: Database) -> None:
    before = await database.read(upkeep.size)

    for number in range(20):
        await database.write(markers.put, f"m{number}", "".join(map(str, range(20_000))), NOW)

    assert await database.read(upkeep.size) > before + 100_000


async def test_commits_are_counted_and_reads_are_not(database: Database) -> None:
    before = database.commits

    await database.write(markers.put, "a", "b", NOW)
    await database.read(markers.read, "a")

    assert database.commits == before + 1


async def test_a_marker_that_was_removed_is_forgotten(database: Database) -> None:
    await database.write(markers.put, "a", "b", NOW)

    await database.write(markers.remove, "a")

    assert await database.read(markers.read, "a") is None
