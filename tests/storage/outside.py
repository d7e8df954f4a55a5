"""Looks at a SQLite file from outside, as another program would."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from storage.engines.driver import choose_driver


def idle(path: Path) -> bool:
    """Whether nobody has a transaction open, neither to write nor to read."""
    with closing(choose_driver().connect(str(path), isolation_level=None, timeout=0)) as raw:
        raw.execute("BEGIN IMMEDIATE")  # raises when somebody writes
        raw.execute("ROLLBACK")
        [(busy, _, _)] = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return busy == 0


def schema(path: Path) -> list[tuple[str, str, str]]:
    """Every table and index with the words that made it."""
    with closing(choose_driver().connect(str(path))) as raw:
        found = raw.execute("SELECT type, name, COALESCE(sql, '') FROM sqlite_schema ORDER BY type, name").fetchall()
        return [(str(kind), str(name), str(sql)) for kind, name, sql in found]
