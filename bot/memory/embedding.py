"""Gives every passage its vector in the background, and every question its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog

from bot.bells import Bell
from bot.memory.recall import Space
from bot.ports import Clock, Embedder, EmbedFailed, EmbedFault, Vector
from bot.text.tokens import estimate_tokens
from storage import spending, usage, vectors
from storage.database import Database
from storage.engines.base import Transaction
from storage.errors import StorageError
from storage.records import ModelCall as Bill
from storage.spending import Spent
from storage.vectors import Embedded, Lacking

_log = structlog.get_logger()
_BATCH = 32
_SETTLE_S = 1.0  # a reply just asked for goes first, and what is said in one breath is embedded together
_SETTLES = 10  # so often at most, where somebody always talks
_AGAIN_S = 60.0
_QUESTION_S = 3.0
_TROUBLE = (
    EmbedFault.UNREACHABLE,
    EmbedFault.MISSING,
    EmbedFault.DAMAGED,
    EmbedFault.NOT_INSTALLED,
    EmbedFault.NO_SUCH_MODEL,
    EmbedFault.NOT_FETCHED,
)
_TOLD_AT_START = (EmbedFault.MISSING, EmbedFault.NOT_INSTALLED)


class Embedding:
    """One embedder at work on one database; its rows are what it still has to do, so it may end at any moment."""

    def __init__(
        self,
        database: Database,
        embedder: Embedder,
        bell: Bell,
        clock: Clock,
        bill: Callable[[int], Bill] | None = None,
    ) -> None:
        self._database = database
        self._embedder = embedder
        self._bell = bell
        self._clock = clock
        self._model = ""
        self._told = ""
        self._running: asyncio.Task[None] | None = None
        self._bill = bill
        self._unpaid = 0  # tokens of questions, which are counted with the next passages

    def start(self) -> None:
        """Begin, in the background."""
        self._running = asyncio.create_task(self.run())

    async def rest(self) -> None:
        """Embed nothing more in the background; questions are still embedded."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait({self._running})

    async def close(self) -> None:
        """Let the embedder go."""
        await self._embedder.close()

    async def run(self) -> None:
        """Go on until cancelled: woken by the bell, and a minute after each failure."""
        while True:
            try:
                await self._settle()
                await self.catch_up()
                self._told = ""
                await self._bell.wait(None)
            except (EmbedFailed, StorageError) as error:
                self._tell(error)
                await self._clock.sleep(_AGAIN_S)

    async def _settle(self) -> None:
        """Wait for a moment in which nothing is said; not for ever, though."""
        for _ in range(_SETTLES):
            await self._clock.sleep(_SETTLE_S)
            if self._bell.silent():
                return

    async def catch_up(self) -> None:
        """Embed all that lacks a vector; raises EmbedFailed or a StorageError, with all before it kept."""
        model = await self._open()
        while found := await self._database.read(vectors.lacking, model, _BATCH):
            left = await self._database.write(vectors.borrow, model, found)
            self._unpaid += sum(estimate_tokens(passage.words) for passage in left)
            await self._database.write(_keep, model, await self._made(left), self._bill and self._bill(self._unpaid))
            self._unpaid = 0

    async def space(self, question: str) -> Space | None:
        """Where a question lies, or None while that can't be told: then it is answered by words alone."""
        if not self._model:
            return None
        try:
            async with asyncio.timeout(_QUESTION_S):
                self._unpaid += estimate_tokens(question)
                [vector] = await self._embedder.embed([question])
        except (EmbedFailed, TimeoutError) as error:
            self._tell(error)
            return None
        return Space(self._model, vector)

    async def _open(self) -> str:
        if not self._model:
            dimension = await self._embedder.open()
            self._model = f"{self._embedder.name}/{dimension}"
        return self._model

    async def _made(self, passages: Sequence[Lacking]) -> list[Embedded]:
        try:
            found: list[Vector | None] = [*await self._embedder.embed([passage.words for passage in passages])]
        except EmbedFailed as failed:
            if failed.fault in _TROUBLE:
                raise
            found = await self._one_by_one(passages, failed)
        return [Embedded(passage, vector) for passage, vector in zip(passages, found, strict=True)]

    async def _one_by_one(self, passages: Sequence[Lacking], failed: EmbedFailed) -> list[Vector | None]:
        """A text that the server can't read must not keep the others from theirs; raises when none can be read."""
        await self._embedder.embed(["ready"])
        found: list[Vector | None] = []
        for passage in passages:
            try:
                found += await self._embedder.embed([passage.words])
            except EmbedFailed as refused:
                if refused.fault in _TROUBLE:
                    raise
                found.append(None)
        _log.warning("texts_not_embedded", count=found.count(None), fault=failed.fault.name)
        return found

    def _tell(self, error: Exception) -> None:
        """Each trouble is told once, until it is over; what is not installed was said at the start."""
        if isinstance(error, EmbedFailed) and error.fault in _TOLD_AT_START:
            return
        fault = error.fault.value if isinstance(error, EmbedFailed) else ""
        said = " ".join(filter(None, (type(error).__name__, str(error), fault)))
        if said != self._told:
            self._told = said
            _log.warning("embedding_waits", reason=said)


def _keep(tx: Transaction, model: str, made: list[Embedded], bill: Bill | None) -> None:
    vectors.keep(tx, model, made)
    if bill is not None:
        usage.add(tx, bill)
        spending.add(tx, spending.BOT, Spent(bill.prompt_tokens, bill.cost), bill.called_at)
