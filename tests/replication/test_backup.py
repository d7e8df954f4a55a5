"""``python -m bot backup`` tells, restores and proves, and says in a sentence what it cannot do."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from bot.clock import SystemClock
from bot.house import open_database
from bot.replication.binary import Ended
from config.static import read_settings
from storage import drills
from storage.records import Drill
from tests.console.running import piped
from tests.replication.copies import Place, note, notes


async def filled(place: Place) -> None:
    kept = await place.open()
    await kept.database.write(note, 12)
    await kept.close()


async def test_a_drill_restores_beside_a_running_bot_and_tells_the_seconds(place: Place) -> None:
    kept = await place.open()
    await kept.database.write(note, 12)
    await place.until_copied(12)

    ran = piped(place.folder, "", "backup", "drill", **place.environment)

    await kept.close()
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"in \d+\.\d\d s \(RTO\): [\d,]+ rows in \d+ tables", ran.stdout)
    assert "not copied yet: none" in ran.stdout and "s behind (RPO)" in ran.stdout


async def test_a_restore_brings_a_new_file_and_leaves_the_database_alone(place: Place) -> None:
    await filled(place)
    before = place.database.read_bytes()
    to = place.folder / "brought.db"

    ran = piped(place.folder, "", "backup", "restore", "--to", str(to), **place.environment)

    assert ran.returncode == 0, ran.stderr
    assert [one.name for one in place.folder.glob("brought.db*")] == ["brought.db"]
    assert notes(to) == 12
    assert place.database.read_bytes() == before


async def test_a_restore_in_place_keeps_what_was_there_aside(place: Place) -> None:
    await filled(place)

    ran = piped(place.folder, "", "backup", "restore", **place.environment)

    assert ran.returncode == 0, ran.stderr
    assert notes(place.database) == 12
    assert [notes(file) for file in place.folder.glob("troupe.db.aside-*Z")] == [12]


def test_a_server_is_nothing_to_set_a_replica_for(place: Place) -> None:
    ran = piped(place.folder, "", "backup", DATABASE_URL="postgresql://somebody@host/name")

    assert ran.returncode == 2
    assert "copies files only" in ran.stderr and "REPLICA_URL" not in ran.stderr


async def test_a_restore_never_overwrites_the_file_it_is_given(place: Place) -> None:
    await filled(place)

    ran = piped(place.folder, "", "backup", "restore", "--to", str(place.database), **place.environment)

    assert ran.returncode == 2
    assert "exists; name a new file" in ran.stderr


async def test_a_restore_in_place_is_refused_while_the_bot_runs(place: Place) -> None:
    kept = await place.open()

    ran = piped(place.folder, "", "backup", "restore", **place.environment)

    await kept.close()
    assert ran.returncode == 2
    assert "Another Troupe is running" in ran.stderr


async def test_a_copy_can_be_brought_up_to_date_while_the_bot_is_stopped(place: Place, tmp_path: Path) -> None:
    await filled(place)
    place.url = f"file://{tmp_path / 'another'}"

    ran = piped(place.folder, "", "backup", "now", **place.environment)

    assert ran.returncode == 0, ran.stderr
    assert await place.copied() == 12


async def test_a_copy_is_ordered_from_the_litestream_of_a_running_bot(place: Place) -> None:
    kept, child = await place.opened()
    litestream = place.litestream()
    await kept.database.write(note, 12)

    ran = await asyncio.to_thread(piped, place.folder, "", "backup", "now", **place.environment)
    found = await place.copied()

    assert (ran.returncode, ran.stdout.startswith("Everything is copied to file://")) == (0, True), ran.stderr
    assert found == 12
    assert (place.litestream(), child.restarts) == (litestream, 0)
    await kept.close()


async def test_the_status_beside_a_running_bot_tells_the_lag_and_that_nothing_was_drilled(place: Place) -> None:
    kept, _ = await place.opened()

    ran = await asyncio.to_thread(piped, place.folder, "", "backup", **place.environment)

    await kept.close()
    assert ran.returncode == 0, ran.stderr
    assert "The bot runs and copies to file://" in ran.stdout and "with every change" in ran.stdout
    assert "No drill by the bot yet" in ran.stdout


async def test_the_status_of_a_stopped_bot_tells_when_the_copy_was_written_and_the_last_drill(place: Place) -> None:
    await filled(place)
    kept = await place.open()
    await kept.database.write(drills.add, Drill("drl_1", 1_790_000_000_000, "failed", None, None, None, "no room"))
    await kept.close()

    ran = piped(place.folder, "", "backup", "status", **place.environment)

    assert ran.returncode == 0, ran.stderr
    assert "The bot is stopped. The copy in file://" in ran.stdout and "was last written 20" in ran.stdout
    assert "The last drill failed, 2026-09-21" in ran.stdout and "no room" in ran.stdout


def test_the_status_without_any_copy_says_so(place: Place) -> None:
    ran = piped(place.folder, "", "backup", **place.environment)

    assert ran.returncode == 0, ran.stderr
    assert "holds no copy" in ran.stdout


def test_a_copy_of_a_database_that_is_not_there_says_so_and_makes_none(place: Place) -> None:
    place.database.unlink()

    ran = piped(place.folder, "", "backup", "now", **place.environment)

    assert ran.returncode == 2
    assert f"There is no {place.database} to copy" in ran.stderr
    assert not place.database.exists()


async def test_a_time_that_is_none_or_too_early_is_said_in_a_sentence(place: Place) -> None:
    await filled(place)
    to = place.folder / "brought.db"
    order = ("backup", "restore", "--to", str(to), "--at")

    unclear = piped(place.folder, "", *order, "yesterday", **place.environment)
    early = piped(place.folder, "", *order, "2020-01-01T00:00:00Z", **place.environment)

    assert "'yesterday' is no time such as 2026-01-31T12:00:00Z" in unclear.stderr
    assert "holds no copy of 2020-01-01T00:00:00+00:00 or before." in early.stderr
    assert (unclear.returncode, early.returncode, to.exists()) == (2, 2, False)


def test_without_a_replica_it_says_what_to_set(tmp_path: Path) -> None:
    ran = piped(tmp_path, "", "backup")

    assert ran.returncode == 2
    assert "set REPLICA_URL" in ran.stderr


async def test_beside_a_bot_that_began_without_a_replica_nothing_is_said_to_be_copied(place: Place) -> None:
    without = read_settings({"DATABASE_URL": place.environment["DATABASE_URL"]})
    kept = await open_database(without, SystemClock())

    ran = piped(place.folder, "", "backup", "status", **place.environment)

    await kept.close()
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "copies nothing; start it again with REPLICA_URL" in ran.stderr


async def test_a_drill_beside_a_ruined_file_tells_what_the_copy_is_worth(place: Place) -> None:
    await filled(place)
    place.database.write_bytes(b"ruined" * 10_000)

    ran = piped(place.folder, "", "backup", "drill", **place.environment)

    assert ran.returncode == 0, ran.stderr
    assert "(RTO)" in ran.stdout and "(RPO)" not in ran.stdout
    assert f"There is no sound {place.database} to compare it with." in ran.stdout


def test_what_the_system_has_against_a_file_is_said_in_a_sentence(place: Place) -> None:
    ran = piped(place.folder, "", "backup", "restore", "--to", "x" * 300, **place.environment)

    assert (ran.returncode, len(ran.stderr.splitlines())) == (2, 1)
    assert "File name too long" in ran.stderr


def test_a_failed_call_tells_its_reason_and_names_keys_that_were_never_given() -> None:
    folder = Ended(1, "Error: open /srv/copy: permission denied")
    bucket = Ended(1, "Error: s3: ec2imds: GetMetadata, StatusCode: 403, request to EC2 IMDS failed")

    assert folder.because == ": open /srv/copy: permission denied"
    assert bucket.because.startswith(": no keys were given; set LITESTREAM_ACCESS_KEY_ID")
