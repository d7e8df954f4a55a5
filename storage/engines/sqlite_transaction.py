"""The Transaction of SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence

from storage.catalogue import query as catalogued
from storage.engines.base import Row, Value
from storage.engines.named import NamedQueries
from storage.engines.sqlite_tables import SQLiteTables


class SQLiteTransaction(NamedQueries):
    """One open transaction on one connection, used on that connection's thread."""

    def __init__(
        self,
        raw: sqlite3.Connection,
        translate: Callable[[BaseException], Exception],
        driver_error: type[Exception],
    ) -> None:
        super().__init__(translate, driver_error)
        self._raw = raw

    def script(self, sql: str) -> None:
        """Carry out the statements one by one, because executescript would commit first."""
        statement = ""
        for line in sql.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                self._plain(statement)
                statement = ""
        if statement.strip():
            self._plain(statement)

    def check(self) -> list[str]:
        """What integrity_check and foreign_key_check find."""
        found = [str(row[0]) for row in self._plain("PRAGMA integrity_check").fetchall() if row[0] != "ok"]
        broken = self._plain("PRAGMA foreign_key_check").fetchall()
        return found + [f"{row[0]} row {row[1]} points to a missing {row[2]}" for row in broken]

    def tables(self) -> SQLiteTables:
        """All tables as they stand."""
        return SQLiteTables(self._rows, self._fill)

    def _rows(self, sql: str, values: dict[str, Value]) -> list[Row]:
        return self._ask(lambda: self._raw.execute(sql, values).fetchall())

    def _fill(self, sql: str, rows: Sequence[Row]) -> None:
        self._ask(lambda: self._raw.executemany(sql, rows))

    def _cursor(self, query: str, values: dict[str, Value]) -> sqlite3.Cursor:
        return self._raw.execute(catalogued("sqlite", query), values)

    def _plain(self, sql: str) -> sqlite3.Cursor:
        return self._ask(lambda: self._raw.execute(sql))
