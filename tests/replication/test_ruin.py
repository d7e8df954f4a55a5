"""What is ruined under a running bot, and what the copy is worth then."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.replication.listing import Batch, rival
from bot.replication.restore import fetch
from tests.console.running import environment, piped
from tests.nursery import ROOT, Born, bear
from tests.replication.copies import Place, note, notes, until, until_level

INTERVAL_S = 1.5  # a sync each second, of batches made each quarter
IN_A_ROOM_OF_ITS_OWN = ("unshare", "--user", "--map-root-user", "--mount")


def heard(path: Path) -> set[str]:
    """What the person of the terminal said, as a restored file has it."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as opened:
        return {str(row[0]) for row in opened.execute("SELECT content FROM messages WHERE role = 'person'")}


async def chat(place: Place, for_s: float) -> tuple[Born, dict[str, float]]:
    """A whole bot in its terminal, talked with without a pause; what it answered, and when."""
    bot = await bear("bot", env=environment(place.folder, **place.environment), hears=True)
    answered: dict[str, float] = {}
    until_then = time.monotonic() + 60
    while time.monotonic() < until_then:
        said = f"ping {len(answered)}"
        bot.tell(f"{said}\n")
        while not (await bot.stdout.readline()).startswith(b"Ada:"):
            pass
        answered[said] = time.monotonic()
        if len(answered) == 1:
            until_then = time.monotonic() + for_s
    return bot, answered


@pytest.mark.xdist_group("s3")
async def test_bot_and_litestream_killed_under_load_lose_at_most_the_last_interval(bucket: Place) -> None:
    bot, answered = await chat(bucket, for_s=5)

    bucket.kill_litestream()
    killed = time.monotonic()
    await bot.gone()
    elsewhere = bucket.folder / "elsewhere.db"
    found = await fetch(bucket.target, elsewhere)

    owed = {said for said, at in answered.items() if at < killed - INTERVAL_S}
    assert found and len(owed) > 10
    assert owed <= heard(elsewhere)


async def test_a_litestream_killed_three_times_comes_back_later_each_time(place: Place) -> None:
    kept, child = await place.opened()

    with capture_logs() as logs:
        for death in range(1, 4):
            place.kill_litestream()
            await until(lambda death=death: child.restarts == death and child.running, within_s=20)
        await kept.database.write(note, 3)
        await until_level(child)

    await kept.close()
    assert [log["again_in_s"] for log in logs if log["event"] == "litestream_died"] == [0.25, 0.5, 1.0]
    assert await place.copied() == 3


async def test_the_local_notes_of_litestream_may_be_lost(place: Place) -> None:
    kept, _ = await place.opened()
    await kept.database.write(note, 10)
    await place.until_copied(10)
    await kept.close()
    shutil.rmtree(place.folder / ".troupe.db-litestream")

    kept, child = await place.opened()
    await kept.database.write(note, 5)
    await until_level(child)

    await kept.close()
    assert await place.copied() == 15


@pytest.mark.parametrize("emptied", [False, True])
async def test_an_address_that_is_new_or_was_emptied_gets_the_whole_copy(
    place: Place, tmp_path: Path, emptied: bool
) -> None:
    kept, _ = await place.opened()
    await kept.database.write(note, 10)
    await place.until_copied(10)
    await kept.close()
    (place.folder / ".troupe.db-litestream" / "ltx" / "0" / f"{1:016x}-{1:016x}.ltx").unlink()  # as after five minutes
    if emptied:
        shutil.rmtree(tmp_path / "replica")
    else:
        place.url = f"file://{tmp_path / 'another'}"

    kept, child = await place.opened()
    await kept.database.write(note, 5)
    await until_level(child)

    await kept.close()
    assert await place.copied() == 15


