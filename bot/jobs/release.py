"""Lets go of what nobody holds any more: leases that ran out, and what a crash left on its way."""

from __future__ import annotations

from bot.bells import Bells
from bot.ports import Clock
from storage import outbox, presence, work
from storage.database import Database
from storage.engines.base import Transaction


async def release_leases(database: Database, bells: Bells, clock: Clock) -> int:
    """Let expired items be claimed again; returns how many."""
    released = await database.write(work.release_expired, clock.now())
    if released:
        bells.work.ring()
    return released


async def release_deliveries(database: Database, bells: Bells, clock: Clock) -> int:
    """Where several deliver: owe again what one of them left on its way; returns how many parts."""
    released = await database.write(outbox.release_expired, clock.now())
    if released:
        bells.outbox.ring()
    return released


async def sweep(database: Database, clock: Clock, *, alone: bool) -> int:
    """At a start: owe again all a crash left, or where others are at work what nobody holds; returns how much."""
    return await database.write(_sweep_all if alone else _sweep_shared, clock.now())


def _sweep_all(tx: Transaction, now: int) -> int:
    return work.release_all(tx, now) + outbox.release(tx, now)


def _sweep_shared(tx: Transaction, now: int) -> int:
    if not presence.others(tx):
        return _sweep_all(tx, now)
    return work.release_expired(tx, now) + outbox.release_expired(tx, now)
