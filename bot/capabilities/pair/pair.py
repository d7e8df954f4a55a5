"""The pair capability: a code to hand to the operator, which enters no history; no model is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.capabilities.base import Desk, Outcome
from storage.records import WorkItem

SENTENCE = (
    "I talk in direct messages only with people my operator lets in, and kept nothing of what you wrote. "
    "Give them this code and ask them to order `/pairing approve {code}`; it is good for a day."
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Tells the code."""

    name: str = "pair"
    silent: bool = True

    async def run(self, item: WorkItem, desk: Desk) -> Outcome:
        """The sentence as a notice below their message."""
        told = json.loads(item.payload)
        return Outcome(notice=SENTENCE.format(code=told.get("code", "")), reply_to=str(told.get("reply_to", "")))