async def test_a_log_that_was_deleted_comes_back_from_the_copy_and_the_copy_is_not_overwritten(place: Place) -> None:
    kept, _ = await place.opened()
    without_log = place.database.read_bytes()
    await kept.database.write(note, 10)
    await place.until_copied(10)
    await kept.close()
    place.database.write_bytes(without_log)
    os.utime(place.database, (time.time() - 60,) * 2)  # as after a minute without a checkpoint
    for side in ("-wal", "-shm"):
        place.database.with_name("troupe.db" + side).unlink()

    with capture_logs() as logs:
        kept, child = await place.opened()
    await kept.database.write(note, 5)
    await until_level(child)

    await kept.close()
    assert "log_lost" in [log["event"] for log in logs]
    assert notes(place.database) == await place.copied() == 15


async def test_a_log_that_was_written_back_in_order_is_not_missed(place: Place) -> None:
    kept, _ = await place.opened()
    await kept.database.write(note, 10)
    await place.until_copied(10)
    await kept.close()
    piped(place.folder, "", "migrate", **place.environment)  # the last to close it writes the log back
    gone = not place.database.with_name("troupe.db-wal").exists()

    with capture_logs() as logs:
        kept = await place.open()

    await kept.close()
    assert gone
    assert not {"log_lost", "database_restored"} & {log["event"] for log in logs}


async def test_a_page_that_is_ruined_is_replaced_from_the_copy_at_the_next_start(place: Place) -> None:
    kept, _ = await place.opened()
    await kept.database.write(note, 3000)
    await place.until_copied(3000)
    await kept.close()
    with place.database.open("r+b") as file:
        file.seek(4096 * 20)
        file.write(os.urandom(4096))

    kept = await place.open()

    await kept.close()
    assert notes(place.database) == 3000


def test_a_full_disk_is_told_and_all_that_was_kept_is_copied_once_there_is_room(tmp_path: Path) -> None:
    small, copies = tmp_path / "small", tmp_path / "copies"
    small.mkdir()
    if subprocess.run([*IN_A_ROOM_OF_ITS_OWN, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a small disk for himself")

    ran = subprocess.run(
        [
            *IN_A_ROOM_OF_ITS_OWN,
            "sh",
            "-c",
            'mount -t tmpfs -o size=8m small "$1" && exec "$2" -m tests.replication.cramped "$1" "$3"',
            "sh",
            str(small),
            sys.executable,
            f"file://{copies}",
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=100,
    )

    assert ran.returncode == 0, ran.stderr[-2000:]
    written, told, lag = ran.stdout.split()[-3:]
    assert (told, float(lag)) == ("DatabaseFull", 0.0)
    home = tmp_path / "home"
    home.mkdir()
    assert asyncio.run(Place(home, f"file://{copies}").copied()) == int(written)


# ── two on one address ──


async def test_two_bots_on_one_address_are_told(place: Place, tmp_path: Path) -> None:
    ours, child = await place.opened()
    await ours.database.write(note, 5)
    await until_level(child)
    (tmp_path / "theirs").mkdir()
    other = Place(tmp_path / "theirs", place.url)
    theirs = await other.open()
    await child.look_for_rivals()
    before = await child.sentence()

    with capture_logs() as logs:
        deadline = time.monotonic() + 20
        while not any(log["event"] == "replica_shared" for log in logs) and time.monotonic() < deadline:
            await theirs.database.write(note, 2)
            await child.look_for_rivals()

    told = await child.sentence()
    await theirs.close()
    await ours.close()
    assert "ANOTHER TROUPE" not in before
    assert "ANOTHER TROUPE COPIES TO THE SAME ADDRESS" in told and "REPLICA_URL of its own" in told


def batch(number: int, size: int = 100, level: int = 0) -> Batch:
    return Batch(level, number, number, size, None)  # type: ignore[arg-type]  # when it was made decides nothing


def test_what_we_made_ourselves_is_no_rival_s() -> None:
    assert rival([batch(1), batch(2), batch(9, level=1)], {2: 100, 3: 70}) is None


def test_a_batch_of_another_size_is_a_rival_s() -> None:
    assert rival([batch(1), batch(2, size=101)], {1: 100, 2: 100}) == 2


def test_a_batch_after_our_last_is_a_rival_s() -> None:
    assert rival([batch(1), batch(2), batch(3)], {1: 100, 2: 100}) == 3


def test_without_batches_of_our_own_nothing_can_be_compared() -> None:
    assert rival([batch(1)], {}) is None
