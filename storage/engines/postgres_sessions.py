"""What needs a Postgres session of its own: hearing what other processes tell, and turns that end with a process."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any

import psycopg

from storage.engines.postgres_transaction import translate
from storage.errors import DatabaseUnreachable

# A schema is a database of its own, and notifications know no schemas.
TELL = b"SELECT pg_notify('troupe ' || current_schema(), %s)"
_CHANNEL = b"SELECT quote_ident('troupe ' || current_schema())"
_TURN = b"SELECT pg_advisory_lock(hashtext('troupe ' || %s), hashtext(current_schema()))"
# A machine that lost its power or its network says no goodbye; both sides notice within half a minute.
_NOTICE: dict[str, Any] = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4}
_NOTICE_THERE = b"SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4"
_WAIT_S = 10

Connection = psycopg.AsyncConnection[Any]


class HeldTurn:
    """A turn that lasts as long as its connection."""

    def __init__(self, raw: Connection) -> None:
        self._raw = raw

    async def lost(self) -> None:
        """Return when the connection is lost."""
        with suppress(psycopg.Error):
            async for _ in self._raw.notifies():
                pass


@asynccontextmanager
async def listen(url: str) -> AsyncIterator[AsyncIterator[str]]:
    """The words told while the block lasts; raises DatabaseUnreachable when the server is lost."""
    async with _connected(url) as raw:
        channel = await (await raw.execute(_CHANNEL)).fetchone()
        await raw.execute(b"LISTEN " + str(channel and channel[0]).encode())
        async with aclosing(_words(raw)) as words:
            yield words


@asynccontextmanager
async def turn(url: str, name: str) -> AsyncIterator[HeldTurn]:
    """Wait for the turn, however long others have it, and hold it while the block lasts."""
    async with _connected(url) as raw:
        await raw.execute(_TURN, [name])
        yield HeldTurn(raw)


async def _words(raw: Connection) -> AsyncGenerator[str, None]:
    async with aclosing(raw.notifies()) as told:
        async for one in told:
            yield one.payload
    raise DatabaseUnreachable("Postgres ended a connection; check DATABASE_URL and the server.")


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Connection]:
    """A session that ends with the block; the driver's errors inside it are said in our words."""
    try:
        raw = await Connection.connect(url, autocommit=True, connect_timeout=_WAIT_S, **_NOTICE)
        try:
            await raw.execute(_NOTICE_THERE)
            yield raw
        finally:
            await raw.close()
    except psycopg.Error as error:
        raise translate(error) from error
