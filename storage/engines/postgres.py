"""Postgres: each function in a transaction of its own, on a pool's connection, in a worker thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

import psycopg
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumper
from psycopg_pool import ConnectionPool

from storage.engines import postgres_sessions, presence
from storage.engines.base import MARK, NUL, T, Transaction, Turn
from storage.engines.postgres_transaction import PostgresTransaction, translate
from storage.errors import CommitInDoubt, ConstraintBroken, DatabaseBusy, DatabaseUnreachable, StorageError

_WRITERS = 6
_READERS = 4  # threads of their own, so that a read never waits behind writes that wait for a row
_TRIES = 5
_WAIT_S = 10
_OPTIONS: dict[str, Any] = {"autocommit": True, "connect_timeout": _WAIT_S}
_CLOSED = "The Postgres database is closed."
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE"

Pool = ConnectionPool[psycopg.Connection[Any]]
Sessions = type[psycopg.Connection[Any]]


class _Text(StrDumper):
    """Text without the one character that Postgres can't keep."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace(NUL, MARK))


class PostgresEngine:
    """Runs transactions on one database; made by ``await PostgresEngine.open(url)``."""

    dialect = "postgres"

    def __init__(self, pool: Pool, first: psycopg.Connection[Any], url: str) -> None:
        self._pool = pool
        self._first = first
        self._url = url
        self._writers = ThreadPoolExecutor(_WRITERS, "postgres-writer")
        self._readers = ThreadPoolExecutor(_READERS, "postgres-reader")
        self._closed = False
        self._counting = threading.Lock()
        self._commits = 0

    @property
    def commits(self) -> int:
        """Transactions that wrote and were committed, of this process."""
        return self._commits

    @classmethod
    async def open(cls, url: str, *, only: bool = False, sessions: Sessions | None = None) -> PostgresEngine:
        """Reach the server, beside others or as the only one; raises a StorageError that says why it can't."""
        return cls(*await asyncio.to_thread(_connect, url, only, sessions or psycopg.Connection), url)

    async def read(self, function: Callable[[Transaction], T]) -> T:
        """Run it on a snapshot."""
        return await self._on(self._readers, _READ, function)

    async def write(self, function: Callable[[Transaction], T]) -> T:
        """Run it and commit; a cancelled caller has all of it done or nothing."""
        return await self._on(self._writers, _WRITE, function)

    async def tell(self, word: str) -> None:
        """Notify the listeners from no transaction of ours: one that notifies makes all others wait to commit."""
        if self._closed:
            raise StorageError(_CLOSED)
        await asyncio.get_running_loop().run_in_executor(self._writers, self._tell, word)

    def listen(self) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """The words told while the block lasts, on a connection of its own."""
        return postgres_sessions.listen(self._url)

    def turn(self, name: str) -> AbstractAsyncContextManager[Turn]:
        """Wait for the turn and hold it on a connection of its own, so that it ends with this process."""
        return postgres_sessions.turn(self._url, name)

    async def tidy(self) -> None:
        """Nothing to do: the server refreshes its statistics by itself."""

    async def shrink_log(self) -> None:
        """Nothing to do: the server looks after its log."""

    async def close(self) -> None:
        """Finish what was asked for, then close every connection; doing so twice is fine."""
        if not self._closed:
            self._closed = True
            await asyncio.to_thread(self._end)

    async def _on(self, threads: ThreadPoolExecutor, begin: str, function: Callable[[Transaction], T]) -> T:
        if self._closed:
            raise StorageError(_CLOSED)
        return await asyncio.get_running_loop().run_in_executor(threads, partial(self._run, begin, function))

    # ── on the worker threads ──

    def _end(self) -> None:
        self._writers.shutdown()
        self._readers.shutdown()
        self._pool.close()
        self._first.close()

    def _tell(self, word: str) -> None:
        try:
            with self._pool.connection() as connection:
                connection.execute(postgres_sessions.TELL, [word])
        except psycopg.Error as error:
            raise translate(error) from error

    def _run(self, begin: str, function: Callable[[Transaction], T]) -> T:
        tried = 1
        while True:
            try:
                return self._once(begin, function)
            except StorageError as error:
                if not _worth_another(error, tried):
                    raise
                if isinstance(error, DatabaseUnreachable):
                    self._pool.check()  # where one connection was lost, its neighbours were too
            tried += 1

    def _once(self, begin: str, function: Callable[[Transaction], T]) -> T:
        try:
            with self._pool.connection() as connection:  # rolls back whatever an error leaves open
                connection.execute(begin.encode())
                result = function(PostgresTransaction(connection))
                _commit(connection)
                self._count(begin)
                return result
        except psycopg.Error as error:
            raise translate(error) from error

    def _count(self, begin: str) -> None:
        if begin == _WRITE:
            with self._counting:
                self._commits += 1


def _commit(connection: psycopg.Connection[Any]) -> None:
    try:
        ended = connection.execute(b"COMMIT").statusmessage
    except psycopg.OperationalError as error:
        raise CommitInDoubt("Postgres was lost during a commit; it may be kept or not.") from error
    if ended != "COMMIT":
        raise StorageError("A statement failed and its error was passed over, so nothing of it was kept.")


def _worth_another(error: StorageError, tried: int) -> bool:
    """Whether a fresh look may end otherwise: after a deadlock, a lost connection, or a race for a unique row."""
    match error.__cause__:
        case psycopg.errors.SerializationFailure() | psycopg.errors.DeadlockDetected():
            return isinstance(error, DatabaseBusy) and tried < _TRIES
        case psycopg.errors.UniqueViolation():
            return isinstance(error, ConstraintBroken) and tried == 1
    return isinstance(error, DatabaseUnreachable) and tried == 1


def _connect(url: str, only: bool, sessions: Sessions) -> tuple[Pool, psycopg.Connection[Any]]:
    """The pool, and the session that stands for this process as long as it lives."""
    try:
        first = sessions.connect(url, **_OPTIONS)  # the pool would not say why it can't
        try:
            return _pool(url, first, only, sessions), first
        except BaseException:
            first.close()
            raise
    except psycopg.Error as error:
        raise translate(error) from error


def _pool(url: str, first: psycopg.Connection[Any], only: bool, sessions: Sessions) -> Pool:
    process = first.info.backend_pid
    if only:
        presence.keep_alone(first)
    else:
        presence.join(first, process)
    configure = _speak if only else partial(_join, process)
    most = _WRITERS + _READERS
    bounds: dict[str, Any] = {"min_size": 1, "max_size": most, "timeout": _WAIT_S}
    return ConnectionPool(url, connection_class=sessions, kwargs=_OPTIONS, configure=configure, open=True, **bounds)


def _join(process: int, connection: psycopg.Connection[Any]) -> None:
    presence.join(connection, process)
    _speak(connection)


def _speak(connection: psycopg.Connection[Any]) -> None:
    connection.adapters.register_dumper(int, Int8Dumper)  # one type each, so that a plan is prepared once
    connection.adapters.register_dumper(str, _Text)
