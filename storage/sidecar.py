"""The tombstones beside a SQLite file, so that an older copy of it put in its place is brought up to date too."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from storage.engines.disk import refused
from storage.tombstones import Tombstone, newest

_LINE = re.compile(r"^([0-9a-f]{64}) (\d{1,18})$")


def beside(database: Path) -> Path:
    """Where it stands."""
    return database.with_name(database.name + ".forgotten")


def read(database: Path) -> list[Tombstone]:
    """What it holds; a line that a crash cut short is passed over. Raises a StorageError."""
    try:
        lines = beside(database).read_text("ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise refused(error, beside(database)) from error
    found = (_LINE.match(line) for line in lines)
    return newest(Tombstone(line[1], int(line[2])) for line in found if line)


def add(database: Path, stones: Iterable[Tombstone]) -> None:
    """Write those it lacks, and return when they are on the disk; raises a StorageError."""
    held = {stone.key_hash: stone.forgotten_at for stone in read(database)}
    lacking = [stone for stone in newest(stones) if stone.forgotten_at > held.get(stone.key_hash, -1)]
    if not lacking:
        return
    # A line begins anew whatever the last one came to.
    text = "".join(f"\n{stone.key_hash} {stone.forgotten_at}\n" for stone in lacking)
    path = beside(database)
    try:
        with path.open("a", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _keep_name(path.parent)
    except OSError as error:
        raise refused(error, path) from error


def _keep_name(folder: Path) -> None:
    """A new file is there after a power cut only when its folder was written too."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
