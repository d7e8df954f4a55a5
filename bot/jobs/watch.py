"""Looks once a minute for what owners should be told of."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.alerts.found import of_kept, of_parts
from bot.alerts.tell import Note, note
from bot.bells import Bells
from bot.health.vitals import Part
from bot.ports import Clock
from bot.spending.runway import changed, keep_saving
from storage import alerts
from storage.alerts import Alarm
from storage.database import Database
from storage.errors import StorageError
from storage.ids import Ids

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Watch:
    """What is looked at; ``parts`` measures what a reply needs, ``defaults`` are the settings nobody has set."""

    database: Database
    parts: Callable[[], Awaitable[Sequence[Part]]]
    bells: Bells
    ids: Ids
    clock: Clock
    defaults: Mapping[str, str]

    async def look(self) -> int:
        """Note what is wrong and what is over, and owe the owners' channel a word of it; how much was found.

        Where nothing can be kept, as on a full disk, the log says so instead.
        """
        try:
            return await self._look()
        except StorageError as error:
            _log.error("alerts_not_kept", reason=str(error))
            return 0

    async def _look(self) -> int:
        now, parts = self.clock.now(), of_parts(await self.parts())
        saved = await self.database.read(changed, self.defaults, now)
        if saved is not None:
            await self.database.write(keep_saving, saved, now)
        found = [*parts, *await self.database.read(of_kept, self.defaults, now)]
        if not found and not await self.database.read(alerts.open_count):
            return 0  # as nearly always, and nobody who writes has to wait for that
        if await self._note(found, now):
            self.bells.work.ring()
        return len(found)

    async def _note(self, found: Sequence[Alarm], now: int) -> str:
        return await self.database.write(note, found, Note(self.ids, now, self.defaults))
