"""Something asked of the database that may never answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.health.vitals import Asked
from storage.errors import StorageError

T = TypeVar("T")


class Question(Generic[T]):
    """Asked again only when it was answered, so that a database that hangs is not asked ever more."""

    def __init__(self, ask: Callable[[], Awaitable[T]], patience_s: float = 2.0) -> None:
        self._ask = ask
        self._patience_s = patience_s
        self._task: asyncio.Task[None] | None = None
        self._began = 0.0
        self._ended = Asked(0.0)
        self.answer: T | None = None

    async def ask(self) -> Asked:
        """How it went, told within our patience."""
        if self._task is None or self._task.done():
            self._began = asyncio.get_running_loop().time()
            self._task = asyncio.create_task(self._answered())
        done, _ = await asyncio.wait({self._task}, timeout=self._patience_s)
        if done:
            self._task.result()  # a bug is no answer
            return self._ended
        waited = self._since()
        return Asked(waited, f"no answer for {waited:.0f} s; see what holds the database")

    def close(self) -> None:
        """Let an answer that has not come go."""
        if self._task is not None:
            self._task.cancel()

    async def _answered(self) -> None:
        try:
            self.answer = await self._ask()
            self._ended = Asked(self._since())
        except StorageError as error:
            self._ended = Asked(self._since(), str(error))

    def _since(self) -> float:
        return asyncio.get_running_loop().time() - self._began
