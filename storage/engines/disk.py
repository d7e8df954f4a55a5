"""What a file system says against a file, in our words."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from storage.errors import DatabaseFull, DatabaseReadOnly, StorageError

_LEAST_ROOM_BYTES = 128 * 1024  # SQLite's shared memory and a first page of its log need some of it


def full(path: Path) -> DatabaseFull:
    """That there is no room left for the file."""
    return DatabaseFull(f"The disk holding {path} is full; free some space and try again.")


def refused(error: OSError, path: Path) -> StorageError:
    """Why the file, or something beside it, could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return full(path)
    if error.errno == errno.EROFS:
        return DatabaseReadOnly(
            f"{path} is on a read-only file system; mount it for writing, or set DATABASE_URL to another place."
        )
    return DatabaseReadOnly(f"{path} can't be written ({error.strerror}); check its permissions.")


def is_full(path: Path) -> bool:
    """Whether the file's disk has next to no room for us."""
    try:
        room = os.statvfs(path.parent)
    except OSError:
        return False
    return room.f_bavail * room.f_frsize < _LEAST_ROOM_BYTES
