"""The lag is measured: the age of the oldest commit that the replica's server has not acknowledged."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from bot.replication.control import Position
from bot.replication.lag import Lag, Lies, lag
from tests.replication.bucket import KEYS, address
from tests.replication.copies import Place, note, until, until_level
from tests.replication.proxy import cable

# `make chaos` pulls the cable for half a minute; what happens is the same after four seconds.
OUTAGE_S = float(os.environ.get("OUTAGE_S", "4"))


NOW = 1000.0


def test_a_replica_with_every_batch_is_not_behind() -> None:
    found = lag(Position(7, 7), Lies(written_at=990.0, made_at={7: 990.1}), None, NOW)

    assert found == Lag(0.0, 7, 7)


def test_the_lag_is_the_age_of_the_oldest_batch_that_is_not_held() -> None:
    found = lag(Position(12, 10), Lies(960.0, {10: 900.0, 11: 940.0, 12: 960.0}), None, NOW)

    assert found == Lag(60.0, 12, 10)


def test_a_clock_that_was_set_back_gives_no_negative_lag() -> None:
    assert lag(Position(2, 1), Lies(2000.0, {2: 2000.0}), None, NOW).seconds == 0.0


def test_commits_that_litestream_did_not_read_are_not_taken_for_copied() -> None:
    found = lag(Position(7, 7), Lies(written_at=990.0, made_at={7: 950.0}), 960.0, NOW)

    assert (found.seconds, bool(found.why)) == (40.0, True)
    assert found.sentence().startswith("at most 40.0 s behind: ")


def test_without_an_answer_it_is_at_most_the_time_since_the_copy_was_known_to_be_level() -> None:
    lies = Lies(written_at=990.0, made_at={7: 950.0})

    found = lag(None, lies, 960.0, NOW, "it is down")

    assert found == Lag(40.0, why="it is down")


def test_without_an_answer_a_copy_that_was_level_since_the_last_commit_still_is() -> None:
    assert lag(None, Lies(950.0, {7: 950.0}), 960.0, NOW, "it is down").seconds == 0.0


@pytest.mark.parametrize("found", [Position(3, 0), None])
def test_what_cannot_be_known_is_no_number(found: Position | None) -> None:
    unknown = lag(found, Lies(950.0, {3: 960.0}), None, NOW, "it is down")

    assert unknown.seconds is None
    assert unknown.sentence().startswith("how far behind can't be said: ")


async def test_a_litestream_that_was_never_level_leaves_the_lag_unknown_and_not_zero(place: Place) -> None:
    kept, _ = await place.opened()
    await kept.close()
    place.url, place.keys = address(1, "nobody"), dict(KEYS)
    kept = await place.open()
    assert kept.replication is not None

    found = await kept.replication.lag()

    await kept.close()
    assert found.seconds is None and found.why


async def test_asking_often_costs_one_question_a_second(place: Place) -> None:
    kept, child = await place.opened()

    first, second = await asyncio.gather(child.lag(), child.lag())

    await kept.close()
    assert first is second


@pytest.mark.xdist_group("s3")
@pytest.mark.timeout(60 + 4 * OUTAGE_S)
async def test_while_s3_is_away_the_lag_grows_and_then_all_arrives(tmp_path: Path, port: int) -> None:
    async with cable(port) as to_s3:
        place = Place(tmp_path, address(to_s3.port, tmp_path.name), dict(KEYS))
        kept, child = await place.opened()
        await kept.database.write(note, 5)
        await until_level(child)

        to_s3.pull()
        pulled, written = time.monotonic(), 5
        while time.monotonic() - pulled < OUTAGE_S:
            await kept.database.write(note, 1)
            written += 1
            await asyncio.sleep(0.02)
        away = await child.lag()
        to_s3.plug_in()
        await until_level(child, within_s=30 + OUTAGE_S)

        assert away.seconds is not None and OUTAGE_S - 1.5 < away.seconds < OUTAGE_S + 10
        assert await place.copied() == written
        await kept.close()


@pytest.mark.xdist_group("s3")
async def test_a_litestream_started_again_while_s3_is_away_still_tells_the_lag(tmp_path: Path, port: int) -> None:
    async with cable(port) as to_s3:
        place = Place(tmp_path, address(to_s3.port, tmp_path.name), dict(KEYS))
        kept, child = await place.opened()
        to_s3.pull()
        await kept.database.write(note, 5)

        place.kill_litestream()
        await until(lambda: not child.running)
        await until(lambda: child.running)
        again = await child.lag()
        to_s3.plug_in()
        await until_level(child, within_s=30)

        assert again.seconds is not None and again.seconds > 0
        assert await place.copied() == 5
        await kept.close()
