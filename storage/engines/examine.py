"""Looks into an SQLite file that nobody need have opened."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from storage.engines.base import T, Transaction
from storage.engines.driver import choose_driver, load_vectors, translate
from storage.engines.sqlite_transaction import SQLiteTransaction
from storage.errors import DatabaseCorrupt


@dataclass(frozen=True, slots=True)
class Contents:
    """How many rows each table holds, and when the newest message was kept, in milliseconds since the epoch."""

    rows: dict[str, int]
    newest_at: int


def faults(path: Path, *, thorough: bool = False) -> list[str]:
    """What is wrong with the file, a quick look or a thorough one with foreign keys; empty when all is well."""
    try:
        with _opened(path) as connection:
            check = "integrity_check" if thorough else "quick_check"
            found = [str(row[0]) for row in connection.execute(f"PRAGMA {check}(3)") if row[0] != "ok"]
            if thorough:
                broken = connection.execute("PRAGMA foreign_key_check").fetchall()
                found += [f"a row of {row[0]} points nowhere" for row in broken[:3]]
            return found
    except DatabaseCorrupt as error:
        return [str(error)]


def astray(path: Path, within_s: float = threading.TIMEOUT_MAX) -> list[str]:
    """The indexes of words that do not agree with the texts they were made of, as far as that can be told in the time.

    Nobody else can write meanwhile. Raises a StorageError.
    """
    driver = choose_driver()
    with _opened(path, "rw") as connection, _interrupted(connection, within_s) as over:
        indexes = connection.execute("SELECT name FROM sqlite_schema WHERE sql LIKE '%USING fts5%'").fetchall()
        found = []
        for (name,) in indexes:
            try:
                connection.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")
            except driver.DatabaseError as error:
                if over.is_set():
                    break
                found.append(f"{name}: {error}")
        return found


@contextmanager
def _interrupted(connection: sqlite3.Connection, after_s: float) -> Iterator[threading.Event]:
    """What the connection does is broken off after that time, and the event set."""
    over = threading.Event()

    def stop() -> None:
        over.set()
        connection.interrupt()

    timer = threading.Timer(after_s, stop)
    timer.daemon = True
    timer.start()
    try:
        yield over
    finally:
        timer.cancel()
        timer.join()


def contents(path: Path) -> Contents:
    """Counts taken on one snapshot; raises a StorageError."""
    with _opened(path) as connection:
        connection.execute("BEGIN")
        rows = {
            name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])
            for name in _tables(connection)
        }
        newest = connection.execute("SELECT max(said_at) FROM messages").fetchone() if "messages" in rows else None
        return Contents(rows, int((newest and newest[0]) or 0))


def read(path: Path, function: Callable[[Transaction], T]) -> T:
    """Run a subject's function on a file whose bot may run; raises a StorageError."""
    driver = choose_driver()
    with _opened(path) as connection:
        return function(SQLiteTransaction(connection, lambda error: translate(error, path), driver.Error))


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Ours, without those in which SQLite, its extensions and Litestream keep their own."""
    kinds = {str(name): str(kind) for name, kind in connection.execute("SELECT name, type FROM pragma_table_list")}
    theirs = tuple(f"{name}_" for name, kind in kinds.items() if kind == "virtual")
    wanted = [name for name, kind in kinds.items() if kind in ("table", "virtual")]
    return sorted(name for name in wanted if not name.startswith(("sqlite_", "_litestream", *theirs)))


@contextmanager
def _opened(path: Path, mode: str = "ro") -> Iterator[sqlite3.Connection]:
    driver = choose_driver()
    where = f"{path.absolute().as_uri()}?mode={mode}"
    try:
        with closing(driver.connect(where, uri=True, isolation_level=None)) as opened:
            opened.execute("PRAGMA busy_timeout=5000").fetchall()
            load_vectors(opened)  # without it the vectors' table could not be read, nor checked
            yield opened
    except driver.Error as error:
        raise translate(error, path) from error
