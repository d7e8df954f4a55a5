"""What is done once a day: when it is due, that one failure harms no other, and what it leaves."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from bot.jobs.daily import Daily, last_turn
from storage import markers, usage
from storage.database import Database
from storage.engines.base import Transaction
from storage.engines.examine import astray
from storage.engines.sqlite import SQLiteEngine
from storage.ids import Ids
from tests.storage.conftest import NOW, lay
from tests.storage.test_upkeep import exchange


def at(text: str) -> int:
    """A moment of this machine's clock, in milliseconds."""
    return int(datetime.fromisoformat(text).astimezone().timestamp() * 1000)


class Clock:
    """A clock that a test sets."""

    def __init__(self, text: str) -> None:
        self.text = text

    def now(self) -> int:
        return at(self.text)

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody waits for this clock")


@pytest.fixture
def path(model_file: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(model_file, tmp_path))


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    database = Database(await SQLiteEngine.open(path))
    yield database
    await database.close()


def daily(database: Database, clock: Clock, *, ours: bool = True) -> Daily:
    return Daily(database, clock, 90, lambda: ours)


@pytest.mark.parametrize(
    ("now", "turn"),
    [
        ("2026-03-03 04:20:00", "2026-03-03 04:20"),
        ("2026-03-03 04:19:59", "2026-03-02 04:20"),
        ("2026-03-03 23:00:00", "2026-03-03 04:20"),
    ],
)
def test_a_turn_begins_at_twenty_past_four(now: str, turn: str) -> None:
    assert last_turn(at(now)) == at(turn)


async def test_it_is_done_once_a_day(database: Database) -> None:
    clock = Clock("2026-03-03 04:20:30")
    job = daily(database, clock)
    done = []

    for now in ("2026-03-03 04:20:30", "2026-03-03 04:21:30", "2026-03-04 04:19:00", "2026-03-04 04:20:10"):
        clock.text = now
        done.append(await job.run_when_due())

    assert done == [True, False, False, True]


async def test_a_bot_that_was_down_at_that_hour_does_it_after_its_start(database: Database) -> None:
    await daily(database, Clock("2026-03-03 04:20:30")).run_when_due()

    later = daily(database, Clock("2026-03-06 17:00:00"))

    assert [await later.run_when_due(), await later.run_when_due()] == [True, False]


async def test_of_several_bots_one_does_it(database: Database) -> None:
    several = [daily(database, Clock("2026-03-03 05:00:00")) for _ in range(4)]

    done = await asyncio.gather(*(one.run_when_due() for one in several))

    assert sorted(done) == [False, False, False, True]


def grow(tx: Transaction) -> None:
    for number in range(100):
        markers.put(tx, f"m{number}", "x" * 20_000, 1)


def log_of(path: Path) -> int:
    return path.with_name(path.name + "-wal").stat().st_size


@pytest.mark.parametrize("ours", [True, False])
async def test_the_log_is_emptied_where_litestream_does_not(database: Database, path: Path, ours: bool) -> None:
    await database.write(grow)
    before = log_of(path)

    await daily(database, Clock("2026-03-03 05:00:00"), ours=ours).run_when_due()

    assert before > 1_000_000
    assert (log_of(path) == 0) is ours


def stray(tx: Transaction) -> None:
    tx.script("INSERT INTO passage_words (rowid, words) VALUES (1, 'of no message');")


async def test_words_that_are_indexed_for_no_message_go_and_all_others_stay(database: Database, path: Path) -> None:
    ids = Ids(lambda: NOW)
    ground = await database.write(lay, ids)
    await database.write(exchange, ids, ground, 1)
    await database.write(stray)
    before = astray(path)

    await Daily(database, Clock("2026-03-03 05:00:00"), 90, lambda: True, path).run_when_due()

    assert before and astray(path) == []


def lose_events(tx: Transaction) -> None:
    tx.script("ALTER TABLE events RENAME TO elsewhere;")


async def test_one_task_that_fails_does_not_keep_the_others_from_their_turn(database: Database, path: Path) -> None:
    await database.write(lose_events)
    await database.write(grow)

    done = await daily(database, Clock("2026-03-03 05:00:00")).run_when_due()

    assert done and log_of(path) == 0


def live(tx: Transaction, ids: Ids) -> None:
    """More exchanges, long over, than one batch takes."""
    ground = lay(tx, ids)
    for number in range(130):
        exchange(tx, ids, ground, number)


def calls(tx: Transaction) -> int:
    return sum(tally.count for tally in usage.outcomes_since(tx, 0))


@pytest.mark.parametrize(("keep_days", "left"), [(90, 0), (0, 130)])
async def test_what_is_over_for_so_many_days_goes_and_with_none_set_all_stays(
    database: Database, keep_days: int, left: int
) -> None:
    await database.write(live, Ids(lambda: NOW))
    job = Daily(database, Clock("2026-03-03 05:00:00"), keep_days, lambda: True)

    await job.run_when_due()

    assert await database.read(calls) == left


async def test_what_is_over_for_less_stays(database: Database) -> None:
    await database.write(live, Ids(lambda: NOW))
    days_since = (at("2026-03-03 05:00:00") - NOW) // 86_400_000
    job = Daily(database, Clock("2026-03-03 05:00:00"), days_since + 1, lambda: True)

    assert await job.let_go() == 0
