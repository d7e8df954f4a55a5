"""What a start does with a missing or damaged file: only a replica that does not exist lets it begin anew."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import first_lines
from bot.clock import SystemClock
from bot.house import open_database
from bot.replication import restore, trial
from bot.replication.target import ReplicaTrouble
from config.static import read_settings
from storage.errors import DatabaseCorrupt
from tests.console.running import piped
from tests.replication.copies import Place, note, notes

KEYS = {"LITESTREAM_ACCESS_KEY_ID": "key", "LITESTREAM_SECRET_ACCESS_KEY": "hidden"}
DEAD = "s3://bucket/prefix?endpoint=http://127.0.0.1:1&region=us-east-1&forcePathStyle=true"


@pytest.fixture
def place(place: Place) -> Place:
    """With nothing yet: neither a database nor a copy."""
    place.database.unlink()
    return place


async def filled(place: Place, count: int = 20) -> None:
    kept = await place.open()
    await kept.database.write(note, count)
    await kept.close()


def lose(place: Place) -> None:
    for file in place.folder.glob("troupe.db*"):
        file.unlink()


def spoil(place: Place) -> None:
    """Overwrite the middle of the file, as a failing disk does."""
    with place.database.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(4096 * 8))


def spoil_copy(place: Place) -> None:
    for part in Path(place.url.removeprefix("file://")).rglob("*.ltx"):
        part.write_bytes(part.read_bytes()[:-40] + os.urandom(40))


def kept_aside(place: Place) -> list[Path]:
    return list(place.folder.glob("troupe.db.aside-*Z"))


async def test_without_file_and_without_replica_it_starts_fresh(place: Place) -> None:
    kept = await place.open()

    await kept.database.write(note, 1)

    await kept.close()
    assert notes(place.database) == 1


async def test_a_missing_file_is_restored(place: Place) -> None:
    await filled(place)
    lose(place)

    kept = await place.open()

    await kept.close()
    assert notes(place.database) == 20


async def test_an_empty_file_is_restored(place: Place) -> None:
    await filled(place)
    lose(place)
    place.database.touch()

    kept = await place.open()

    await kept.close()
    assert notes(place.database) == 20


async def test_a_log_left_without_its_file_is_not_replayed_into_the_restored_one(place: Place) -> None:
    await filled(place)
    log = place.database.with_name("troupe.db-wal")
    log.write_bytes(b"left by another life")
    place.database.unlink()

    kept = await place.open()

    await kept.close()
    assert notes(place.database) == 20
    assert [file.read_bytes() for file in place.folder.glob("troupe.db.aside-*-wal")] == [b"left by another life"]


async def test_a_damaged_file_is_kept_aside_and_restored(place: Place) -> None:
    await filled(place)
    spoil(place)
    damaged = place.database.read_bytes()

    kept = await place.open()

    await kept.close()
    assert notes(place.database) == 20
    assert [file.read_bytes() for file in kept_aside(place)] == [damaged]


async def test_what_is_written_after_a_restore_is_copied_too(place: Place) -> None:
    await filled(place)
    lose(place)

    await filled(place, 5)

    assert await place.copied() == 25


async def test_a_damaged_file_without_replica_stops_and_stays(place: Place, tmp_path: Path) -> None:
    await filled(place)
    spoil(place)
    damaged = place.database.read_bytes()
    place.url = f"file://{tmp_path / 'another'}"

    with pytest.raises(DatabaseCorrupt, match="holds no copy"):
        await place.open()

    assert place.database.read_bytes() == damaged
    assert kept_aside(place) == []


async def test_a_file_that_a_crash_ruined_stops_a_start_that_copies_nothing(place: Place) -> None:
    await filled(place)
    left = place.database.with_name("troupe.db-wal").read_bytes()  # Litestream leaves it, as a crash does
    with place.database.open("r+b") as file:
        file.seek(place.database.stat().st_size - 4096 * 20)
        file.write(os.urandom(4096 * 20))
    without = read_settings({"DATABASE_URL": place.environment["DATABASE_URL"]})

    with pytest.raises(DatabaseCorrupt, match=r"troupe\.db is damaged; move it aside"):
        await open_database(without, SystemClock())

    assert left
    assert kept_aside(place) == []


async def test_a_damaged_copy_stops_and_changes_nothing(place: Place) -> None:
    await filled(place)
    lose(place)
    spoil_copy(place)

    with pytest.raises(ReplicaTrouble, match="Nothing was changed"):
        await place.open()

    assert not place.database.exists()


async def test_an_address_nobody_answers_is_given_up_in_time(place: Place) -> None:
    place.url, place.keys = DEAD, KEYS
    began = time.monotonic()

    with pytest.raises(ReplicaTrouble, match=r"^s3://bucket/prefix can't be reached"):
        await restore.make_ready(replace(place.target, reach_s=1.0))

    assert time.monotonic() - began < 5
    assert not place.database.exists()


async def test_a_sound_database_starts_and_stops_in_time_while_its_replica_is_away(place: Place) -> None:
    await filled(place)
    place.url, place.keys = DEAD, KEYS
    began = time.monotonic()

    kept = await place.open()
    opened = time.monotonic()
    told = first_lines(place.settings, None, None, kept)[1]
    await kept.database.write(note, 1)
    await kept.close()

    assert (opened - began < 5, time.monotonic() - opened < 8) == (True, True)
    assert "which does not answer yet" in told
    assert notes(place.database) == 21


def test_a_folder_that_takes_nothing_ends_a_start_with_2_and_one_sentence(place: Place) -> None:
    place.url = "file:///proc/nothing"

    ran = piped(place.folder, "hello\n", **place.environment)

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("file:///proc/nothing can't be written to: No such file or directory. Nothing was")
    assert not place.database.exists()


async def test_a_folder_that_was_tried_is_left_as_it_was(place: Place) -> None:
    await trial.try_writing(place.target)

    assert list(place.folder.parent.iterdir()) == [place.folder]


def test_a_start_that_cannot_restore_ends_with_2_and_one_sentence(place: Place) -> None:
    place.url = "s3://bucket/prefix?endpoint=http://127.0.0.1:1&nonsense=1%zz"

    ran = piped(place.folder, "hello\n", **place.environment)

    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert "127.0.0.1:1" not in ran.stderr
    assert not place.database.exists()
