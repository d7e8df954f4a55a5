"""The one way in: a transaction is a function, ``await database.write(work.finish, item)``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Concatenate, ParamSpec, TypeVar

from storage.engines.base import Engine, Transaction, Turn

P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """Reads and writes through an engine; one hop to its thread for each function."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgres``."""
        return self._engine.dialect

    @property
    def commits(self) -> int:
        """Transactions that wrote and were committed since the start; many functions may share one."""
        return self._engine.commits

    async def read(self, function: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the function on a snapshot; it must not write."""
        return await self._engine.read(lambda tx: function(tx, *args, **kwargs))

    async def write(self, function: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the function and commit it; on any error it raises, nothing of it is kept."""
        return await self._engine.write(lambda tx: function(tx, *args, **kwargs))

    async def tell(self, word: str) -> None:
        """Let every process that listens on this database hear a word."""
        await self._engine.tell(word)

    def listen(self) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """The words told while the block lasts; raises DatabaseUnreachable when the server is lost."""
        return self._engine.listen()

    def turn(self, name: str) -> AbstractAsyncContextManager[Turn]:
        """Wait until no other process of this database has this turn, and hold it while the block lasts."""
        return self._engine.turn(name)

    async def tidy(self) -> None:
        """Refresh the query planner's statistics."""
        await self._engine.tidy()

    async def shrink_log(self) -> None:
        """Empty the write-ahead log into the file; for where nothing else does."""
        await self._engine.shrink_log()

    async def close(self) -> None:
        """Finish what was asked for and let the database go."""
        await self._engine.close()
