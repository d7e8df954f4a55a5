"""What a pass over a scene's memories does, as values: shown in a dry run and carried out in a real one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Literal

from bot.memory.candidate import Candidate
from config.dynamic import CARD_TOKENS
from storage.memories import Memory

What = Literal["merge", "replace", "end", "promote", "fade", "junk", "card", "link", "sum"]

WORDS: dict[What, str] = {
    "merge": "merged",
    "replace": "closed as over",
    "end": "ended by itself",
    "promote": "made more important",
    "fade": "put away as unused",
    "junk": "put away as junk",
    "card": "put on or off the card",
    "link": "linked with what is near it",
    "sum": "summed up",
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One memory before and after, with its entry in the journal; it is made only while the memory reads as before.

    A link leaves it as it was.
    """

    action: str
    before: Memory
    after: Memory
    reason: str


@dataclass(frozen=True, slots=True)
class Made:
    """A memory to be added, with who wrote it: a model's name or "rule"."""

    candidate: Candidate
    author: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """Edits that are made together or not at all, as long as what stands ``beside`` them reads as it did.

    ``relations`` are triples as in memory_relations; whoever duplicates another hands it its messages. What is
    ``made`` derives from all beside it.
    """

    what: What
    edits: tuple[Edit, ...]
    relations: tuple[tuple[str, str, str], ...] = ()
    beside: tuple[Memory, ...] = ()
    likeness: int = 0
    made: Made | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """By what rules a scene is tidied.

    Whether at all, after how many days without use a memory counts half, how many hours end a session, by whose
    clock days and weeks are told, and how large a person's card is.
    """

    on: bool
    half_life_days: int
    pause_hours: int
    zone: tzinfo = UTC
    card_tokens: int = CARD_TOKENS.default


@dataclass(frozen=True, slots=True)
class Tidied:
    """What one part of a pass came to: ``through`` is the last memory's place, ``more`` whether others follow.

    ``since`` is handed to the next part, as in owe_tidying.
    """

    conversation_id: str
    steps: tuple[Step, ...]
    began_at: int
    through: int
    more: bool
    since: int | None = None
