"""Databases of one Postgres server, lent to one test after the other: to empty one takes a fifth of making it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.storage import sessions

_MOST_GROWN = 4 << 20  # bytes; emptied tables are read through to their end
_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL (%s)
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migrations'"
_EMPTY = """
CREATE FUNCTION pg_temp.empty() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    {emptying}
    PERFORM setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace;
END $$
"""
_SETTINGS = "SET session_replication_role = replica; SET lock_timeout = '5s'"  # tables are emptied in any order
# Whatever alters a table, rule or function leaves the number of its transaction behind, which only grows.
_SHAPE = """
SELECT string_agg(concat_ws(' ', of, many, numbers), ', ' ORDER BY of), pg_database_size(current_database()) FROM (
    SELECT 'schemas' AS of, count(*) AS many, sum(xmin::text::bigint) AS numbers FROM pg_namespace
    WHERE nspname NOT LIKE 'pg_temp%' AND nspname NOT LIKE 'pg_toast%'
    UNION ALL SELECT 'relations', count(*), sum(xmin::text::bigint) FROM pg_class
              WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'columns', count(*), sum(a.xmin::text::bigint) FROM pg_attribute a
              JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'rules', count(*), sum(xmin::text::bigint) FROM pg_constraint
              WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'functions', count(*), sum(xmin::text::bigint) FROM pg_proc
              WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'migrations', count(*), sum(xmin::text::bigint) FROM public.schema_migrations
) parts
"""


@dataclass(frozen=True, slots=True)
class Lent:
    """One database: its name, a look at it that stays, what its shape was when it was made, and its size in bytes."""

    name: str
    raw: psycopg.Connection[Any]
    shape: str
    size: int


class Stock:
    """Copies of a server's migrated database; one whose shape a test changed is thrown away."""

    def __init__(self, postgres: str, model: str) -> None:
        self._postgres = postgres
        self._model = model
        self._free: list[Lent] = []

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of a database at the newest schema without a row."""
        one = self._free.pop() if self._free else self._made()
        yield self._url(one)
        if self._emptied(one):
            self._free.append(one)
        else:
            one.raw.close()
            sessions.end(self._url(one))
            self._do(f"DROP DATABASE {one.name} WITH (FORCE)")

    def _made(self) -> Lent:
        name = f"t{secrets.token_hex(6)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {self._model}")
        raw = psycopg.connect(at_database(self._postgres, name), autocommit=True)
        raw.execute(_SETTINGS.encode())
        emptying = [f"DELETE FROM {table};" for (table,) in raw.execute(_TABLES.encode()).fetchall()]
        raw.execute(_EMPTY.format(emptying="".join(emptying)).encode())
        return Lent(name, raw, *_shape(raw))

    def _emptied(self, one: Lent) -> bool:
        """Whether it is as it was when it was made."""
        try:
            one.raw.execute(_OTHERS.encode(), [sessions.waiting(self._url(one))])
            shape, size = _shape(one.raw)
            if shape != one.shape or size > one.size + _MOST_GROWN:
                return False
            one.raw.execute(b"SELECT pg_temp.empty()")
        except (psycopg.errors.LockNotAvailable, psycopg.OperationalError):  # held by somebody, or ended by a test
            return False
        return True

    def _url(self, one: Lent) -> str:
        return at_database(self._postgres, one.name)

    def _do(self, statement: str) -> None:
        with psycopg.connect(self._postgres, autocommit=True) as raw:
            raw.execute(statement.encode())


def at_database(postgres: str, name: str) -> str:
    """The URL of another database of that server."""
    return re.sub(r"/\w+\?", f"/{name}?", postgres, count=1)


def _shape(raw: psycopg.Connection[Any]) -> tuple[str, int]:
    [(shape, size)] = raw.execute(_SHAPE.encode()).fetchall()
    return str(shape), int(size)
