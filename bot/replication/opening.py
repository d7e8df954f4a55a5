"""What happens around the opening of a database that is copied."""

from __future__ import annotations

import asyncio
import os

from bot.replication import binary, configuration, notes
from bot.replication.child import Child
from bot.replication.lag import batches, made_at
from bot.replication.leash import Leash
from bot.replication.listing import SNAPSHOTS, listing
from bot.replication.restore import make_ready, see_to_soundness
from bot.replication.target import ReplicaTrouble, Target, choose_target
from bot.replication.trial import try_writing
from config.static import Static
from storage.engines.disk import refused
from storage.engines.driver import Bounds

# Litestream writes the log back and begins it anew; where it is down, SQLite does from this length on (64 MB). Where
# it lives and a burst outruns it, each commit waits for it this long at most, so that the log stays near that length
# and a Litestream that hangs slows the bot and never stops it.
_LOG_PAGES = 16_384
_LOG_WAIT_S = 0.5
_LISTING_S = 3.0


async def attach(settings: Static) -> Child | None:
    """With the database's lock held: end what a crash left, make the file ready; the child is not started yet."""
    target = choose_target(settings, os.environ)
    if target is None:
        if settings.database_path is not None:
            await asyncio.to_thread(see_to_soundness, settings.database_path)
        return None
    await ready_to_copy(target)
    leash = Leash(target.database)
    try:
        await leash.take()
        answers = await try_writing(target)
        await make_ready(target)
        await keep_notes_true(target, answers=answers)
    except OSError as error:
        leash.release()
        raise refused(error, target.database) from error
    except BaseException:
        leash.release()
        raise
    return Child(target, leash, answered=answers)


async def keep_notes_true(target: Target, *, answers: bool = True) -> None:
    """Before Litestream starts: forget what was noted of another address, or of this one if it was emptied since."""
    if answers and await _was_emptied(target):
        notes.forget(target.database)
    await asyncio.to_thread(notes.keep_to_address, target)


async def _was_emptied(target: Target) -> bool:
    """Whether the first batches lie here no more, nor anything there; who does not answer in time may hold all."""
    if min(made_at(batches(target.database)), default=1) == 1:
        return False
    try:
        async with asyncio.timeout(_LISTING_S):
            return not (await listing(target, "0") or await listing(target, str(SNAPSHOTS)))
    except (TimeoutError, ReplicaTrouble):
        return False


async def ready_to_copy(target: Target) -> None:
    """Raise a StorageError unless Litestream is the pinned one and will do what litestream.yml says."""
    configuration.check(target.configuration, target.environment, target.database)
    await binary.check_version(binary.find_binary())


def bounds_for(child: Child | None) -> Bounds:
    """How the writer opens beside Litestream, or alone."""
    return Bounds() if child is None else Bounds(log_pages=_LOG_PAGES, log_wait_s=_LOG_WAIT_S)
