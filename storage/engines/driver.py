"""Chooses the SQLite driver, opens connections with our pragmas, and turns the driver's errors into ours."""

from __future__ import annotations

import importlib.util
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from storage import errors
from storage.engines.disk import full, is_full

# Earlier releases can corrupt a WAL that two processes checkpoint, and Litestream is a second process.
LEAST_VERSION = (3, 51, 3)
_READERS_GONE_MS = 500  # writers wait meanwhile; a log that is still read is written back another day
_WAL_LIMIT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long to wait for another program's lock, in milliseconds, and how many pages the file and its log may have.

    A log longer than ``log_pages`` is written back into the file by us; SQLite's own bound is 1,000. Where another
    program keeps the log from being begun anew, the next commit waits up to ``log_wait_s`` for that program to do so.
    Without ``references`` rows may come in any order, and who adds them looks at the end whether each points to one.
    """

    busy_ms: int = 10_000
    most_pages: int = 4_294_967_294  # as many as SQLite can count
    log_pages: int = 1_000
    log_wait_s: float = 0.0
    references: bool = True


def _candidates() -> list[ModuleType]:
    found: list[ModuleType] = []
    with suppress(ImportError):
        found.append(importlib.import_module("pysqlite3.dbapi2"))
    found.append(importlib.import_module("sqlite3.dbapi2"))
    return found


def choose_driver() -> ModuleType:
    """The first driver that is new enough and can load extensions; raises DriverMissing with what to install."""
    for driver in _candidates():
        if driver.sqlite_version_info >= LEAST_VERSION and hasattr(driver.Connection, "enable_load_extension"):
            return driver
    wanted = ".".join(str(part) for part in LEAST_VERSION)
    raise errors.DriverMissing(
        f"Troupe needs SQLite {wanted} or newer with loadable extensions; install it with: pip install pysqlite3"
    )


def connect(driver: ModuleType, path: Path, bounds: Bounds, *, writes: bool) -> sqlite3.Connection:
    """Open one connection as the house wants it; raises a StorageError that names the file."""
    try:
        connection: sqlite3.Connection = driver.connect(
            str(path), isolation_level=None, check_same_thread=False, cached_statements=512
        )
        try:
            for pragma in _pragmas(bounds, writes):
                connection.execute(f"PRAGMA {pragma}").fetchall()
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
            if writes:
                _try_to_write(connection)
            load_vectors(connection)
        except BaseException:
            connection.close()
            raise
    except driver.Error as error:
        raise translate(error, path) from error
    return connection


def _try_to_write(connection: sqlite3.Connection) -> None:
    """Change a page and take that back: SQLite opens what may only be read as if nothing were wrong."""
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.execute(f"PRAGMA user_version={int(version)}")
    connection.execute("ROLLBACK")


def load_vectors(connection: sqlite3.Connection) -> None:
    """Teach a connection sqlite-vec, and nothing else afterwards."""
    connection.enable_load_extension(True)
    connection.load_extension(_vectors())
    connection.enable_load_extension(False)


@cache
def _vectors() -> str:
    """Where the package keeps it; importing the package would load numpy for a helper that nobody calls."""
    found = importlib.util.find_spec("sqlite_vec")
    assert found is not None and found.origin is not None  # it is one of our needs
    return str(Path(found.origin).with_name("vec0"))


def write_back(driver: ModuleType, path: Path) -> None:
    """Empty the log into the file, unless a reader holds it; raises a StorageError."""
    with closing(connect(driver, path, Bounds(busy_ms=_READERS_GONE_MS), writes=True)) as connection:
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except driver.Error as error:
            raise translate(error, path) from error


def _pragmas(bounds: Bounds, writes: bool) -> list[str]:
    references = "ON" if bounds.references else "OFF"
    shared = [f"busy_timeout={bounds.busy_ms}", f"foreign_keys={references}", "trusted_schema=OFF"]
    shared.append("temp_store=MEMORY")
    if not writes:
        return [*shared, "query_only=ON"]
    limits = [f"journal_size_limit={_WAL_LIMIT_BYTES}", f"max_page_count={bounds.most_pages}"]
    limits.append(f"wal_autocheckpoint={bounds.log_pages}")
    # What people had forgotten is overwritten, not only unlinked.
    return [*shared, "journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", *limits]


# A backup that fails tells no code, only SQLite's words for it.
_UNCODED = {"database or disk is full": sqlite3.SQLITE_FULL, "disk I/O error": sqlite3.SQLITE_IOERR}


def translate(error: BaseException, path: Path) -> errors.StorageError:
    """The same failure in our words, with what to do next."""
    code = (getattr(error, "sqlite_errorcode", None) or _UNCODED.get(str(error), 0)) & 0xFF
    known: dict[int, errors.StorageError] = {
        sqlite3.SQLITE_BUSY: errors.DatabaseBusy(f"{path} is locked by another program; close it and try again."),
        sqlite3.SQLITE_LOCKED: errors.DatabaseBusy(f"{path} is locked by another program; close it and try again."),
        sqlite3.SQLITE_FULL: full(path),
        sqlite3.SQLITE_READONLY: errors.DatabaseReadOnly(
            f"{path} can't be written; check the permissions of the file and its folder."
        ),
        sqlite3.SQLITE_CANTOPEN: errors.DatabaseReadOnly(
            f"{path} can't be opened; check that its folder exists and may be written."
        ),
        sqlite3.SQLITE_CORRUPT: _damaged(path),
        sqlite3.SQLITE_NOTADB: _damaged(path),
        sqlite3.SQLITE_IOERR: _failed(error, path),
        sqlite3.SQLITE_CONSTRAINT: errors.ConstraintBroken(str(error)),
    }
    return known.get(code) or errors.StorageError(f"{path}: {error}")


def _failed(error: BaseException, path: Path) -> errors.StorageError:
    """A full disk is told as such only where the log grows; where its shared memory does, it is any other failure."""
    if is_full(path):
        return full(path)
    return errors.StorageError(
        f"Reading or writing {path} failed ({error}); check the disk, its quota and the limits on files."
    )


def _damaged(path: Path) -> errors.StorageError:
    return errors.DatabaseCorrupt(
        f"{path} is damaged or is not a database; move it aside and restore a backup, or start a new one."
    )
