"""Talks with the running Litestream through its socket, which asks nothing of the replica's server by itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.replication.target import ReplicaTrouble

_ANSWER_S = 2.0  # a command must answer Discord within three


@dataclass(frozen=True, slots=True)
class Position:
    """How many batches of changes there are, up to the last commit, and how many of them the replica acknowledged."""

    ours: int
    held: int


async def position(socket: Path, database: Path) -> Position:
    """Have the last commits read into a batch, and say how far the copy is; raises ReplicaTrouble without an answer."""
    return await _sync(socket, {"path": str(database)}, _ANSWER_S)


async def copy_now(socket: Path, database: Path, within_s: int) -> Position:
    """Wait until the replica has every commit there is now; raises ReplicaTrouble."""
    return await _sync(socket, {"path": str(database), "wait": True, "timeout": within_s}, within_s + _ANSWER_S)


async def answers(socket: Path) -> bool:
    """Whether it lives: this question waits for nothing, neither for the replica nor for the database."""
    import aiohttp  # a start that copies nothing need not wait for it

    timeout = aiohttp.ClientTimeout(total=_ANSWER_S)
    try:
        async with (
            aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(socket)), timeout=timeout) as session,
            session.get("http://litestream/info") as answer,
        ):
            return bool(answer.status == 200)
    except (aiohttp.ClientError, OSError, TimeoutError):
        return False


async def _sync(socket: Path, asked: dict[str, object], within_s: float) -> Position:
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=within_s)
    try:
        async with (
            aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(socket)), timeout=timeout) as session,
            session.post("http://litestream/sync", json=asked) as answer,
        ):
            told = await answer.json()
        if answer.status != 200:
            raise ReplicaTrouble(f"Litestream could not copy: {str(told.get('error'))[:300]}.")
        return Position(int(told["txid"]), int(told["replicated_txid"]))
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError) as error:
        raise ReplicaTrouble("Litestream does not answer; it is starting, or see what it logged.") from error
