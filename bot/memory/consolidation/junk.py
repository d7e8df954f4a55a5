"""What should never have become a memory, by signs that add up to a score. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.memory.alike import content_words
from bot.memory.consolidation.fading import DAY_MS, LASTING
from storage.memories import Memory

ENOUGH = 70  # of 100, from which on it is put away
_COURTESY = re.compile(
    r"^(?:says?|said|told)?[\s:,“\"']*(?:hi|hello|hey|hiya|good (?:morning|evening|night|day)|thanks?(?: you)?"
    r"|ok(?:ay)?|lol|bye|goodbye|yes|no|hm+|haha+|welcome)[\s.!,”\"']*$",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\?[”\"'\s]*$")
_FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Junk:
    """A score from 0 to 100, and the signs it comes from."""

    score: int
    signs: tuple[str, ...]

    @property
    def reason(self) -> str:
        """As it stands in the journal."""
        return f"junk, {self.score} of 100: {', '.join(self.signs)}"


def junk(memory: Memory, half_life_days: int, now: int, *, orphan: bool) -> Junk:
    """How much speaks against it; what somebody asked to keep, pinned, or what matters much, is none."""
    if memory.pinned or memory.core or memory.writer == "person" or memory.importance >= LASTING:
        return Junk(0, ())
    words = " ".join(memory.statement.removeprefix(memory.subject_name).split())
    short = len(content_words(words) - content_words(memory.subject_name)) < _FEWEST_WORDS
    unused = memory.uses == 0 and now - memory.recorded_at >= half_life_days * DAY_MS
    signs = (
        (80, "a mere courtesy", _COURTESY.match(words) is not None),
        (70, "a question and no fact", _ASKS.search(words) is not None),
        (70, "nothing that was said stands behind it any more", orphan),
        (40, "too short to say anything", short),
        (30, f"never recalled in {half_life_days} days", unused),
    )
    found = [(points, sign) for points, sign, shown in signs if shown and memory.kind != "summary"]
    return Junk(min(100, sum(points for points, _ in found)), tuple(sign for _, sign in found))
