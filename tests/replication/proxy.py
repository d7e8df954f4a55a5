"""A cable between Litestream and its S3 that a test can pull and plug in again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Cable:
    """Forwards every connection to a port; while it is pulled nothing passes, and nothing is refused either."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._plugged = asyncio.Event()
        self._plugged.set()
        self._running: set[asyncio.Task[None]] = set()
        self.port = 0

    def pull(self) -> None:
        self._plugged.clear()

    def plug_in(self) -> None:
        self._plugged.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        for one in (self._forward(reader, back), self._forward(there, writer)):
            task = asyncio.create_task(one)
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def end(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError):
                while piece := await reader.read(65536):
                    await self._plugged.wait()
                    writer.write(piece)
                    await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def cable(to: int) -> AsyncIterator[Cable]:
    """A cable that is plugged in."""
    made = Cable(to)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await made.end()
