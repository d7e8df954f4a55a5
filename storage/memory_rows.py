"""A memory as it is kept, and what a change may touch."""

from __future__ import annotations

import json
from dataclasses import dataclass

# What a change may touch, and going back restores.
CHANGEABLE = (
    "reach",
    "subject_kind",
    "subject_key",
    "subject_name",
    "kind",
    "topic",
    "statement",
    "statement_hash",
    "importance",
    "confidence",
    "happened_at",
    "happened_precision",
    "valid_from",
    "valid_to",
    "expires_at",
    "tags",
    "pinned",
    "core",
    "relation",
    "other_name",
    "yearly",
    "state",
    "writer",
    "author",
    "prompt_version",
)


@dataclass(frozen=True, slots=True)
class MemoryKey:
    """Where a memory is found: its scene and its id."""

    conversation_id: str
    id: str


@dataclass(frozen=True, slots=True)
class Memory:
    """One statement with its scene; times in milliseconds, ``confidence`` in percent, ``tags`` a JSON list.

    ``core`` is 1 for what is on its person's card, ``expires_at`` when it is over by itself,
    ``relation`` what ``other_name`` is to its subject, ``yearly`` its month and day where it
    comes to mind each year.
    """

    id: str
    conversation_id: str
    seq: int
    reach: str
    subject_kind: str
    subject_key: str
    subject_name: str
    teller_id: str | None
    kind: str
    topic: str
    statement: str
    statement_hash: str
    importance: int
    confidence: int
    said_at: int
    happened_at: int | None
    happened_precision: str
    valid_from: int
    valid_to: int | None
    tags: str
    pinned: int
    state: str
    writer: str
    author: str
    prompt_version: str
    uses: int
    last_used_at: int | None
    recorded_at: int
    changed_at: int
    core: int = 0
    expires_at: int | None = None
    relation: str = ""
    other_name: str = ""
    yearly: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is true still, as far as is known."""
        return self.valid_to is None and self.state == "live"

    def ended_at(self, now: int) -> int | None:
        """Until when it held, None while it does: closed by something newer, or over by itself."""
        if self.valid_to is not None or self.expires_at is None:
            return self.valid_to
        return self.expires_at if self.expires_at <= now else None

    @property
    def tag_list(self) -> tuple[str, ...]:
        """Its tags."""
        return tuple(json.loads(self.tags))

    def snapshot(self) -> str:
        """What a change may touch, as kept with the change."""
        return json.dumps({name: getattr(self, name) for name in CHANGEABLE}, ensure_ascii=False, sort_keys=True)
