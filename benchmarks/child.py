"""A bot in a process of its own, so that its processor time and memory are nobody else's."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

_ROOT = Path(__file__).parent.parent
_PATIENCE_S = 30.0
_GRACE_S = 10.0
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Child:
    """A running child, and the moments (``time.monotonic``) at which its log said a word for the first time."""

    def __init__(self, started: asyncio.subprocess.Process, began: float) -> None:
        self.began = began
        self._child = started
        self._last: deque[str] = deque(maxlen=20)
        self._said: dict[str, float] = {}
        self._news = asyncio.Condition()
        self._reading = asyncio.create_task(self._read())

    async def said(self, word: str) -> float:
        """Wait until a line has that word in it; when it came. Raises RuntimeError with the last lines."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S), self._news:
                await self._news.wait_for(lambda: word in self._said or self._reading.done())
        if word not in self._said:
            raise RuntimeError(f"the child never said {word!r}: {' / '.join(self._last)}")
        return self._said[word]

    def cpu_s(self) -> float:
        """Seconds of processor time it has used, in user and system mode."""
        return sum(_fields(self._child.pid)[10:12]) / _TICKS

    def memory_mb(self) -> float:
        """Its resident memory in millions of bytes."""
        return int(Path(f"/proc/{self._child.pid}/statm").read_text("utf-8").split()[1]) * _PAGE / 1e6

    async def stop(self) -> None:
        """End it as a service would be ended, and by force when that takes too long."""
        with suppress(ProcessLookupError):
            self._child.terminate()
        try:
            async with asyncio.timeout(_GRACE_S):
                await self._child.wait()
        except TimeoutError:
            self._child.kill()
            await self._child.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._child.stdout is not None  # it was asked for
        async for raw in self._child.stdout:
            now, line = time.monotonic(), raw.decode("utf-8", "replace").strip()
            self._last.append(line)
            for word in ("connected", "caught_up"):
                if f'"{word}"' in line:
                    self._said.setdefault(word, now)
            if "speaks as" in line:
                self._said.setdefault("speaks", now)
            async with self._news:
                self._news.notify_all()


def family_cpu_s(pid: int) -> float:
    """Seconds of processor time of a process and all it has started, whether they have ended or not."""
    started = [int(one) for path in Path(f"/proc/{pid}/task").glob("*/children") for one in path.read_text().split()]
    spent = sum(_fields(pid)[10:14])
    for one in started:
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            spent += sum(_fields(one)[10:12])
    return spent / _TICKS


def _fields(pid: int) -> list[int]:
    """What the system counts of a process, from its parent's number on."""
    return [int(word) for word in Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[1:]]


@asynccontextmanager
async def child(module: str, *arguments: str, environ: Mapping[str, str] | None = None) -> AsyncIterator[Child]:
    """Run a module as a child that is ended at the end, whatever happens."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TROUPE_", "OPENAI_"))}
    began = time.monotonic()
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        cwd=_ROOT,
        env=clean | dict(environ or {}),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    running = Child(started, began)
    try:
        yield running
    finally:
        await running.stop()
