"""Who was forgotten stays forgotten: after a copied file is put back, and after a restore to an earlier moment."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.house import House, Kept, World, open_database
from bot.keys.keyring import Keyring
from bot.keys.seal import MasterKeys
from bot.models.provider import OpenAIProvider
from bot.privacy.forget import Eraser
from bot.replication import control
from bot.replication.leash import running
from bot.replication.restore import bring, fetch
from bot.replication.target import ReplicaTrouble
from config.master_keys import master_keys
from config.static import read_settings
from storage import forgetting, migrate, provider_keys, sidecar, tombstones
from storage.provider_keys import Owner
from storage.tombstones import Tombstone
from tests.console.running import piped
from tests.memory.ground import laid
from tests.replication.copies import Place, until
from tests.storage.outside import Server

MARA = ("discord", "0")
SECRET = b"zanzibar"
OTHER = b"lighthouse"
KEY = b"sk-mara-0123456789abcdef"
PROVIDER = b"api.openai.com"  # which stands beside a key that is kept
MASTER = "bWFzdGVyLW1hc3Rlci1tYXN0ZXItbWFzdGVyLTAxMjM="


def eraser(kept: Kept, place: Place) -> Eraser:
    """As a running bot has it."""
    return House(place.settings, kept, (), World()).eraser


async def talked(kept: Kept) -> None:
    """Mara and Tom said something, and it is remembered."""
    ground = await laid(kept.database)
    ground.now = SystemClock().now() - 60_000_000
    for number in range(3):
        await ground.tell(f"Mara keeps {number} {SECRET.decode()} birds.", topic=f"birds {number}")
    await ground.tell(f"Tom keeps the {OTHER.decode()}.", who="Tom")


def raw(path: Path) -> bytes:
    """Every byte of a file and its log."""
    return b"".join(file.read_bytes().lower() for file in path.parent.glob(f"{path.name}*") if file.is_file())


def lose(place: Place) -> None:
    """The file with its log, as a person who puts another in its place takes them away."""
    for side in ("", "-wal", "-shm"):
        place.database.with_name(place.database.name + side).unlink(missing_ok=True)


async def forgotten_after_a_moment(place: Place) -> str:
    """They talked, the replica has it, they were forgotten, and the replica has that too; when they were not yet."""
    kept = await place.open()
    await talked(kept)
    masters = MasterKeys(master_keys(MASTER))
    await Keyring(kept.database, masters, OpenAIProvider("", "")).keep(Owner("person", *MARA), KEY.decode(), 1)
    await copied(place)
    moment = datetime.now(UTC).isoformat()
    await eraser(kept, place).forget(*MARA)
    newest = place.folder / "newest"
    assert await fetch(place.target, newest) and SECRET not in raw(newest)  # the replica has it before they are told
    assert await kept.database.read(provider_keys.of_owner, Owner("person", *MARA)) == []
    await kept.close()
    return moment


async def copied(place: Place) -> None:
    """Have the running Litestream copy every commit there is now."""
    await until(lambda: running(place.database) is not None)
    found = running(place.database)
    assert found is not None
    await until(found.control.exists)
    await control.copy_now(found.control, place.database, 10)


def replica(place: Place) -> list[bytes]:
    """The raw bytes of every file of it."""
    files = Path(place.url.removeprefix("file://")).rglob("*")
    return [file.read_bytes() for file in files if file.is_file()]


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

    assert await bring(place.target, to, moment)
    inside = piped(place.folder, "", "backup", "restore", "--at", moment, **place.environment)

    assert inside.returncode == 0, inside.stderr
    assert SECRET in raw(as_it_was) and PROVIDER in raw(as_it_was)
    copies = [as_it_was.read_bytes(), to.read_bytes(), *replica(place)]
    assert len(copies) > 3 and not any(KEY in copy for copy in copies), "a key stands nowhere but sealed"
    for file in (to, place.database):
        assert SECRET not in file.read_bytes().lower() and OTHER in file.read_bytes().lower()
    assert not list(place.folder.glob(".earlier-*")) + list(place.folder.glob(".restore-*"))


async def test_an_earlier_moment_is_refused_where_the_newest_state_can_t_be_read(place: Place) -> None:
    moment = await forgotten_after_a_moment(place)
    spoil_newest(place)
    before, to = place.database.read_bytes(), place.folder / "brought"

    ran = piped(place.folder, "", "backup", "restore", "--at", moment, **place.environment)
    with pytest.raises(ReplicaTrouble, match="who asked to be forgotten since"):
        await bring(place.target, to, moment)

    assert (ran.returncode, len(ran.stderr.splitlines())) == (2, 1)
    assert "who asked to be forgotten since" in ran.stderr
    assert not to.exists() and place.database.read_bytes() == before


async def test_what_a_crash_cut_short_is_finished_at_the_next_start(alone: Place) -> None:
    kept = await alone.open()
    await talked(kept)
    now = SystemClock().now()
    await kept.database.write(forgetting.forget, *MARA, now, now, 1)
    await kept.close()
    assert SECRET in raw(alone.database)

    kept = await alone.open()
    await kept.close()

    assert SECRET not in raw(alone.database) and OTHER in raw(alone.database)


async def test_a_copy_from_before_the_schema_knew_of_tombstones_is_brought_up_to_date_too(alone: Place) -> None:
    kept = await alone.open()
    await talked(kept)
    await migrate.down(kept.database, 7)
    await kept.close()
    shutil.copy(alone.database, alone.folder / "saved")
    kept = await alone.open()
    await eraser(kept, alone).forget(*MARA)
    await kept.close()
    lose(alone)
    shutil.copy(alone.folder / "saved", alone.database)

    kept = await alone.open()
    await kept.close()

    assert SECRET in raw(alone.folder / "saved")
    assert SECRET not in raw(alone.database) and OTHER in raw(alone.database)


async def test_an_older_copy_is_moved_elsewhere_with_its_tombstones(alone: Place, postgres_schema: str) -> None:
    kept = await alone.open()
    await talked(kept)
    await kept.close()
    shutil.copy(alone.database, alone.folder / "saved")
    kept = await alone.open()
    await eraser(kept, alone).forget(*MARA)
    await kept.close()
    lose(alone)
    shutil.copy(alone.folder / "saved", alone.database)

    moved = piped(alone.folder, "", "move", "--to", postgres_schema, **alone.environment)
    settings = read_settings({**alone.environment, "DATABASE_URL": postgres_schema})
    there = await open_database(settings, SystemClock())
    await there.close()

    assert moved.returncode == 0, moved.stderr
    words = repr(Server(postgres_schema).rows("SELECT content FROM messages")).encode()
    assert OTHER in words and SECRET not in words


def test_somebody_at_the_terminal_is_forgotten_to_the_last_byte(tmp_path: Path) -> None:
    said = f"My name is Xanthippe.\nI keep {SECRET.decode()} birds.\nRemember that I love quokkas.\nwhat do I keep?\n"

    ran = piped(tmp_path, f"{said}/privacy forget\n/1\n/privacy export\n")

    assert ran.returncode == 0 and "You are forgotten: 4 messages, 4 answers" in ran.stdout, ran.stdout + ran.stderr
    for word in (b"xanthippe", SECRET, b"quokka"):
        assert word not in raw(tmp_path / "troupe.db")
