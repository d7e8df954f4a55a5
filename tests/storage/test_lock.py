"""Two bots on one file: the second says so and changes nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.house import open_database
from config.static import read_settings
from storage.engines.lock import FileLock
from storage.errors import DatabaseTaken

ROOT = Path(__file__).parents[2]


def test_the_second_bot_on_a_file_is_told_so_and_may_have_it_afterwards(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "troupe.db"), FileLock(tmp_path / "troupe.db")
    first.take()

    with pytest.raises(DatabaseTaken, match=r"troupe\.db"):
        second.take()
    first.release()
    first.release()

    second.take()
    second.release()


def test_two_files_are_two_locks(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "a.db"), FileLock(tmp_path / "b.db")

    first.take()
    second.take()

    first.release()
    second.release()


def test_a_bot_that_was_killed_leaves_no_lock(tmp_path: Path) -> None:
    holding = "import signal, sys; from pathlib import Path; from storage.engines.lock import FileLock\n"
    holding += "lock = FileLock(Path(sys.argv[1])); lock.take(); print('held', flush=True); signal.pause()"
    path = tmp_path / "troupe.db"
    with subprocess.Popen([sys.executable, "-c", holding, str(path)], cwd=ROOT, stdout=subprocess.PIPE) as bot:
        try:
            assert bot.stdout is not None and bot.stdout.readline() == b"held\n"
            with pytest.raises(DatabaseTaken):
                FileLock(path).take()
        finally:
            bot.kill()

    lock = FileLock(path)
    lock.take()

    lock.release()


async def test_opening_what_another_bot_has_fails_before_the_file_is_touched(tmp_path: Path) -> None:
    path = tmp_path / "troupe.db"
    settings = read_settings({"DATABASE_URL": f"sqlite:///{path}"})
    lock = FileLock(path)
    lock.take()

    with pytest.raises(DatabaseTaken):
        await open_database(settings, SystemClock())

    lock.release()
    assert not path.exists()
