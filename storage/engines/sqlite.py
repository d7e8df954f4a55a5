"""SQLite: one writer that commits everything waiting for it together, and a few readers on snapshots."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from pathlib import Path
from types import ModuleType
from typing import Generic, TypeVar

import aiosqlite

from storage.engines.alone import Alone
from storage.engines.base import T, Transaction
from storage.engines.driver import Bounds, choose_driver, connect, translate, write_back
from storage.engines.sqlite_transaction import SQLiteTransaction
from storage.errors import StorageError

_SHARED_COMMIT = 256  # functions that share one commit at most
_READERS = 2
_LOOK_S = 0.01
# What was learnt of a small table makes the planner read all of it, and is still believed once it is large.
_FEW = 10_000
_UNLEARN = """
DELETE FROM sqlite_stat1
WHERE tbl IN (SELECT tbl FROM sqlite_stat1 GROUP BY tbl HAVING max(CAST(stat AS INTEGER)) < :most)
"""
# With samples of the values of an index, a query is planned anew for each value that it is asked with.
_FORGET_SAMPLES = "DELETE FROM sqlite_stat4"
_BOUNDS = Bounds()

A = TypeVar("A")


class Thread(aiosqlite.Connection):
    """An aiosqlite connection that also runs whole functions on its thread."""

    async def run(self, function: Callable[[], A]) -> A:
        """Run it there; it goes on to its end even when the caller is cancelled."""
        return await self._execute(function)  # type: ignore[no-any-return, no-untyped-call]

    def post(self, function: Callable[[], None]) -> None:
        """Have it run there without waiting for it."""
        self._tx.put_nowait((None, function))

    async def ended(self) -> None:
        """Wait for its end: after a failed opening, aiosqlite ends the thread but does not wait for it."""
        await asyncio.to_thread(self._thread.join)

    @property
    def raw(self) -> sqlite3.Connection:
        """The driver's connection, to be used on this thread only."""
        return self._conn


@dataclass(slots=True)
class _Waiting(Generic[T]):
    function: Callable[[Transaction], T]
    future: asyncio.Future[T]
    result: T | None = None
    error: BaseException | None = None


