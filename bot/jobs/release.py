"""Lets go of what nobody holds any more: leases that ran out, and what a crash left on its way."""

from __future__ import annotations

from bot.bells import Bells
from bot.ports import Clock
from storage import outbox, presence, work
from storage.database import Database
from storage.engines.base import Transaction


async def release(database: Database, bells: Bells, clock: Clock, *, alone: bool) -> int:
    """Let what nobody holds any more be claimed again; returns how much.

    Where several processes are at work, everybody looks then: a bell may have been lost with the one that rang it.
    """
    released = await database.write(_sweep_expired, clock.now())
    if released or not alone:
        bells.ring()
    return released


async def sweep(database: Database, clock: Clock, *, alone: bool) -> int:
    """At a start: owe again all a crash left, or where others are at work what nobody holds; returns how much."""
    return await database.write(_sweep_all if alone else _sweep_shared, clock.now())


def _sweep_all(tx: Transaction, now: int) -> int:
    return work.release_all(tx, now) + outbox.release(tx, now)


def _sweep_shared(tx: Transaction, now: int) -> int:
    return _sweep_expired(tx, now) if presence.others(tx) else _sweep_all(tx, now)


def _sweep_expired(tx: Transaction, now: int) -> int:
    return work.release_expired(tx, now) + outbox.release_expired(tx, now)
