"""SIGTERM, whenever it comes: the end in order, exit code 0, and the next bot starts at once."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from bot.replication.leash import running
from tests import nursery
from tests.console.running import Terminal, environment, piped


async def test_told_while_a_start_waits_for_a_replica_that_does_not_answer_it_leaves_nothing(tmp_path: Path) -> None:
    asked = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        replica = f"s3://bucket/bot?endpoint=http://127.0.0.1:{port}&region=here&forcePathStyle=true"
        keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
        bot = await nursery.bear("bot", env=environment(tmp_path, REPLICA_URL=replica, **keys))
        async with asyncio.timeout(20):
            await asked.wait()
            bot.terminate()
            bot.terminate()
            code = await bot.wait()
        await bot.gone()

    assert code == 0
    assert not (tmp_path / "troupe.db").exists()
    assert piped(tmp_path, "").returncode == 0


def test_told_in_the_terminal_it_copies_the_last_words_and_ends(tmp_path: Path) -> None:
    replica = {"REPLICA_URL": f"file://{tmp_path / 'copy'}"}
    with Terminal(tmp_path, replica) as terminal:
        terminal.until("Write to talk")
        terminal.type("Ada, remember the lighthouse.\n")
        terminal.until("lighthouse")
        litestream = running(tmp_path / "troupe.db")
        assert terminal.bot.pid is not None and litestream is not None
        os.kill(terminal.bot.pid, signal.SIGTERM)
        code = terminal.ended()

    assert code == 0
    assert not Path(f"/proc/{litestream.number}").exists()
    (tmp_path / "troupe.db").unlink()
    assert "database_restored" in piped(tmp_path, "", **replica).stderr


async def test_told_while_it_waits_for_words_on_a_pipe_it_ends(tmp_path: Path) -> None:
    with (tmp_path / "errors").open("wb") as errors:
        bot = await nursery.bear("bot", env=environment(tmp_path), errors=errors.fileno(), hears=True)
    async with asyncio.timeout(60):
        bot.tell("Ada, hello\r\nAda, é".encode()[:-1])  # the last is not whole yet
        while not (await bot.stdout.readline()).startswith(b"Ada:"):
            pass
        bot.terminate()
        code = await bot.wait()

    await bot.gone()
    assert (code, (tmp_path / "errors").read_bytes()) == (0, b"")
