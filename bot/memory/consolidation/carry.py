"""The transaction that carries out a part of a pass: each step with its entries, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.memory.consolidation.steps import Edit, Made, Step, Tidied
from bot.memory.journal import Pen
from storage import consolidations, conversations, memories
from storage.consolidations import Consolidation
from storage.engines.base import Transaction
from storage.memories import Memory

ACTOR = "consolidation"  # who stands in the journal


@dataclass(frozen=True, slots=True)
class Done:
    """What was done of a part, and whether another follows: of new summaries others may be made."""

    steps: tuple[Step, ...]
    more: bool


def carry_out(tx: Transaction, tidied: Tidied, pen: Pen) -> Done:
    """Do what still fits what stands there, and keep how far it has come."""
    conversations.hold(tx, tidied.conversation_id)
    done = tuple(step for step in tidied.steps if _done(tx, tidied.conversation_id, step, pen))
    before = consolidations.of_scene(tx, tidied.conversation_id)
    goes_on = before is not None and before.through > 0 and before.began_at == tidied.began_at
    changed = len(done) + (before.changed if before and goes_on else 0)
    ran_at = before.ran_at if before else None
    more = tidied.more or any(step.made for step in done)
    if not more:
        ran_at = max(ran_at or 0, tidied.began_at)
    through = tidied.through if more else 0
    reached = Consolidation(tidied.conversation_id, through, tidied.began_at, ran_at, changed)
    consolidations.put(tx, reached)
    return Done(done, more)


def _done(tx: Transaction, scene: str, step: Step, pen: Pen) -> bool:
    """Whether it could be done: nothing it is about was changed meanwhile."""
    if not all(_stands(tx, edit.before) for edit in step.edits) or not all(_stands(tx, one) for one in step.beside):
        return False
    if step.made is not None and not _add(tx, step.made, step.beside, pen):
        return False
    pen = replace(pen, likeness=step.likeness)
    for edit in step.edits:
        _make(tx, edit, pen)
    for one, relation, other in step.relations:
        memories.relate(tx, scene, one, relation, other, pen.now)
        if relation == "duplicates":
            for message_id in memories.sources(tx, scene, one):
                memories.add_source(tx, scene, other, message_id)
    return True


def _stands(tx: Transaction, memory: Memory) -> bool:
    current = memories.by_id(tx, memory.conversation_id, memory.id)
    return current is not None and (current.snapshot(), current.uses) == (memory.snapshot(), memory.uses)


def _add(tx: Transaction, made: Made, members: Sequence[Memory], pen: Pen) -> bool:
    """Keep what was made of these, unless something was made of one of them meanwhile."""
    if any(memories.relating(tx, one.conversation_id, one.id, "derived_from") for one in members):
        return False
    scene = members[0].conversation_id
    memory = pen.memory(scene, conversations.next_seq(tx, scene), made.candidate, None)
    memory = replace(memory, author=made.author)
    if any(one.holds and one.statement_hash == memory.statement_hash for one in _summaries(tx, memory)):
        return False
    memories.add(tx, memory)
    for one in members:
        memories.relate(tx, memory.conversation_id, memory.id, "derived_from", one.id, pen.now)
    pen.note(tx, "add", memory, made.reason, after=memory)
    return True


def _summaries(tx: Transaction, memory: Memory) -> Sequence[Memory]:
    return memories.neighbours(tx, memory.conversation_id, memory.subject_key)


def _make(tx: Transaction, edit: Edit, pen: Pen) -> None:
    """What stays as it is, as with a link, is entered and no more: it is not new to those who look for changes."""
    after = edit.after
    if after != edit.before:
        after = replace(after, changed_at=pen.now)
        memories.put(tx, after)
    pen.note(tx, edit.action, edit.before, edit.reason, after=after)
