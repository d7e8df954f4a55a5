"""The persona when no language model is there: honest about it, answering from what was said."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator

from bot.memory.drawing import Notes
from bot.models.offline_answers import answer
from bot.models.offline_notes import notes
from bot.ports import Question, Usage
from bot.text.tokens import estimate_tokens

OFFLINE = "offline"


class OfflineModel:
    """Deterministic and without a network: the same question always has the same answer."""

    @property
    def name(self) -> str:
        """The name kept with each reply."""
        return OFFLINE

    def fills(self, form: str) -> bool:
        """Its rules take notes and compare nothing."""
        return form == Notes.__name__

    async def warm(self) -> None:
        """There is nothing to load."""

    async def stream(self, question: Question) -> AsyncGenerator[str | Usage, None]:
        """Yield the answer word by word and an estimate of what it would have cost; never fails, never waits."""
        text = answer(question) if question.schema is None else notes(question)
        for piece in re.findall(r"\s*\S+", text):
            yield piece
        asked = question.instructions + "".join(turn.text for turn in question.turns)
        yield Usage(estimate_tokens(asked), estimate_tokens(text), measured=False)

    async def close(self) -> None:
        """There is nothing to let go."""
