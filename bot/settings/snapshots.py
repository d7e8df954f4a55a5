"""Hands each piece of work the settings it began with, from memory as long as nobody changes any."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

from bot.settings.snapshot import Snapshot, look
from storage import conversations, people
from storage.database import Database
from storage.engines.base import Transaction
from storage.records import WorkItem
from storage.settings import Reach

MOST = 4096
_Key = tuple[int, str, str | None]


class Snapshots:
    """The latest snapshots; each is of one generation and so never out of date."""

    def __init__(self, database: Database, defaults: Mapping[str, str]) -> None:
        self._database = database
        self._defaults = defaults
        self._known: OrderedDict[_Key, Snapshot] = OrderedDict()

    async def of(self, item: WorkItem) -> Snapshot:
        """What held for this person in this conversation when the item was begun."""
        generation = item.settings_generation or 0
        if generation == 0:
            return Snapshot(0, self._defaults)  # nobody has ever set anything
        key = (generation, item.conversation_id, item.person_id)
        if key not in self._known:
            self._known[key] = await self._database.read(_look, item, generation, self._defaults)
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]


def _look(tx: Transaction, item: WorkItem, generation: int, defaults: Mapping[str, str]) -> Snapshot:
    return look(tx, reach_of(tx, item), generation, defaults)


def reach_of(tx: Transaction, item: WorkItem) -> Reach:
    """Where the item is answered, and to whom."""
    scene = conversations.by_id(tx, item.conversation_id)
    assert scene is not None  # work rows refer to it
    person = people.by_id(tx, item.person_id) if item.person_id else None
    return Reach(
        platform=scene.platform,
        conversation_id=scene.id,
        person=person.platform_id if person else "",
        channel_id=scene.channel_id,
        parent_id=scene.parent_id,
        guild_id=scene.guild_id,
    )
