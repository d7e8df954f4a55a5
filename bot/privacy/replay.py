"""Forgets again whoever came back with an older copy: at every start, and in a restored file before it is opened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog

from storage import forgetting, migrate, sidecar, tombstones
from storage.database import Database
from storage.engines.base import Transaction
from storage.engines.sqlite import SQLiteEngine
from storage.tombstones import Tombstone

_log = structlog.get_logger()


async def replay(database: Database, file: Path | None, now: int) -> int:
    """Before anything is heard or said: let table and sidecar know the same, and forget; returns how many people."""
    beside = await asyncio.to_thread(sidecar.read, file) if file is not None else []
    stones = tombstones.newest([*await database.read(tombstones.every), *beside])
    if file is not None:
        await asyncio.to_thread(sidecar.add, file, stones)
    return await apply(database, stones, now)


async def apply(database: Database, stones: Iterable[Tombstone], now: int) -> int:
    """Keep these tombstones, and forget all who are here with something from before; returns how many people."""
    known = tuple(stones)
    if not known:
        return 0
    await put(database, known)
    found = await database.read(forgetting.returned, known)
    for person, until in found:
        while not (await database.write(forgetting.forget, person.platform, person.platform_id, until, now)).whole:
            pass
    if found:
        _log.warning("forgotten_again", people=len(found))
    return len(found)


async def apply_to_file(path: Path, stones: Iterable[Tombstone], now: Callable[[], int]) -> int:
    """The same in a file that nobody has open, at this release's schema afterwards; raises a StorageError."""
    known = tuple(stones)
    if not known:
        return 0
    database = Database(await SQLiteEngine.open(path))
    try:
        await migrate.up(database, now)
        found = await apply(database, known, now())
        await database.shrink_log()
        return found
    finally:
        await database.close()


async def put(database: Database, stones: Iterable[Tombstone]) -> None:
    """Keep these tombstones, for the next start to act upon."""
    await database.write(_put, tuple(stones))


def _put(tx: Transaction, stones: tuple[Tombstone, ...]) -> None:
    for stone in stones:
        tombstones.put(tx, stone)
