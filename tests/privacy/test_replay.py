"""Who was forgotten stays forgotten: after a copied file is put back, and after a restore to an earlier moment."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from bot.bells import Bells
from bot.clock import SystemClock
from bot.house import Kept
from bot.privacy.forget import Eraser
from bot.replication import control
from bot.replication.leash import running
from bot.replication.restore import fetch
from storage import sidecar, tombstones
from storage.tombstones import Tombstone
from tests.console.running import piped
from tests.memory.ground import laid
from tests.replication.copies import Place, until

MARA = ("discord", "0")
SECRET = b"zanzibar"
OTHER = b"lighthouse"


def eraser(kept: Kept, place: Place) -> Eraser:
    return Eraser(kept.database, Bells(), SystemClock(), place.database, lambda: kept.replication is None)


async def talked(kept: Kept) -> None:
    """Mara and Tom said something, and it is remembered."""
    ground = await laid(kept.database)
    ground.now = SystemClock().now() - 60_000_000
    for number in range(3):
        await ground.tell(f"Mara keeps {number} {SECRET.decode()} birds.", topic=f"birds {number}")
    await ground.tell(f"Tom keeps the {OTHER.decode()}.", who="Tom")


def raw(path: Path) -> bytes:
    """Every byte of a file and its log."""
    return b"".join(file.read_bytes().lower() for file in path.parent.glob(f"{path.name}*"))


def lose(place: Place) -> None:
    """The file with its log, as a person who puts another in its place takes them away."""
    for side in ("", "-wal", "-shm"):
        place.database.with_name(place.database.name + side).unlink(missing_ok=True)


async def forgotten_after_a_moment(place: Place) -> str:
    """They talked, the replica has it, they were forgotten, and the replica has that too; when they were not yet."""
    kept = await place.open()
    await talked(kept)
    await copied(place)
    moment = datetime.now(UTC).isoformat()
    await eraser(kept, place).forget(*MARA)
    await copied(place)
    await kept.close()
    return moment


async def copied(place: Place) -> None:
    """Have the running Litestream copy every commit there is now."""
    await until(lambda: running(place.database) is not None)
    found = running(place.database)
    assert found is not None
    await until(found.control.exists)
    await control.copy_now(found.control, place.database, 10)


def spoil_newest(place: Place) -> None:
    """Damage the last batch of the replica, at every level it stands on."""
    batches = sorted(Path(place.url.removeprefix("file://")).rglob("*.ltx"), key=lambda file: file.name)
    for newest in (file for file in batches if file.name == batches[-1].name):
        newest.write_bytes(newest.read_bytes()[:-40] + b"x" * 40)


async def test_an_old_file_copied_back_is_brought_up_to_date_before_anybody_is_heard(alone: Place) -> None:
    kept = await alone.open()
    await talked(kept)
    await kept.close()
    shutil.copy(alone.database, alone.folder / "saved")
    kept = await alone.open()
    await eraser(kept, alone).forget(*MARA)
    await kept.close()
    lose(alone)
    shutil.copy(alone.folder / "saved", alone.database)

    kept = await alone.open()
    stones = await kept.database.read(tombstones.every)
    await kept.close()

    assert SECRET in raw(alone.folder / "saved") and SECRET not in raw(alone.database)
    assert OTHER in raw(alone.database)
    assert [stone.key_hash for stone in stones] == [tombstones.key_hash(*MARA)]


async def test_a_sidecar_that_was_lost_is_written_again_from_the_table(alone: Place) -> None:
    kept = await alone.open()
    await talked(kept)
    await eraser(kept, alone).forget(*MARA)
    await kept.close()
    before = sidecar.read(alone.database)
    sidecar.beside(alone.database).unlink()

    kept = await alone.open()
    await kept.close()

    assert sidecar.read(alone.database) == before != []


def test_the_sidecar_names_nobody_and_outlives_a_line_cut_short(alone: Place) -> None:
    one, two = (Tombstone(tombstones.key_hash("discord", number), 1000) for number in ("7", "8"))
    sidecar.add(alone.database, [one])
    with sidecar.beside(alone.database).open("a") as file:
        file.write(f"\n{two.key_hash} 10")  # the rest was lost with the power

    sidecar.add(alone.database, [one, Tombstone(two.key_hash, 1000), Tombstone(one.key_hash, 2000)])

    assert sidecar.read(alone.database) == tombstones.newest([two, Tombstone(one.key_hash, 2000)])
    assert "discord" not in sidecar.beside(alone.database).read_text()


async def test_no_byte_of_what_they_said_is_left_in_the_file_its_log_or_its_indexes(alone: Place) -> None:
    kept = await alone.open()
    await talked(kept)

    await eraser(kept, alone).forget(*MARA)

    here = raw(alone.database)
    await kept.close()
    assert SECRET not in here and SECRET not in raw(alone.database)
    assert OTHER in here


async def test_a_restore_to_an_earlier_moment_does_not_bring_their_words_back(place: Place) -> None:
    moment = await forgotten_after_a_moment(place)
    sidecar.beside(place.database).unlink()  # the replica alone knows it
    as_it_was, to = place.folder / "as-it-was", place.folder / "brought"
    await fetch(place.target, as_it_was, moment)

    beside = piped(place.folder, "", "backup", "restore", "--to", str(to), "--at", moment, **place.environment)
    inside = piped(place.folder, "", "backup", "restore", "--at", moment, **place.environment)

    assert (beside.returncode, inside.returncode) == (0, 0), beside.stderr + inside.stderr
    assert SECRET in raw(as_it_was)
    for file in (to, place.database):
        assert SECRET not in file.read_bytes().lower() and OTHER in file.read_bytes().lower()
    assert not list(place.folder.glob(".earlier-*")) + list(place.folder.glob(".restore-*"))


async def test_an_earlier_moment_is_refused_where_the_newest_state_can_t_be_read(place: Place) -> None:
    moment = await forgotten_after_a_moment(place)
    spoil_newest(place)
    before, to = place.database.read_bytes(), place.folder / "brought"

    beside = piped(place.folder, "", "backup", "restore", "--to", str(to), "--at", moment, **place.environment)
    inside = piped(place.folder, "", "backup", "restore", "--at", moment, **place.environment)

    assert (beside.returncode, inside.returncode) == (2, 2)
    assert "who asked to be forgotten since" in beside.stderr and len(inside.stderr.splitlines()) == 1
    assert not to.exists() and place.database.read_bytes() == before
