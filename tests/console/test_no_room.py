"""A start on a disk that takes nothing: one sentence, exit code 2, and what was kept stays byte for byte.

A limit on file sizes is a full disk that needs no right to mount one; root without the right to pass over permissions
is somebody who may not write. Where a test may mount a small disk, that one is filled to its end as well.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from storage.engines.examine import contents
from tests.console.running import piped
from tests.nursery import First

DROP_FROM_BOUNDING_SET, MAY_WRITE_EVERYWHERE = 24, 1  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE
ROOM = "check the disk, its quota and the limits on files"
FULL = "is full; free some space and try again."
ORDERS = [(), ("migrate",)]


def no_files_beyond(size: int) -> First:
    """No file of the child may grow beyond that many bytes."""
    return partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))


def as_anybody() -> None:
    """The permissions of files hold for root as for everybody else, from its next program on."""
    if os.geteuid() == 0 and ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, MAY_WRITE_EVERYWHERE, 0, 0, 0):
        raise PermissionError("root could not give up its right to write everywhere")
    os.execv(sys.executable, [sys.executable, "-m", *sys.argv])


def told(path: Path, first: First | None = None, orders: tuple[str, ...] = (), **extra: str) -> str:
    """The only sentence of a start that ends with exit code 2; Litestream may have been heard before it."""
    ran = piped(path.parent, "Ada, hello\n", *orders, first=first, **extra)
    *logged, said = ran.stderr.splitlines()
    assert ran.returncode == 2, ran.stdout
    assert str(path) in said and all('"replica": ' in line for line in logged), ran.stderr
    return said


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database that has been talked into."""
    ran = piped(tmp_path, "Ada, my name is Mara.\n")
    assert ran.returncode == 0, ran.stderr
    return tmp_path / "troupe.db"


def outdated(path: Path) -> Path:
    """The same at the schema of the first release."""
    assert piped(path.parent, "", "migrate", "--down", "1").returncode == 0
    return path


# ── full ──


@pytest.mark.parametrize("orders", ORDERS)
@pytest.mark.parametrize("size", [0, 64 * 1024])
def test_a_new_database_without_room_is_not_begun(tmp_path: Path, size: int, orders: tuple[str, ...]) -> None:
    path = tmp_path / "troupe.db"

    said = told(path, no_files_beyond(size), orders)

    assert ROOM in said
    assert piped(tmp_path, "Ada, hello\n").returncode == 0  # with room again it starts as if nothing had been


@pytest.mark.parametrize("orders", ORDERS)
def test_a_database_without_room_stays_as_it_is(path: Path, orders: tuple[str, ...]) -> None:
    before = path.read_bytes()

    said = told(path, no_files_beyond(0), orders)

    assert ROOM in said
    assert path.read_bytes() == before


def test_a_migration_without_room_is_taken_back_whole(path: Path) -> None:
    before = outdated(path).read_bytes()

    said = told(path, no_files_beyond(40_000))

    assert ROOM in said
    assert path.read_bytes() == before
    assert "waiting  0002" in piped(path.parent, "", "migrate", "--status").stdout


# ── read-only ──


@pytest.mark.parametrize("orders", ORDERS)
def test_a_database_that_may_not_be_written_stays_as_it_is(path: Path, orders: tuple[str, ...]) -> None:
    before = path.read_bytes()
    path.chmod(0o444)

    said = told(path, as_anybody, orders)

    assert "can't be written; check the permissions of the file and its folder." in said
    assert path.read_bytes() == before


def test_a_folder_that_may_not_be_written_holds_what_it_held(path: Path) -> None:
    before = path.read_bytes()
    path.with_name("troupe.db.lock").unlink()
    path.parent.chmod(0o555)

    said = told(path.parent, as_anybody, DATABASE_URL=f"sqlite:///{path}")
    path.parent.chmod(0o755)

    assert "can't be written (Permission denied); check its permissions." in said
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["troupe.db"]


# ── a disk of its own ──


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        why = f"no small disk may be mounted here ({mounted.stderr.strip()}); the limit on file sizes stood in for it"
        warnings.warn(why, stacklevel=1)
        pytest.skip(why)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> None:
    """Leave not a byte."""
    with (disk / "fill").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return


def test_a_full_disk_is_said_to_be_full_and_begins_nothing(disk: Path) -> None:
    fill(disk)

    said = told(disk / "troupe.db")

    assert FULL in said


def test_a_database_on_a_full_disk_stays_as_it_is(disk: Path) -> None:
    assert piped(disk, "Ada, hello\n").returncode == 0
    before = (disk / "troupe.db").read_bytes()
    fill(disk)

    said = told(disk / "troupe.db")

    assert FULL in said
    assert (disk / "troupe.db").read_bytes() == before


def test_a_copied_database_on_a_full_disk_loses_no_row(disk: Path, tmp_path: Path) -> None:
    copied = {"REPLICA_URL": f"file://{tmp_path / 'copy'}"}
    assert piped(disk, "Ada, hello\n", **copied).returncode == 0
    before = contents(disk / "troupe.db")
    fill(disk)

    said = told(disk / "troupe.db", **copied)
    (disk / "fill").unlink()

    assert FULL in said
    assert contents(disk / "troupe.db") == before  # Litestream counts its own looks in the file


def test_a_database_on_a_read_only_disk_stays_as_it_is(disk: Path) -> None:
    assert piped(disk, "Ada, hello\n").returncode == 0
    before = (disk / "troupe.db").read_bytes()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)

    said = told(disk, DATABASE_URL=f"sqlite:///{disk / 'troupe.db'}")

    assert "is on a read-only file system; mount it for writing, or set DATABASE_URL to another place." in said
    assert (disk / "troupe.db").read_bytes() == before
