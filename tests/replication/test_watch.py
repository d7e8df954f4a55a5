"""Litestream while the bot runs: every commit arrives, a death is mended, a stop leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.replication.leash import leash_path
from tests.console.running import environment, piped
from tests.nursery import bear
from tests.replication.copies import Place, note, until


async def test_what_is_committed_arrives_while_the_bot_runs(place: Place) -> None:
    kept = await place.open()

    await kept.database.write(note, 100)

    await place.until_copied(100)
    await kept.close()


async def test_what_was_committed_just_before_the_stop_arrives(place: Place) -> None:
    kept = await place.open()
    await kept.database.write(note, 7)

    await kept.close()

    assert await place.copied() == 7


async def test_a_second_life_adds_to_what_the_first_copied(place: Place) -> None:
    for _ in range(2):
        kept = await place.open()
        await kept.database.write(note, 5)
        await kept.close()

    assert await place.copied() == 10


async def test_a_litestream_that_dies_is_started_again_and_catches_up(place: Place) -> None:
    kept = await place.open()
    child = kept.replication
    assert child is not None
    await kept.database.write(note, 10)
    await place.until_copied(10)
    killed = place.litestream()

    place.kill_litestream()
    await until(lambda: not child.running)
    said = await child.sentence()
    await kept.database.write(note, 10)
    await until(lambda: child.running)

    await place.until_copied(20)
    assert said.startswith("restarting")
    assert (await child.sentence()).endswith("restarted once")
    assert place.litestream() != killed
    await kept.close()


async def test_a_stop_leaves_no_litestream_behind(place: Place) -> None:
    kept = await place.open()
    number = place.litestream()

    await kept.close()

    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


async def test_a_litestream_left_by_a_killed_bot_is_ended_by_the_next(place: Place) -> None:
    bot = await bear("bot", env=environment(place.folder, **place.environment), hears=True)
    assert await bot.stdout.readline()
    left = place.litestream()
    await bot.gone()

    kept = await place.open()

    assert place.litestream() != left
    await kept.close()


def test_the_first_lines_and_status_name_the_copy_without_its_keys(place: Place) -> None:
    ran = piped(place.folder, "/status\n", **place.environment)

    assert ran.returncode == 0, ran.stderr
    assert f"Backup: copied as it changes to {place.url}." in ran.stdout
    assert "**Backup** running, to" in ran.stdout


def test_without_a_replica_the_first_lines_say_what_to_set(tmp_path: Path) -> None:
    ran = piped(tmp_path, "/status\n")

    assert "Backup: none" in ran.stdout and "REPLICA_URL" in ran.stdout
    assert not leash_path(tmp_path / "troupe.db").exists()
