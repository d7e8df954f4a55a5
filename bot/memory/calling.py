"""Whom people mean by other names than the platform's: what they asked to be called, as far as others may know it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.memory.query import is_named
from storage import memories, namings
from storage.engines.base import Transaction
from storage.memories import Audience, MemoryKey
from storage.namings import Naming
from storage.recall import Called

_CALLED = re.compile(
    r"(?:\b(?:is|are|was|were|be)\s+(?:also\s+|usually\s+|often\s+|just\s+)?(?:called|named|nicknamed|known\s+as)"
    r"|\b(?:goes|go|going)\s+by|\b(?:nick)?name\s+is|\bcalls?\s+(?:him|her|them|you)(?:self|selves)?)"
    r"\s+(?P<x>[^.,;!?()\n]+)",
    re.IGNORECASE,
)
_QUOTES = "\"'“”‘’„«»"
_MOST_PARTS = 3


def called(statement: str) -> str:
    """The name a statement says somebody is called by, '' for none."""
    found = _CALLED.search(statement)
    parts = found["x"].split()[:_MOST_PARTS] if found else []
    kept = [part.strip(_QUOTES) for at, part in enumerate(parts) if all(_names(one) for one in parts[1 : at + 1])]
    return " ".join(filter(None, kept))


def _names(part: str) -> bool:
    """A later part of a name is written large, where its letters are of two sizes."""
    return not part.strip(_QUOTES)[:1].islower()


def meant(tx: Transaction, audience: Audience, texts: Sequence[str], asker_id: str = "") -> tuple[Called, ...]:
    """The other names of whoever asks and of those these words name by any name, with whose they are."""
    rows = [(one, name) for one in namings.found(tx, memories.scopes(tx, audience)) if (name := called(one.statement))]
    near = [(one, name) for one, name in rows if one.person_id == asker_id or _is_named(one, name, texts)]
    people = {one.person_id for one, _ in near}
    wanted = [(one, name) for one, name in rows if one.person_id in people]
    return tuple(
        found
        for one, name in wanted
        if memories.reached(tx, MemoryKey(one.conversation_id, one.id), audience) is not None
        for found in (Called(name, one.person_id), Called(one.subject_name, one.person_id))
    )


def _is_named(one: Naming, name: str, texts: Sequence[str]) -> bool:
    return any(is_named(either, text) for either in (name, one.subject_name) for text in texts)
