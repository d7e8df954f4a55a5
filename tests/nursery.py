"""Processes that begin with the bot loaded already: forked from one that has imported it and done nothing else.

Each is a process of its own, with its own arguments, environment and standard streams, as ``python -m`` would give it;
what is spared is the second of imports before it.
"""

from __future__ import annotations

import asyncio
import io
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from asyncio.streams import StreamReader, StreamReaderProtocol
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parents[1]
_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(
    ["bot.app", "bot.backup", "bot.house", "bot.office", "bot.gateway.connect", "bot.models.openai_chat"]
)


@dataclass(frozen=True, slots=True)
class Born:
    """A running process whose output is read here."""

    process: ForkServerProcess
    stdout: StreamReader
    reading: asyncio.ReadTransport

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


async def bear(module: str, *words: str, env: Mapping[str, str] | None = None, errors_too: bool = False) -> Born:
    """``python -m MODULE WORDS`` with nothing to read; what it says on stderr is said on ours, or with the rest."""
    reading, writing = os.pipe()
    nothing, said = os.open(os.devnull, os.O_RDONLY), StreamReader()
    streams = (nothing, writing, writing if errors_too else 2)
    process = await asyncio.to_thread(_start, module, words, env, streams)
    os.close(nothing)
    os.close(writing)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: StreamReaderProtocol(said), os.fdopen(reading, "rb"))
    return Born(process, said, transport)


def run(
    module: str, *words: str, text: str, env: Mapping[str, str] | None = None, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """``python -m MODULE WORDS`` on those lines, to its end."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        reading, writing = os.pipe()
        process = _start(module, words, env, (reading, out.fileno(), errors.fileno()))
        os.close(reading)
        teller = Thread(target=_tell, args=(writing, text.encode()))
        teller.start()
        process.join(timeout)
        late = process.exitcode is None
        process.kill()
        process.join()
        teller.join()
        said, wrong = (_whole(stream) for stream in (out, errors))
    command = ["python", "-m", module, *words]
    if late:
        raise subprocess.TimeoutExpired(command, timeout, said, wrong)
    assert process.exitcode is not None
    return subprocess.CompletedProcess(command, process.exitcode, said, wrong)


def _start(
    module: str, words: tuple[str, ...], env: Mapping[str, str] | None, streams: tuple[int, int, int]
) -> ForkServerProcess:
    # A connection is what the standard library hands to a process that is forked elsewhere; the copies are its own.
    carried = [Connection(os.dup(stream)) for stream in streams]
    process = _FORKING.Process(target=_live, args=(module, words, dict(env or os.environ), carried), daemon=True)
    process.start()
    return process


def _live(module: str, words: tuple[str, ...], env: dict[str, str], streams: list[Connection]) -> None:
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(env)
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdin, sys.stdout = os.fdopen(0, closefd=False), os.fdopen(1, "w", closefd=False)
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), write_through=True, errors="backslashreplace")
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _tell(to: int, text: bytes) -> None:
    with suppress(BrokenPipeError), open(to, "wb") as lines:
        lines.write(text)


def _whole(stream: io.IOBase) -> str:
    stream.seek(0)
    return bytes(stream.read()).decode()
