"""Lets go of what nobody holds any more: leases that ran out, and what a crash left on its way."""

from __future__ import annotations

from bot.bells import Bells
from bot.ports import Clock
from storage import outbox, work
from storage.database import Database
from storage.engines.base import Transaction


async def release_leases(database: Database, bells: Bells, clock: Clock) -> int:
    """Let expired items be claimed again; returns how many."""
    released = await database.write(work.release_expired, clock.now())
    if released:
        bells.work.ring()
    return released


async def sweep(database: Database, clock: Clock) -> int:
    """At a start, with the database to ourselves: everything a crash left is owed again; returns how much."""
    return await database.write(_sweep, clock.now())


def _sweep(tx: Transaction, now: int) -> int:
    return work.release_all(tx, now) + outbox.release(tx, now)
