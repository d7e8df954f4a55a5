"""Lives of one bot: those that end by SIGKILL or SIGTERM in a child process, and the last one, watched in this one."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.house import World
from storage import outbox, work
from tests.crash import PATIENT
from tests.end_to_end.troupe import Troupe, start
from tests.fakes.model_server import ModelServer
from tests.nursery import Born, bear
from tests.storage.outside import Outside
from tests.twin import Twin

PATIENCE_S = 60.0  # far beyond any answer, so that a busy machine fails nothing


@dataclass(frozen=True, slots=True)
class Child:
    """A bot in a process of its own, which hears by now."""

    process: Born

    async def killed(self) -> None:
        """Until it has killed itself; anything else is an error."""
        async with asyncio.timeout(PATIENCE_S):
            code = await self.process.wait()
        assert code == -signal.SIGKILL, f"the child ended by itself with {code}"

    def told_to_end(self) -> None:
        """Ask it to end, as an operator would."""
        self.process.send_signal(signal.SIGTERM)

    async def ended(self) -> None:
        """Until it has ended in order."""
        async with asyncio.timeout(PATIENCE_S):
            code = await self.process.wait()
        assert code == 0, f"the child ended with {code}"


@dataclass
class Watch:
    """Stages that let a test look again after every step."""

    seen: list[str] = field(default_factory=list)
    _stepped: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, stage: str, key: str, **fields: object) -> None:
        """Note the step."""
        self.seen.append(stage)
        self._stepped.set()

    async def next(self) -> None:
        """Until a step was made since the last look."""
        await self._stepped.wait()
        self._stepped.clear()


@dataclass(frozen=True, slots=True)
class Lives:
    """Starts one bot again and again on the same database, twin and model."""

    twin: Twin
    server: ModelServer
    outside: Outside

    @asynccontextmanager
    async def child(self, die_at: str = "", nth: int = 1) -> AsyncIterator[Child]:
        """A life in a process of its own; it is over when the block ends."""
        words = ["--twin", self.twin.base_url, "--gateway", self.twin.gateway_url, "--model", self.server.base_url]
        words += ["--database", self.outside.url, "--die-at", die_at, "--nth", str(nth)]
        process = await bear("tests.crash.child", *words)
        try:
            await _ready(process)
            yield Child(process)
        finally:
            await process.gone()

    async def last(self, answered: Callable[[], bool]) -> Troupe:
        """Live in this process until people have their answers and nothing is owed any more, then end in order."""
        watch = Watch()
        world = World(stages=watch, discord_options={"guild_ready_timeout": 0.05})
        bot = await start(self.twin, self.server, self.outside.url, world, PATIENT)
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not (answered() and await _settled(bot)):
                    await watch.next()
        finally:
            await bot.stop()
        return bot


async def _ready(process: Born) -> None:
    """Until it says so, or is dead: a bot may die at a step of its start."""
    async with asyncio.timeout(PATIENCE_S):
        line = await process.stdout.readline()
    assert line in (b"ready\n", b""), line


async def _settled(bot: Troupe) -> bool:
    """Whether nothing is due; what is read for memories once the talk pauses may wait."""
    database, now = bot.house.database, bot.house.world.clock.now()
    buried = [tally for tally in await database.read(work.tally) if tally.name == "buried"]
    due = await database.read(work.oldest_due, now, 0)
    return due is None and not buried and not await database.read(outbox.tally)
