"""Before the schema of a file moves there is a whole copy of it, examined; without one nothing moves."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from storage import errors, markers, migrate
from storage.backups import Shelf, room
from storage.database import Database
from storage.engines.examine import faults
from storage.engines.sqlite import SQLiteEngine
from tests.console.running import piped
from tests.nursery import ROOT
from tests.storage.conftest import NOW

UP = "DELETE FROM markers;\nCREATE TABLE later (a TEXT);"


def clock() -> Callable[[], int]:
    """A clock that goes on by a minute each time it is looked at."""
    ticks = iter(range(NOW, NOW + 60_000_000, 60_000))
    return lambda: next(ticks)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "troupe.db"


@pytest.fixture
async def database(path: Path, model_file: Path) -> AsyncIterator[Database]:
    """A file at today's schema with something in it, of which a part stands in the log only."""
    shutil.copy(model_file, path)
    database = Database(await SQLiteEngine.open(path))
    await database.write(markers.put, "word", "kept", NOW)
    yield database
    await database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The migrations of a later release, one of which loses something."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.FOLDER, folder)
    number = len(migrate.known("sqlite")) + 1
    (folder / f"{number:04d}_loses.sql").write_text(UP)
    (folder / f"{number:04d}_loses.down.sql").write_text("DROP TABLE later;")
    return folder


def shelf(path: Path, keep: int = 3, free: int | None = None) -> Shelf:
    return Shelf(path, keep, clock(), room if free is None else lambda folder: free)


async def read_in(path: Path) -> str | None:
    database = Database(await SQLiteEngine.open(path))
    try:
        return await database.read(markers.read, "word")
    finally:
        await database.close()


async def test_what_was_there_before_a_migration_can_be_brought_back_by_hand(
    database: Database, path: Path, folder: Path
) -> None:
    before = shelf(path)
    await migrate.up(database, lambda: NOW, folder, before.put)
    lost = await database.read(markers.read, "word")
    await database.close()
    [backup] = before.listed()

    shutil.copyfile(backup.path, path)

    assert lost is None
    assert await read_in(path) == "kept"
    assert backup.schema == len(migrate.known("sqlite"))
    assert faults(backup.path, thorough=True) == []


async def test_undoing_is_preceded_by_a_backup_too(database: Database, path: Path) -> None:
    before = shelf(path)

    await migrate.down(database, 0, first=before.put)

    assert [backup.schema for backup in before.listed()] == [len(migrate.known("sqlite"))]


async def test_a_new_file_and_one_that_need_not_move_are_not_copied(path: Path) -> None:
    new = Database(await SQLiteEngine.open(path))
    before = shelf(path)

    await migrate.up(new, lambda: NOW, first=before.put)
    await migrate.up(new, lambda: NOW, first=before.put)
    await new.close()

    assert before.listed() == ()


async def test_only_the_newest_are_kept(database: Database, path: Path) -> None:
    before = shelf(path, keep=2)

    for schema in (1, 2, 3, 4):
        await before.put(schema)

    assert [backup.schema for backup in before.listed()] == [3, 4]
    assert len(list((path.parent / "troupe.db.backups").iterdir())) == 2


async def test_none_is_made_where_none_is_wanted(database: Database, path: Path) -> None:
    await shelf(path, keep=0).put(1)

    assert not (path.parent / "troupe.db.backups").exists()


async def test_too_little_room_stops_the_migration_before_anything_is_changed(
    database: Database, path: Path, folder: Path
) -> None:
    before = shelf(path, free=1000)

    with pytest.raises(errors.DatabaseFull, match=r"needs \d\.\d MB in .*, and 0\.0 MB are free"):
        await migrate.up(database, lambda: NOW, folder, before.put)

    assert await database.read(markers.read, "word") == "kept"
    assert len((await migrate.status(database)).applied) == len(migrate.known("sqlite"))
    assert list((path.parent / "troupe.db.backups").iterdir()) == []


def test_a_disk_that_fills_up_during_the_backup_stops_the_migration_too(path: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "tests.storage.cramped", str(path), str(folder)]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    said, applied, word, left = ran.stdout.splitlines() or [ran.stderr] * 4
    assert str(path.parent / "troupe.db.backups") in said
    assert (int(applied), word, left) == (len(migrate.known("sqlite")), "kept", "[]")


def damage(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[5 * 4096 : 6 * 4096] = b"\xff" * 4096
    path.write_bytes(whole)


async def test_a_damaged_file_is_not_taken_for_a_backup(database: Database, path: Path) -> None:
    await database.close()
    damage(path)
    before = shelf(path)

    with pytest.raises(errors.DatabaseCorrupt, match="nothing was changed"):
        await before.put(1)

    assert before.listed() == ()


async def test_what_a_crash_left_half_done_is_cleared_away(database: Database, path: Path) -> None:
    left = path.parent / "troupe.db.backups" / "20260101T000000000Z-schema-0001.db.undone"
    left.parent.mkdir()
    left.write_text("half")
    before = shelf(path)

    await before.put(1)

    assert not left.exists() and len(before.listed()) == 1


def test_the_command_line_moves_with_a_backup_and_shows_it(tmp_path: Path) -> None:
    piped(tmp_path, "", "migrate")

    piped(tmp_path, "", "migrate", "--down", "0")
    shown = piped(tmp_path, "", "migrate", "--status")

    [line] = [line for line in shown.stdout.splitlines() if line.startswith("backup")]
    assert f"{len(migrate.known('sqlite')):04d}" in line and "troupe.db.backups" in line


async def test_beside_a_schema_that_is_too_new_the_backups_are_shown(database: Database, path: Path) -> None:
    await shelf(path).put(1)
    await database.write(lambda tx: tx.script("INSERT INTO schema_migrations VALUES (9999, 'later', 'x', 1);"))
    await database.close()

    ran = piped(path.parent, "", "migrate", "--status")

    assert (ran.returncode, ran.stdout.startswith("backup   0001")) == (2, True)
    assert "run the newer release, or restore a backup" in ran.stderr


def test_a_server_s_backups_are_its_own(tmp_path: Path, postgres_schema: str) -> None:
    shown = piped(tmp_path, "", "migrate", DATABASE_URL=postgres_schema)

    assert "Backups are the server's own" in shown.stdout
