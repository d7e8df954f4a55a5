"""The Transaction of Postgres, and the driver's errors in our words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import psycopg
from psycopg import errors as driver

from storage import errors
from storage.catalogue import query as catalogued
from storage.engines.base import Row, Value
from storage.engines.named import NamedQueries
from storage.engines.postgres_tables import PostgresTables

# Strings and remarks are passed over; a cast (::) is no parameter.
_PIECE = re.compile(r"'(?:[^']|'')*'|--[^\n]*|::|%|:([A-Za-z_]\w*)")
_INVALID_INDEXES = """
SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE NOT i.indisvalid AND pg_table_is_visible(c.oid)
"""
_UNCHECKED_RULES = """
SELECT conname FROM pg_constraint WHERE NOT convalidated AND pg_table_is_visible(conrelid)
"""


def with_driver_s_names(sql: str) -> str:
    """The same query with ``%(name)s`` for ``:name`` and every other percent sign doubled."""
    return _PIECE.sub(lambda piece: f"%({piece[1]})s" if piece[1] else piece[0].replace("%", "%%"), sql)


@cache
def _sql(query: str) -> str:
    return with_driver_s_names(catalogued("postgres", query))


class PostgresTransaction(NamedQueries):
    """One open transaction on one connection, used on one thread."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        super().__init__(translate, psycopg.Error)
        self._raw = raw

    def script(self, sql: str) -> None:
        """Carry out all statements in one request."""
        self._ask(lambda: self._raw.execute(sql.encode()))

    def check(self) -> list[str]:
        """Indexes left half built and rules never checked; what the server keeps it keeps whole by itself."""
        invalid = self._ask(lambda: self._raw.execute(_INVALID_INDEXES).fetchall())
        unchecked = self._ask(lambda: self._raw.execute(_UNCHECKED_RULES).fetchall())
        return [f"index {row[0]} is invalid" for row in invalid] + [f"{row[0]} was never checked" for row in unchecked]

    def tables(self) -> PostgresTables:
        """All tables as they stand."""
        return PostgresTables(self._rows, self._copy)

    def _rows(self, sql: str, values: dict[str, Value]) -> list[Row]:
        cursor = self._ask(lambda: self._raw.execute(with_driver_s_names(sql).encode(), values))
        return self._ask(cursor.fetchall) if cursor.description else []

    def _copy(self, sql: str, rows: Sequence[Row]) -> None:
        self._ask(lambda: self._write(sql, rows))

    def _write(self, sql: str, rows: Sequence[Row]) -> None:
        with self._raw.cursor() as cursor, cursor.copy(sql.encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def _cursor(self, query: str, values: dict[str, Value]) -> psycopg.Cursor[Any]:
        return self._raw.execute(_sql(query).encode(), values)


def translate(error: BaseException) -> errors.StorageError:
    """The same failure in our words, with what to do next; the driver's words never hold a password."""
    told = error.diag.message_primary if isinstance(error, psycopg.Error) else None  # the rest may quote what was said
    said = " ".join((told or str(error)).split())
    match error:
        case psycopg.IntegrityError():
            return errors.ConstraintBroken(said)
        case driver.DiskFull():
            return errors.DatabaseFull("The disk of the Postgres server is full; free some space and try again.")
        case driver.ReadOnlySqlTransaction() | driver.InsufficientPrivilege():
            return errors.DatabaseReadOnly(f"Postgres does not let us write ({said}); check the role's rights.")
        case driver.LockNotAvailable() | driver.SerializationFailure() | driver.DeadlockDetected():
            return errors.DatabaseBusy(f"Postgres is held up by others ({said}); try again.")
        case driver.TooManyConnections():
            return errors.DatabaseBusy("Postgres takes no more connections; raise max_connections or stop a process.")
        case driver.DataCorrupted() | driver.IndexCorrupted():
            return errors.DatabaseCorrupt(f"Postgres found damage ({said}); restore a backup.")
        case driver.QueryCanceled():
            return errors.DatabaseBusy(f"Postgres gave a statement up ({said}); try again.")
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return errors.DatabaseUnreachable(f"Postgres can't be reached ({said}); check DATABASE_URL and the server.")
    return errors.StorageError(f"Postgres: {said}")
