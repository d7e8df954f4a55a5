"""A memory as it is kept."""

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
    "tags",
    "pinned",
    "state",
    "writer",
    "author",
    "prompt_version",
)


@dataclass(frozen=True, slots=True)
class Memory:
    """One statement with its scene; times in milliseconds, ``confidence`` in percent, ``tags`` a JSON list."""

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

    @property
    def holds(self) -> bool:
        """Whether it is true still, as far as is known."""
        return self.valid_to is None and self.state == "live"

    @property
    def tag_list(self) -> tuple[str, ...]:
        """Its tags."""
        return tuple(json.loads(self.tags))

    def snapshot(self) -> str:
        """What a change may touch, as kept with the change."""
        return json.dumps({name: getattr(self, name) for name in CHANGEABLE}, ensure_ascii=False, sort_keys=True)