class SQLiteEngine(Alone):
    """Runs transactions on one file; made by ``await SQLiteEngine.open(path)``."""

    dialect = "sqlite"

    def __init__(self, path: Path, driver: ModuleType, bounds: Bounds, writer: Thread, readers: list[Thread]) -> None:
        self._path = path
        self._bounds = bounds
        self._driver = driver
        self._writer = writer
        self._readers = readers
        self._turn = cycle(readers)
        self._lock = threading.Lock()
        self._waiting: deque[_Waiting[object]] = deque()
        self._scheduled = False
        self._closed = False
        self._commits = 0

    @property
    def commits(self) -> int:
        """Transactions that wrote and were committed; counted on the writer's thread alone."""
        return self._commits

    @classmethod
    async def open(cls, path: Path, bounds: Bounds = _BOUNDS) -> SQLiteEngine:
        """Open the file, made when absent; raises a StorageError that says what to do."""
        driver = choose_driver()
        threads: list[Thread] = []
        try:
            while len(threads) <= _READERS:
                threads.append(await _start(driver, path, bounds, writes=not threads))
        except BaseException:
            for thread in threads:
                await thread.close()
            raise
        return cls(path, driver, bounds, threads[0], threads[1:])

    async def read(self, function: Callable[[Transaction], T]) -> T:
        """Run it on a snapshot, on the next reader in turn."""
        if self._closed:
            raise StorageError(f"{self._path} is closed.")
        reader = next(self._turn)
        return await reader.run(partial(self._read, reader, function))

    async def write(self, function: Callable[[Transaction], T]) -> T:
        """Run it, committed together with whatever else is waiting."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        waiting = _Waiting(function, future)
        with self._lock:
            if self._closed:
                raise StorageError(f"{self._path} is closed.")
            self._waiting.append(waiting)  # type: ignore[arg-type]
            scheduled, self._scheduled = self._scheduled, True
        if not scheduled:
            self._writer.post(self._drain)
        return await future

    async def tidy(self) -> None:
        """Refresh the query planner's statistics."""
        await self._writer.run(self._optimize)

    async def shrink_log(self) -> None:
        """Empty the log into the file, on a connection of its own so that the writer need not wait for readers."""
        await asyncio.to_thread(write_back, self._driver, self._path)

    async def close(self) -> None:
        """Finish what was asked for, then close every connection; doing so twice is fine."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        await self._writer.run(self._drain_all)
        with suppress(StorageError):  # a full disk must not keep us from closing
            await self.tidy()
        for thread in (*self._readers, self._writer):
            await thread.close()

    # ── on the readers' threads ──

    def _read(self, reader: Thread, function: Callable[[Transaction], T]) -> T:
        raw = reader.raw
        try:
            raw.execute("BEGIN")
            try:
                return function(SQLiteTransaction(raw, self._translate, self._driver.Error))
            finally:
                raw.execute("COMMIT" if raw.in_transaction else "SELECT 1")
        except self._driver.Error as error:
            raise self._translate(error) from error

    # ── on the writer's thread ──

    def _optimize(self) -> None:
        raw = self._writer.raw
        try:
            raw.execute("PRAGMA optimize").fetchall()
            known = {
                row[0]
                for row in raw.execute("SELECT name FROM sqlite_schema WHERE name LIKE 'sqlite!_stat%' ESCAPE '!'")
            }
            if "sqlite_stat1" in known:
                raw.execute(_UNLEARN, {"most": _FEW})
            if "sqlite_stat4" in known:
                raw.execute(_FORGET_SAMPLES)
            if known:
                raw.execute("ANALYZE sqlite_schema").fetchall()  # reads the statistics anew
        except self._driver.Error as error:
            raise self._translate(error) from error

    def _drain_all(self) -> None:
        while self._waiting:
            self._drain()

    def _drain(self) -> None:
        batch = self._take()
        if not batch:
            return
        if len(batch) == 1 or not self._together(batch):
            for waiting in batch:
                self._alone(waiting)
        by_loop: dict[asyncio.AbstractEventLoop, list[_Waiting[object]]] = {}
        for waiting in batch:
            by_loop.setdefault(waiting.future.get_loop(), []).append(waiting)
        for loop, answered in by_loop.items():
            loop.call_soon_threadsafe(_answer, answered)
        self._hold_back()

    def _hold_back(self) -> None:
        """After a commit that was answered: let who copies the log catch up with one that is too long."""
        until = time.monotonic() + self._bounds.log_wait_s
        while self._bounds.log_wait_s and self._log_is_long() and time.monotonic() < until:
            time.sleep(_LOOK_S)

    def _log_is_long(self) -> bool:
        """Whether the log is past its bound and holds what is not in the file yet; looking changes nothing."""
        with suppress(self._driver.Error):
            _, length, done = self._writer.raw.execute("PRAGMA wal_checkpoint(NOOP)").fetchone()
            return bool(length > max(done, self._bounds.log_pages))
        return False

    def _take(self) -> list[_Waiting[object]]:
        with self._lock:
            count = min(len(self._waiting), _SHARED_COMMIT)
            batch = [self._waiting.popleft() for _ in range(count)]
            self._scheduled = bool(self._waiting)
        if self._scheduled:
            self._writer.post(self._drain)
        return batch

    def _together(self, batch: list[_Waiting[object]]) -> bool:
        """Run all in one transaction, each in its savepoint; False when the transaction itself was lost."""
        raw = self._writer.raw
        try:
            raw.execute("BEGIN IMMEDIATE")
        except self._driver.Error as error:
            for waiting in batch:
                waiting.error = self._translate(error)
            return True
        try:
            for waiting in batch:
                self._in_savepoint(raw, waiting)
            self._commit(raw)
        except self._driver.Error:
            if raw.in_transaction:
                raw.execute("ROLLBACK")
            return False
        return True

    def _in_savepoint(self, raw: sqlite3.Connection, waiting: _Waiting[T]) -> None:
        waiting.error = None
        raw.execute("SAVEPOINT one")
        try:
            waiting.result = waiting.function(SQLiteTransaction(raw, self._translate, self._driver.Error))
        except BaseException as error:
            waiting.error = error
            raw.execute("ROLLBACK TO one")  # fails when a full disk ended the transaction: then each runs alone
        raw.execute("RELEASE one")

    def _alone(self, waiting: _Waiting[T]) -> None:
        raw = self._writer.raw
        waiting.error = None
        try:
            raw.execute("BEGIN IMMEDIATE")
            waiting.result = waiting.function(SQLiteTransaction(raw, self._translate, self._driver.Error))
            self._commit(raw)
        except self._driver.Error as error:
            waiting.error = self._translate(error)
        except BaseException as error:
            waiting.error = error
        if raw.in_transaction:
            raw.execute("ROLLBACK")

    def _commit(self, raw: sqlite3.Connection) -> None:
        raw.execute("COMMIT")
        self._commits += 1

    def _translate(self, error: BaseException) -> Exception:
        return translate(error, self._path)


async def _start(driver: ModuleType, path: Path, bounds: Bounds, *, writes: bool) -> Thread:
    thread = Thread(partial(connect, driver, path, bounds, writes=writes), iter_chunk_size=64)
    try:
        await thread
    except BaseException:
        await thread.ended()
        raise
    return thread


def _answer(answered: list[_Waiting[object]]) -> None:
    for waiting in answered:
        if waiting.future.done():
            continue  # its caller was cancelled; the work is kept all the same
        if waiting.error is not None:
            waiting.future.set_exception(waiting.error)
        else:
            waiting.future.set_result(waiting.result)
