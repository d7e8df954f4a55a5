"""The Transaction of SQLite: named queries in, records out."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from dataclasses import fields
from functools import cache

from storage.catalogue import query as catalogued
from storage.engines.base import R, T, Value


@cache
def _order(into: Hashable, columns: tuple[str, ...]) -> tuple[int, ...]:
    names = [field.name for field in fields(into)]  # type: ignore[arg-type]
    missing = set(names) ^ set(columns)
    if missing:
        raise TypeError(f"{into} and its query differ in: {', '.join(sorted(missing))}")
    return tuple(columns.index(name) for name in names)


class SQLiteTransaction:
    """One open transaction on one connection, used on that connection's thread."""

    def __init__(
        self,
        raw: sqlite3.Connection,
        translate: Callable[[BaseException], Exception],
        driver_error: type[Exception],
    ) -> None:
        self._raw = raw
        self._translate = translate
        self._driver_error = driver_error

    def one(self, into: type[R], query: str, **values: Value) -> R | None:
        """The first row as a record, or None."""
        cursor = self._execute(query, values)
        row = self._fetch(cursor.fetchone)
        record = None if row is None else into(*[row[index] for index in _order_of(into, cursor)])
        cursor.close()  # a statement with RETURNING is finished only when its cursor is
        return record

    def all(self, into: type[R], query: str, **values: Value) -> list[R]:
        """Every row as a record."""
        cursor = self._execute(query, values)
        order = _order_of(into, cursor)
        return [into(*[row[index] for index in order]) for row in self._fetch(cursor.fetchall)]

    def text(self, query: str, **values: Value) -> str | None:
        """The first column of the first row as text, or None."""
        found = self._first(query, values)
        return None if found is None else str(found)

    def number(self, query: str, **values: Value) -> int | None:
        """The first column of the first row as a whole number, or None."""
        found = self._first(query, values)
        return None if found is None else int(found)

    def run(self, query: str, **values: Value) -> int:
        """Carry it out and return how many rows changed."""
        return self._execute(query, values).rowcount

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

    def _first(self, query: str, values: dict[str, Value]) -> str | int | float | None:
        cursor = self._execute(query, values)
        row = self._fetch(cursor.fetchone)
        cursor.close()
        found: str | int | float | None = None if row is None else row[0]
        return found

    def _execute(self, query: str, values: dict[str, Value]) -> sqlite3.Cursor:
        sql = catalogued("sqlite", query)
        try:
            return self._raw.execute(sql, values)
        except self._driver_error as error:
            raise self._translate(error) from error

    def _plain(self, sql: str) -> sqlite3.Cursor:
        try:
            return self._raw.execute(sql)
        except self._driver_error as error:
            raise self._translate(error) from error

    def _fetch(self, fetch: Callable[[], T]) -> T:
        try:
            return fetch()
        except self._driver_error as error:
            raise self._translate(error) from error


def _order_of(into: type[R], cursor: sqlite3.Cursor) -> tuple[int, ...]:
    return _order(into, tuple(column[0] for column in cursor.description))  # type: ignore[arg-type]
