"""Owes the tidying of memories: where something was learnt before the last night, or much since the last time."""

from __future__ import annotations

from bot.bells import Bells
from bot.jobs.daily import last_turn
from bot.memory.consolidation.owing import due_scenes, owe_each
from bot.ports import Clock
from storage.database import Database
from storage.ids import Ids


async def tidy_when_due(database: Database, bells: Bells, ids: Ids, clock: Clock) -> int:
    """Owe it where it is time; however many nights were missed, once. Returns for how many scenes."""
    now = clock.now()
    found = await database.read(due_scenes, now, last_turn(now))  # looking holds up nobody who writes
    if found:
        await database.write(owe_each, found, ids, now)
        bells.work.ring()
    return len(found)
