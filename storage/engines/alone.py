"""What an engine has to say of other processes when there are none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Ours:
    """A turn that nobody else can want."""

    async def lost(self) -> None:
        """Never return."""
        await asyncio.Event().wait()


class Alone:
    """An engine whose database one process has for itself."""

    async def tell(self, word: str) -> None:
        """Nobody listens."""

    @asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[str]]:
        """Nobody tells anything."""
        yield _silence()

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[Ours]:
        """It is always ours."""
        yield Ours()


async def _silence() -> AsyncIterator[str]:
    await asyncio.Event().wait()
    yield ""
