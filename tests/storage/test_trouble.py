"""A full disk, a file that may not be written, a damaged file: said in a sentence, nothing changed, no hanging on."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.house import open_database
from config.static import read_settings
from storage import errors, markers, migrate
from storage.database import Database
from storage.engines.driver import Bounds, choose_driver
from storage.engines.sqlite import SQLiteEngine
from tests import nursery
from tests.storage.conftest import NOW
from tests.storage.unprivileged import as_nobody

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody may enter."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


async def new_database(path: Path) -> Database:
    database = Database(await SQLiteEngine.open(path))
    await migrate.up(database, lambda: NOW)
    return database


async def opening(path: Path) -> str:
    """What opening it says, as the operator reads it."""
    try:
        engine = await SQLiteEngine.open(path)
    except errors.StorageError as error:
        return f"{type(error).__name__}: {error}"
    await engine.close()
    return "opened"


async def writing(path: Path) -> str:
    """What the first write says."""
    try:
        database = Database(await SQLiteEngine.open(path))
    except errors.StorageError as error:
        return f"{type(error).__name__}: {error}"
    try:
        await database.write(markers.put, "a", "new", NOW)
    except errors.StorageError as error:
        return f"{type(error).__name__}: {error}"
    finally:
        await database.close()
    return "written"


# ── full ──


async def test_a_full_database_says_so_keeps_nothing_of_that_and_recovers(model_file: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(model_file, tmp_path))
    database = Database(await SQLiteEngine.open(path, Bounds(most_pages=250)))

    ended = await asyncio.gather(
        *(database.write(markers.put, f"m{number}", "x" * 100_000, NOW) for number in range(20)), return_exceptions=True
    )
    kept = [await database.read(markers.read, f"m{number}") is not None for number in range(20)]
    await database.write(markers.put, "small", "kept", NOW)
    small = await database.read(markers.read, "small")
    await database.close()

    assert {type(end) for end in ended} == {type(None), errors.DatabaseFull}
    assert kept == [end is None for end in ended]
    assert small == "kept"


def test_a_disk_that_takes_no_more_at_the_commit_loses_nothing_it_said_it_kept(
    model_file: Path, tmp_path: Path
) -> None:
    shutil.copy(model_file, tmp_path)
    command = [sys.executable, "-m", "tests.storage.bounded", str(tmp_path / "troupe.db")]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    failed, honest, ours, after = ran.stdout.splitlines() or [ran.stderr] * 4
    assert failed != "no failure"
    assert (honest, ours, after) == ("honest", "True", "kept []")


# ── not to be written ──


def test_a_file_that_may_not_be_written_says_so_and_stays_as_it_is(folder: Path) -> None:
    path = folder / "troupe.db"
    asyncio.run(_make(path))
    before = path.read_bytes()
    path.chmod(0o444)

    said = as_nobody(lambda: asyncio.run(writing(path)))

    assert said.startswith("DatabaseReadOnly") and str(path) in said
    assert path.read_bytes() == before


def test_a_folder_that_may_not_be_written_says_so_before_anything_is_opened(folder: Path) -> None:
    folder.chmod(0o555)
    settings = read_settings({"DATABASE_URL": f"sqlite:///{folder / 'troupe.db'}"})

    said = as_nobody(lambda: asyncio.run(_start(settings)))

    assert said.startswith("DatabaseReadOnly") and str(folder) in said
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("path", ["file/troupe.db", "file/deeper/troupe.db"])
def test_a_folder_that_is_a_file_says_so(path: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("words")
    settings = read_settings({"DATABASE_URL": f"sqlite:///{tmp_path / path}"})

    said = asyncio.run(_start(settings))

    assert said.startswith("DatabaseReadOnly")
    assert (tmp_path / "file").read_text() == "words"


async def test_a_database_that_is_a_folder_says_so(tmp_path: Path) -> None:
    assert (await opening(tmp_path)).startswith("DatabaseReadOnly")


async def _make(path: Path) -> None:
    await (await new_database(path)).close()


async def _undo(path: Path) -> None:
    database = Database(await SQLiteEngine.open(path))
    try:
        await migrate.down(database, 0)
    finally:
        await database.close()


async def _start(settings: object) -> str:
    try:
        await open_database(settings, _Clock())  # type: ignore[arg-type]
    except errors.StorageError as error:
        return f"{type(error).__name__}: {error}"
    return "opened"


class _Clock:
    def now(self) -> int:
        return NOW

    async def sleep(self, seconds: float) -> None:
        return None


# ── damaged ──


@pytest.mark.parametrize("content", [b"these are words, not a database" * 200, b"SQLite format 3\x00" + b"\xff" * 5000])
async def test_a_file_that_is_no_database_says_so_and_stays_as_it_is(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "troupe.db"
    path.write_bytes(content)

    said = await opening(path)

    assert said.startswith("DatabaseCorrupt") and "restore a backup" in said
    assert path.read_bytes() == content


async def test_a_file_damaged_in_its_middle_is_found_before_the_schema_moves(tmp_path: Path) -> None:
    path = tmp_path / "troupe.db"
    await _make(path)
    damage(path)

    with pytest.raises((errors.DatabaseCorrupt, errors.MigrationBroken)):
        await _undo(path)


def test_a_process_that_cannot_open_its_database_ends(tmp_path: Path) -> None:
    path = tmp_path / "troupe.db"
    path.write_bytes(b"no database" * 999)

    ran = nursery.run("bot", "migrate", "--status", text="", env={"DATABASE_URL": f"sqlite:///{path}"}, timeout=30)

    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1 and "damaged" in ran.stderr


def damage(path: Path) -> None:
    """Overwrite the last page with nonsense."""
    content = bytearray(path.read_bytes())
    content[-4096:] = b"\xaa" * 4096
    path.write_bytes(content)


# ── busy ──


async def test_a_file_another_program_holds_is_said_to_be_locked(model_file: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(model_file, tmp_path))
    database = Database(await SQLiteEngine.open(path, Bounds(busy_ms=10)))
    other = choose_driver().connect(str(path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(errors.DatabaseBusy):
        await database.write(markers.put, "a", "1", NOW)
    other.close()
    await database.write(markers.put, "a", "2", NOW)

    assert await database.read(markers.read, "a") == "2"
    await database.close()
