"""Who changes memories, when and for which work: makes new rows and writes the journal's entries."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.memory.alike import statement_hash
from bot.memory.candidate import Candidate
from storage import memory_changes
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.memories import Memory
from storage.memory_changes import Change


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes in the name of ``actor``: a model's name, or a person's id.

    ``writer`` says which of the two, ``work_id`` is '' where no work item is behind it.
    """

    ids: Ids
    now: int
    actor: str
    writer: str = "person"
    work_id: str = ""
    prompt_version: str = ""
    likeness: int = 0

    def memory(self, conversation_id: str, seq: int, candidate: Candidate, closed_at: int | None) -> Memory:
        """A candidate as a new row of its scene, at that place there."""
        happened = candidate.happened
        return Memory(
            id=self.ids.new("mem"),
            conversation_id=conversation_id,
            seq=seq,
            reach="scene",
            subject_kind=candidate.subject.kind,
            subject_key=candidate.subject.key,
            subject_name=candidate.subject.name,
            teller_id=candidate.teller_id,
            kind=candidate.kind,
            topic=candidate.topic,
            statement=candidate.statement,
            statement_hash=statement_hash(candidate.statement),
            importance=candidate.importance,
            confidence=candidate.confidence,
            said_at=candidate.said_at,
            happened_at=happened.at if happened else None,
            happened_precision=happened.precision if happened else "",
            valid_from=candidate.said_at if candidate.since is None else candidate.since,
            valid_to=closed_at,
            tags=json.dumps(candidate.tags, ensure_ascii=False),
            pinned=0,
            state="live",
            writer=self.writer,
            author=self.actor,
            prompt_version=self.prompt_version,
            uses=0,
            last_used_at=None,
            recorded_at=self.now,
            changed_at=self.now,
            expires_at=candidate.expires,
            relation=candidate.relation,
            other_name=candidate.other_name,
            yearly=candidate.yearly,
        )

    def note(
        self,
        tx: Transaction,
        action: str,
        memory: Memory,
        reason: str,
        candidate: Candidate | None = None,
        after: Memory | None = None,
    ) -> None:
        """Enter what was done with a memory; ``after`` is how it reads now, where that can be undone."""
        entry = self._entry(memory.conversation_id, action, reason, candidate)
        states = {"before_state": "", "after_state": ""}
        if after is not None:
            states = {"before_state": "" if action == "add" else memory.snapshot(), "after_state": after.snapshot()}
        memory_changes.add(tx, Change(**{**entry, "memory_id": memory.id, **states}))  # type: ignore[arg-type]

    def discard(self, tx: Transaction, conversation_id: str, candidate: Candidate, reason: str) -> None:
        """Enter a candidate of which nothing was kept."""
        memory_changes.add(tx, Change(**self._entry(conversation_id, "discard", reason, candidate)))  # type: ignore[arg-type]

    def _entry(
        self, conversation_id: str, action: str, reason: str, candidate: Candidate | None
    ) -> dict[str, str | int | None]:
        return {
            "id": self.ids.new("chg"),
            "conversation_id": conversation_id,
            "memory_id": None,
            "message_id": candidate.message_id or None if candidate else None,
            "work_id": self.work_id,
            "action": action,
            "candidate": candidate.dump() if candidate else "",
            "likeness": self.likeness,
            "before_state": "",
            "after_state": "",
            "reason": reason,
            "actor": self.actor,
            "made_at": self.now,
        }
