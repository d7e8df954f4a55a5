"""What people change about memories: their words, their place, whether they stay, and going back on a change."""

from __future__ import annotations

import json
from dataclasses import replace

from bot.memory.alike import statement_hash
from bot.memory.candidate import CERTAIN
from bot.memory.dates import resolve
from bot.memory.journal import Pen
from bot.memory.lasting import each_year, lasting
from bot.memory.learn import forget, unmake
from storage import feedback, memories, memory_changes
from storage.engines.base import Transaction
from storage.memories import Memory
from storage.memory_changes import Change

DOUBTED = 20  # percent; how sure one is of what somebody called wrong, at most


class CantUndo(Exception):
    """There is nothing to go back to; the message is one sentence that says why."""


def reword(tx: Transaction, memory: Memory, statement: str, pen: Pen) -> Memory:
    """Let it say this, in the person's own words; what was said of the old ones is over."""
    new = replace(_understood(memory, statement, pen), statement_hash=statement_hash(statement), writer="person")
    if feedback.clear(tx, memory):
        new = replace(new, confidence=max(memory.confidence, CERTAIN))
    return change(tx, "edit", memory, replace(new, author=pen.actor, prompt_version=""), "said so by a person", pen)


def _understood(memory: Memory, statement: str, pen: Pen) -> Memory:
    """What was understood of the old words is understood of the new ones, or left out."""
    when = resolve(statement, pen.now)
    ends = lasting(statement, "fact", None, pen.now).expires if memory.expires_at is not None else None
    yearly = each_year(statement, when) if memory.yearly else ""
    relation, other = (memory.relation, memory.other_name) if memory.other_name in statement else ("", "")
    return replace(memory, statement=statement, expires_at=ends, yearly=yearly, relation=relation, other_name=other)


def change(tx: Transaction, action: str, before: Memory, after: Memory, reason: str, pen: Pen) -> Memory:
    """Let a memory read so, with its entry in the journal."""
    changed = replace(after, changed_at=pen.now)
    if after.statement != before.statement or (before.state, after.state) == ("live", "archived"):
        unmake(tx, before, pen)
    if after.statement != before.statement:
        memories.unlink(tx, before.conversation_id, before.id)  # other words may belong elsewhere
    memories.put(tx, changed)
    pen.note(tx, action, before, reason, after=changed)
    return changed


def doubt(tx: Transaction, memory: Memory, pen: Pen) -> Memory:
    """Somebody called it wrong: it stays, but is neither sure nor always in mind, nor summed up with the rest."""
    unmake(tx, memory, pen)
    less = replace(memory, confidence=min(memory.confidence, DOUBTED), pinned=0, core=0)
    return change(tx, "doubt", memory, less, "said to be wrong", pen)


def forget_for_good(tx: Transaction, memory: Memory, pen: Pen) -> None:
    """Forget it and all made from it; its messages are neither read for memories nor recalled any more.

    So is what says the same in its place, and of what it summed up no other summary is made.
    """
    for kept in memories.related(tx, memory.conversation_id, memory.id, "duplicates"):
        memories.unrelate(tx, memory.conversation_id, memory.id, kept)
        other = memories.by_id(tx, memory.conversation_id, kept)
        if other is not None:
            forget_for_good(tx, other, pen)
    for message_id in memories.sources(tx, memory.conversation_id, memory.id):
        memories.withhold(tx, memory.conversation_id, message_id, pen.now)
        memory_changes.wipe(tx, memory.conversation_id, message_id=message_id)
    _leave_unsummed(tx, memory, pen)
    forget(tx, memory, pen, heal=False)


def _leave_unsummed(tx: Transaction, memory: Memory, pen: Pen) -> None:
    """What a summary was made of is not summed up again; what is told beside it later may be."""
    if memory.kind == "summary":
        for one in memories.related(tx, memory.conversation_id, memory.id, "derived_from"):
            memories.leave_unsummed(tx, memory.conversation_id, one, pen.now)


def _doubled(tx: Transaction, memory: Memory) -> bool:
    """Whether another one that holds says the same of the same."""
    near = memories.neighbours(tx, memory.conversation_id, memory.subject_key)
    same = (one for one in near if one.id != memory.id and one.statement_hash == memory.statement_hash)
    return memory.holds and any(one.holds for one in same)


def undo(tx: Transaction, memory: Memory, pen: Pen) -> tuple[str, Memory]:
    """Take the last change back; returns what it was and the memory as it is now. Raises CantUndo.

    Links change nothing that is said: they are passed over, and go with the words they were made for.
    """
    last = memory_changes.last(tx, memory.conversation_id, memory.id)
    if last is None:
        linked = memory_changes.last(tx, memory.conversation_id, memory.id, links=True) is not None
        hint = "; it was linked with others, which “what” set to links takes back" if linked else ""
        raise CantUndo(f"Nothing was changed about it that could be taken back{hint}.")
    if not json.loads(last.after_state).items() <= json.loads(memory.snapshot()).items():
        raise CantUndo("It was changed since in another way; /memory history shows how.")
    before = (
        replace(memory, **json.loads(last.before_state)) if last.before_state else replace(memory, state="archived")
    )
    if _doubled(tx, before):
        raise CantUndo("I remember just that already; /memory forget takes one of the two away.")
    if last.action == "supersede":
        for newer in memories.relating(tx, memory.conversation_id, memory.id, "supersedes"):
            memories.unrelate(tx, memory.conversation_id, newer, memory.id)
    memory_changes.undone(tx, last, pen.now)
    changed = change(tx, "undo", memory, before, f"took back: {last.action}", pen)
    if last.action == "doubt":
        feedback.take_back(tx, memory, last.made_at)
    if last.action == "add":
        memories.unlink(tx, memory.conversation_id, memory.id)
        _leave_unsummed(tx, memory, pen)
    if last.action == "merge":
        _part(tx, last, pen)
    if last.action == "archive":
        for kept in memories.related(tx, memory.conversation_id, memory.id, "duplicates"):
            memories.unrelate(tx, memory.conversation_id, memory.id, kept)
    return last.action, changed


def undo_links(tx: Transaction, memory: Memory, pen: Pen) -> tuple[str, Memory]:
    """Take back the links it was given last, which are not made again; as undo."""
    last = memory_changes.last(tx, memory.conversation_id, memory.id, links=True)
    if last is None:
        raise CantUndo("It was given no links that could be taken back.")
    memory_changes.undone(tx, last, pen.now)
    memories.unlink(tx, memory.conversation_id, memory.id, last.made_at)
    return last.action, change(tx, "undo", memory, memory, "took back: link", pen)


def _part(tx: Transaction, merged: Change, pen: Pen) -> None:
    """What was put away because a memory took it in stands beside it again."""
    scene = merged.conversation_id
    for other_id in memories.relating(tx, scene, merged.memory_id or "", "duplicates"):
        other, last = memories.by_id(tx, scene, other_id), memory_changes.last(tx, scene, other_id)
        together = last is not None and (last.made_at, last.work_id) == (merged.made_at, merged.work_id)
        if other is not None and together:
            undo(tx, other, pen)
