"""One process' view of what is left: reads the balance in its turn, and knows how much is to be saved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import structlog

from bot.ports import Clock, ModelFailed, ModelFault, Provider
from bot.settings.snapshot import Snapshot
from bot.spending import runway
from bot.spending.runway import CHEAPER, SHORTER, Saving
from config import dynamic
from storage import markers
from storage.database import Database

_log = structlog.get_logger()
_TURN = "balance_turn"
_EVERY_MS = 600_000


@dataclass(slots=True)
class Purse:
    """What changes while the bot runs; ``provider`` is None where no server was set."""

    database: Database
    clock: Clock
    provider: Provider | None = None
    now: Saving = field(default_factory=Saving)
    _refused: bool = False

    def __call__(self, stage: str, key: str, **fields: object) -> None:
        """Look at the balance soon after a call that it did not pay for."""
        self._refused = self._refused or fields.get("outcome") == ModelFault.OUT_OF_CREDIT.name

    async def look(self) -> None:
        """Learn how much is to be saved, and read the balance where it is time; for the clock."""
        self.now = await self.database.read(runway.saving)
        moment, refused = self.clock.now(), self._refused
        if self.provider is None:
            return
        since = moment if refused else moment - _EVERY_MS
        if not await self.database.write(markers.take_turn, _TURN, since, moment):
            return
        self._refused = False
        try:
            found = await self.provider.balance()
        except ModelFailed as failed:
            _log.warning("balance_not_read", provider=self.provider.name, reason=str(failed))
            return
        if found is not None:
            await self.database.write(runway.keep_balance, found, moment)

    @property
    def thrifty(self) -> bool:
        """Whether cheaper models are to answer first."""
        return self.now.level >= CHEAPER

    def trimmed(self, settings: Snapshot) -> Snapshot:
        """The settings by which something is done that we pay for."""
        if self.now.level < SHORTER:
            return settings
        return replace(settings, texts={**settings.texts, dynamic.REPLY_LENGTH.name: "short"})
