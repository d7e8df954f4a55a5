"""Processes that begin with the bot loaded already: forked from one that has imported it and done nothing else.

Each is a process of its own, with its own arguments, environment and standard streams, as ``python -m`` would give it;
what is spared is the second of imports before it.
"""

from __future__ import annotations

import asyncio
import fcntl
import io
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import termios
from asyncio.streams import StreamReader, StreamReaderProtocol
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

ROOT = Path(__file__).parents[1]
First = Callable[[], object]
_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["tests.warm"])


@dataclass(frozen=True, slots=True)
class Born:
    """A running process whose output is read here."""

    process: ForkServerProcess
    stdout: StreamReader
    reading: asyncio.ReadTransport
    telling: int = -1  # what it reads from, if anything

    def tell(self, words: str | bytes) -> None:
        """Let it read these."""
        os.write(self.telling, words.encode() if isinstance(words, str) else words)

    @property
    def returncode(self) -> int | None:
        """How it ended: negative for a signal, None while it runs."""
        return self.process.exitcode

    async def wait(self) -> int:
        """Until it has ended."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self.process.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self.process.sentinel)
        self.process.join()
        code = self.process.exitcode
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        """Send it one, if it still runs."""
        if self.process.pid is not None and self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.process.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    async def gone(self) -> None:
        """Kill it if it still runs, and read what it said to the end."""
        self.kill()
        await self.wait()
        await self.stdout.read()
        self.reading.close()
        if self.telling >= 0:
            os.close(self.telling)


async def bear(
    module: str, *words: str, env: Mapping[str, str] | None = None, errors: int | None = 2, hears: bool = False
) -> Born:
    """``python -m MODULE WORDS`` with nothing to read, or what is told it; stderr is that open file, ours if unsaid,
    or None for stdout."""
    reading, writing = os.pipe()
    hearing, telling = os.pipe() if hears else (os.open(os.devnull, os.O_RDONLY), -1)
    said = StreamReader()
    streams = (hearing, writing, writing if errors is None else errors)
    process = await asyncio.to_thread(_start, module, words, env, streams)
    os.close(hearing)
    os.close(writing)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: StreamReaderProtocol(said), os.fdopen(reading, "rb"))
    return Born(process, said, transport, telling)


def run(
    module: str,
    *words: str,
    text: str,
    env: Mapping[str, str] | None = None,
    first: First | None = None,
    timeout: float = 60,
) -> subprocess.CompletedProcess[str]:
    """``python -m MODULE WORDS`` on those lines, to its end; it calls ``first`` before anything else."""
    (hearing, telling), (said, saying), (wrong, failing) = (os.pipe() for _ in range(3))
    process = _start(module, words, env, (hearing, saying, failing), first)
    for theirs in (hearing, saying, failing):
        os.close(theirs)
    with ThreadPoolExecutor(3) as threads:
        threads.submit(_tell, telling, text.encode())
        told = [threads.submit(_whole, stream) for stream in (said, wrong)]
        process.join(timeout)
        late = process.exitcode is None
        process.kill()
        process.join()
        out, errors = (one.result() for one in told)
    command = ["python", "-m", module, *words]
    if late:
        raise subprocess.TimeoutExpired(command, timeout, out, errors)
    assert process.exitcode is not None
    return subprocess.CompletedProcess(command, process.exitcode, out, errors)


def on_terminal(
    module: str, *words: str, env: Mapping[str, str], terminal: int, out: int | None = None
) -> ForkServerProcess:
    """``python -m MODULE WORDS`` on a pseudo-terminal, given by its lower end, as the leader of a session; what it
    prints goes to ``out`` where that is given."""
    return _start(module, words, env, (terminal, terminal if out is None else out, terminal), _lead)


def _lead() -> None:
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # Ctrl-C typed there comes here as a signal


def _start(
    module: str,
    words: tuple[str, ...],
    env: Mapping[str, str] | None,
    streams: tuple[int, int, int],
    first: First | None = None,
) -> ForkServerProcess:
    # A connection is what the standard library hands to a process that is forked elsewhere; the copies are its own.
    carried = [Connection(os.dup(stream)) for stream in streams]
    given = (module, words, dict(env or os.environ), carried, first)
    process = _FORKING.Process(target=_live, args=given, daemon=True)
    process.start()
    return process


def _live(
    module: str, words: tuple[str, ...], env: dict[str, str], streams: list[Connection], first: First | None
) -> None:
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(env)
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdin, sys.stdout = os.fdopen(0, closefd=False), os.fdopen(1, "w", closefd=False)
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), write_through=True, errors="backslashreplace")
    sys.argv = [module, *words]
    if first is not None:
        first()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _tell(to: int, text: bytes) -> None:
    with suppress(BrokenPipeError), open(to, "wb") as lines:
        lines.write(text)


def _whole(stream: int) -> str:
    with open(stream, "rb") as words:
        return words.read().decode()
