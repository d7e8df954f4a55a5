"""SQLite by its bare driver: what one would write without our engine, as a baseline for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from storage.catalogue import query
from storage.engines.base import R, Transaction, Value
from storage.engines.driver import Bounds, choose_driver, connect

P = ParamSpec("P")
T = TypeVar("T")


class _Bare:
    """The same statements with the same pragmas; rows must have their record's order."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def one(self, into: type[R], name: str, /, **values: Value) -> R | None:
        row = self._raw.execute(query("sqlite", name), values).fetchone()
        return into(*row) if row else None

    def text(self, name: str, /, **values: Value) -> str | None:
        row = self._raw.execute(query("sqlite", name), values).fetchone()
        return row[0] if row else None

    number = text

    def run(self, name: str, /, **values: Value) -> int:
        return self._raw.execute(query("sqlite", name), values).rowcount


class Plain:
    """Runs transaction functions one after another, each with a commit of its own."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw
        self._tx: Transaction = _Bare(raw)  # type: ignore[assignment]  # it has what is used here

    def write(self, function: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run it and commit."""
        self._raw.execute("BEGIN IMMEDIATE")
        result = function(self._tx, *args, **kwargs)
        self._raw.execute("COMMIT")
        return result


@contextmanager
def plain(path: Path) -> Iterator[Plain]:
    """That file by the bare driver; its tables must be there already."""
    raw = connect(choose_driver(), path, Bounds(), writes=True)
    try:
        yield Plain(raw)
    finally:
        raw.close()
