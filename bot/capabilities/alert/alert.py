"""The alert capability: a word to the owners' channel, which enters no history; no model is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.capabilities.base import Desk, Outcome
from bot.personas.orders import ordering
from storage.records import WorkItem


@dataclass(frozen=True, slots=True)
class Tell:
    """Tells what is wrong, with a button for each that acknowledges it."""

    name: str = "alert"
    silent: bool = True

    async def run(self, item: WorkItem, desk: Desk) -> Outcome:
        """The words that were owed, as a notice."""
        told = json.loads(item.payload)
        buttons = (
            ordering(f"✔ acknowledge {number}", "alerts acknowledge", alert_id)
            for number, alert_id in enumerate(told.get("acknowledge", ()), 1)
        )
        return Outcome(notice=str(told.get("text", "")), buttons=tuple(buttons))
