"""The remember capability: what somebody asked to have remembered, kept in their words, is put into a model's."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.capabilities.asking import Asker
from bot.capabilities.base import Desk, Outcome
from bot.memory.drawing import payload
from bot.memory.wording import INSTRUCTIONS, Wording, wished_for, worded
from config.dynamic import TIME_ZONE
from storage.records import WorkItem


@dataclass(frozen=True, slots=True)
class Remember:
    """Words a wish; stateless, and nobody waits for it, since the wish was kept when it was heard."""

    name: str = "remember"
    silent: bool = True

    async def run(self, item: WorkItem, desk: Desk) -> Outcome:
        """The wish in words that stand alone, nothing where no model puts it so; raises ModelFailed."""
        asker = Asker(item, desk, desk.models[(item.attempts - 1) % len(desk.models)])
        memory_id = str(json.loads(item.payload)["memory"])
        wished = await desk.database.read(wished_for, item.conversation_id, memory_id, desk.settings[TIME_ZONE])
        if wished is None or not asker.can_ask(Wording):
            return Outcome()
        notes = await asker.ask(wished.reading.persona, INSTRUCTIONS, payload(wished.reading), Wording)
        return Outcome(worded=worded(notes, wished, asker.model.name))
