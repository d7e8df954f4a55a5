"""Databases of one Postgres server, lent to one test after the other: to empty one takes a fifth of making it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

_MOST_GROWN = 4 << 20  # bytes; emptied tables are read through to their end
_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migrations'"
_COUNTERS = (
    "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
)
_SETTINGS = "SET session_replication_role = replica; SET lock_timeout = '5s'"  # tables are emptied in any order
# Whatever alters a table, rule or function leaves the number of its transaction behind.
_SHAPE = """
SELECT md5(string_agg(part, ' ' ORDER BY part)), pg_database_size(current_database()) FROM (
    SELECT nspname || '' AS part FROM pg_namespace WHERE nspname NOT LIKE 'pg_temp%' AND nspname NOT LIKE 'pg_toast%'
    UNION ALL SELECT oid || ':' || xmin FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT a.attrelid || '.' || a.attnum || ':' || a.xmin FROM pg_attribute a
              JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT oid || ':' || xmin FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT oid || ':' || xmin FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT ctid || ':' || xmin FROM public.schema_migrations
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
        yield at_database(self._postgres, one.name)
        if self._emptied(one):
            self._free.append(one)
        else:
            one.raw.close()
            self._do(f"DROP DATABASE {one.name} WITH (FORCE)")

    def _made(self) -> Lent:
        name = f"t{secrets.token_hex(6)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {self._model}")
        raw = psycopg.connect(at_database(self._postgres, name), autocommit=True)
        return Lent(name, raw, *_shape(raw))

    def _emptied(self, one: Lent) -> bool:
        """Whether it is as it was when it was made."""
        try:
            one.raw.execute(_OTHERS.encode())
            shape, size = _shape(one.raw)
            if shape != one.shape or size > one.size + _MOST_GROWN:
                return False
            one.raw.execute(_SETTINGS.encode())
            tables = [name for (name,) in one.raw.execute(_TABLES.encode()).fetchall()]
            one.raw.execute("; ".join(f"DELETE FROM {table}" for table in tables).encode())
            one.raw.execute(_COUNTERS.encode())
        except (psycopg.errors.LockNotAvailable, psycopg.OperationalError):  # held by somebody, or ended by a test
            return False
        return True

    def _do(self, statement: str) -> None:
        with psycopg.connect(self._postgres, autocommit=True) as raw:
            raw.execute(statement.encode())


def at_database(postgres: str, name: str) -> str:
    """The URL of another database of that server."""
    return re.sub(r"/\w+\?", f"/{name}?", postgres, count=1)


def _shape(raw: psycopg.Connection[Any]) -> tuple[str, int]:
    [(shape, size)] = raw.execute(_SHAPE.encode()).fetchall()
    return str(shape), int(size)
