"""Sessions of Postgres that outlive the engine of one test: to begin one costs the server more than most tests do."""

from __future__ import annotations

import select
import threading
from contextlib import suppress
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

_KEPT = 8  # of one database: an engine's first, and those of its pool that most tests need
_FORGET = "SELECT pg_advisory_unlock_all(); UNLISTEN *; RESET ALL"
_lock = threading.Lock()
_IDLE: dict[str, list[Session]] = {}
_LOOKING: list[psycopg.Connection[Any]] = []


class Session(psycopg.Connection[Any]):
    """A connection that waits, with nothing left of who had it, for the next who asks for the same database."""

    at = ""
    waits = False

    @classmethod
    def connect(cls, conninfo: str = "", **options: Any) -> Session:
        """One that waits there, else a new one."""
        while (one := _taken(conninfo)) is not None:
            if not select.select([one], [], [], 0)[0]:  # the server says nothing to one that waits, but its end
                return one
            one.end()
        new = super().connect(conninfo, **options)
        assert isinstance(new, Session)
        new.at = conninfo
        return new

    def close(self) -> None:
        """Let it wait, without its locks and settings, if it is in order; what it prepared it goes on knowing."""
        if self.closed or self.waits:
            return
        with suppress(psycopg.Error):
            if self.info.transaction_status == TransactionStatus.IDLE:
                self.execute(_FORGET)
                with _lock:
                    waiting = _IDLE.setdefault(self.at, [])
                    if len(waiting) < _KEPT:
                        waiting.append(self)
                        self.waits = True
                        return
        self.end()

    def end(self) -> None:
        """Close it for good."""
        self._pool = None
        super().close()


def waiting(url: str) -> list[int]:
    """The server's numbers for the sessions that wait there, or look on from test to test."""
    with _lock:
        return [one.info.backend_pid for one in (*_IDLE.get(url, ()), *_LOOKING) if not one.closed]


def look_on(one: psycopg.Connection[Any]) -> None:
    """Let this session stay when a test ends, and no other that did."""
    with _lock:
        _LOOKING[:] = [one]


def end(url: str) -> None:
    """Close those that wait there."""
    while (one := _taken(url)) is not None:
        one.end()


def end_all() -> None:
    """Close every one."""
    for url in tuple(_IDLE):
        end(url)


def _taken(url: str) -> Session | None:
    with _lock:
        found = _IDLE.get(url)
        if not found:
            return None
        found[-1].waits = False
        return found.pop()
