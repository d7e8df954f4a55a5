"""Erases the guilds that we left long enough ago."""

from __future__ import annotations

from collections.abc import Mapping

from bot.ports import Clock
from bot.privacy.forget import Eraser
from bot.settings.snapshot import look_now
from config.dynamic import KEEP_AFTER_LEAVING
from storage import departures
from storage.departures import Departure
from storage.engines.base import Transaction
from storage.settings import Reach

_DAY_MS = 86_400_000


def due(tx: Transaction, defaults: Mapping[str, str], now: int) -> list[Departure]:
    """Those whose time is over."""
    days = look_now(tx, Reach(""), defaults)[KEEP_AFTER_LEAVING]
    return departures.due(tx, now - days * _DAY_MS)


async def erase_when_due(eraser: Eraser, defaults: Mapping[str, str], clock: Clock) -> int:
    """Erase them, one after the other; returns how many."""
    found = await eraser.database.read(due, defaults, clock.now())
    for gone in found:
        await eraser.forget_guild(gone)
    return len(found)
