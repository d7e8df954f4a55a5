"""The unheard capability: one polite sentence, which enters no history; no model is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.capabilities.base import Desk, Outcome
from storage.records import WorkItem

SENTENCE = (
    "You asked me not to hear you, so I keep nothing of what you write and can't answer it. "
    "Should you want to talk after all, /privacy opt-in lets me hear you again. I say this only once."
)


@dataclass(frozen=True, slots=True)
class Unheard:
    """Says how to be heard again."""

    name: str = "unheard"
    silent: bool = True

    async def run(self, item: WorkItem, desk: Desk) -> Outcome:
        """The sentence as a notice below their message."""
        return Outcome(notice=SENTENCE, reply_to=str(json.loads(item.payload).get("reply_to", "")))
