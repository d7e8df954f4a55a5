"""Carries bells between the processes that share one database; words lost with a connection cost one more look."""

from __future__ import annotations

import asyncio

import structlog

from bot.bells import Bells
from bot.ports import Clock
from storage.database import Database
from storage.errors import StorageError

_log = structlog.get_logger()
_FIRST_WAIT_S = 0.2
_LONGEST_WAIT_S = 15.0
_GATHER_S = 1.0  # each reply makes several passages, and who embeds them takes as long to begin


class Wire:
    """Tells the others what rings here, and rings here what they tell."""

    def __init__(self, database: Database, bells: Bells, name: str, clock: Clock) -> None:
        self._database = database
        self._bells = bells
        self._name = name
        self._clock = clock
        self._untold: dict[str, None] = {}  # in the order they came, each once
        self._fresh = asyncio.Event()
        self._passages = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Join the bells to those of the other processes."""
        bells = self._bells
        bells.work.elsewhere = lambda: self._note("work")
        bells.outbox.elsewhere = lambda: self._note("outbox")
        bells.passages.elsewhere = self._passages.set
        bells.stop_elsewhere = lambda work_id, keep: self._note(f"{'stop' if keep else 'drop'} {work_id}")
        self._tasks = [asyncio.create_task(part()) for part in (self._listen, self._speak, self._gather)]

    async def stop(self) -> None:
        """Tell what is still untold and part from the others."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._passages.is_set():
            self._note("passages")
        await self._tell()

    def _note(self, word: str) -> None:
        self._untold[word] = None
        self._fresh.set()

    async def _speak(self) -> None:
        """One word after another, so that what rings in a burst meanwhile is told once."""
        while True:
            await self._fresh.wait()
            self._fresh.clear()
            await self._tell()

    async def _gather(self) -> None:
        """Tell of passages no more than once in a while."""
        while True:
            await self._passages.wait()
            await self._clock.sleep(_GATHER_S)
            self._passages.clear()
            self._note("passages")

    async def _tell(self) -> None:
        while self._untold:
            word = next(iter(self._untold))
            del self._untold[word]
            try:
                await self._database.tell(f"{self._name} {word}")
            except StorageError as error:
                _log.warning("bell_not_told", word=word.partition(" ")[0], reason=str(error))

    async def _listen(self) -> None:
        """Hear the others for ever; after each new connection everybody looks, for what was told meanwhile is lost."""
        wait = _FIRST_WAIT_S
        while True:
            try:
                async with self._database.listen() as words:
                    self._bells.wake()
                    wait = _FIRST_WAIT_S
                    async for word in words:
                        self._hear(word)
            except StorageError as error:
                _log.warning("not_listening", reason=str(error), again_s=wait)
            await self._clock.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT_S)

    def _hear(self, told: str) -> None:
        name, *word = told.split(" ")
        if name == self._name:
            return
        match word:
            case ["work"]:
                self._bells.work.wake()
            case ["outbox"]:
                self._bells.outbox.wake()
            case ["passages"]:
                self._bells.passages.wake()
            case ["stop", work_id]:
                self._bells.stop_here(work_id, keep=True)
            case ["drop", work_id]:
                self._bells.stop_here(work_id, keep=False)
