"""The transactions that keep, close, merge and forget memories, each with its entry in the journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.memory.alike import likeness, opposed, statement_hash
from bot.memory.candidate import Candidate
from bot.memory.decide import (
    SAME,
    Add,
    Decision,
    Discard,
    Doubtful,
    Merge,
    Rated,
    Repeat,
    Supersede,
    decide,
    settled,
)
from bot.memory.journal import Pen
from storage import conversations, memories, memory_changes, readings
from storage.engines.base import Transaction
from storage.memories import Memory


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a model made of a doubtful candidate; it counts only while that memory reads as it did then."""

    decision: Decision
    seen_at: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate with what was decided about it already: a discard by the rules, or a model's verdict."""

    candidate: Candidate
    words: str
    discard: Discard | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """What one reading of a conversation came to.

    ``through_seq`` is how far it was read; ``reread`` are the messages marked to be read again, as of ``read_at``.
    ``more`` says that there is more to read.
    """

    conversation_id: str
    found: tuple[Found, ...]
    through_seq: int
    read_at: int
    reread: tuple[str, ...] = ()
    prompt_version: str = ""
    model: str = ""
    more: bool = False


def learn(tx: Transaction, learned: Learned, pen: Pen) -> list[Memory]:
    """Keep all of it; returns what is known now through it. Doubts that a model settled are looked at once more."""
    conversations.hold(tx, learned.conversation_id)
    fresh = [one for one in learned.found if _stands(tx, learned.conversation_id, one)]
    revived = _settle_doubts(tx, learned, fresh, pen)
    kept = [take(tx, learned, one, pen) for one in fresh if one not in revived]
    readings.read_through(tx, learned.conversation_id, learned.through_seq, pen.now)
    for message_id in learned.reread:
        readings.unmark(tx, learned.conversation_id, message_id, learned.read_at)
    return [memory for memory in kept if memory is not None]


def _stands(tx: Transaction, conversation_id: str, found: Found) -> bool:
    """Whether its message still reads as it was read."""
    line = readings.line(tx, conversation_id, found.candidate.message_id)
    return line is not None and line.content == found.words


def take(tx: Transaction, learned: Learned, found: Found, pen: Pen) -> Memory | None:
    """Carry out the decision about one candidate; returns the memory that holds it now."""
    beside = memories.neighbours(tx, learned.conversation_id, found.candidate.subject.key)
    near = [ended(tx, one, found.candidate.said_at, pen) for one in beside if one.state == "live"]
    rated = Rated(found.discard, 0) if found.discard else decide(found.candidate, near)
    decision = _final(rated.decision, found.verdict, near)
    pen = replace(pen, likeness=rated.likeness, prompt_version=learned.prompt_version)
    match decision:
        case Add(reason, closed_at):
            return _add(tx, learned.conversation_id, found.candidate, closed_at, reason, pen)
        case Repeat(memory, reason):
            _rest(tx, memory, found.candidate)
            pen.note(tx, "repeat", memory, reason, found.candidate)
            return memory
        case Merge(memory, reason):
            return _merge(tx, memory, found.candidate, reason, pen)
        case Supersede(memory, reason, contradicts):
            new = _add(tx, learned.conversation_id, found.candidate, None, reason, pen)
            close(tx, memory, new, pen, contradicts=contradicts)
            return new
        case Discard(reason) | Doubtful(_, reason):
            pen.discard(tx, learned.conversation_id, found.candidate, reason)
    return None


def _final(decision: Decision, verdict: Verdict | None, near: Sequence[Memory]) -> Decision:
    """A model's verdict where the rules doubt, as long as it speaks of what stands there now."""
    if not isinstance(decision, Doubtful):
        return decision
    if verdict is None:
        return settled(decision)
    match verdict.decision:
        case Repeat(memory, _) | Merge(memory, _) | Supersede(memory, _, _):
            current = next((one for one in near if one.id == memory.id and one.valid_to is None), None)
            if current is None or current.changed_at > verdict.seen_at:
                return settled(decision)
    return verdict.decision


def _add(
    tx: Transaction, conversation_id: str, candidate: Candidate, closed_at: int | None, reason: str, pen: Pen
) -> Memory:
    memory = pen.memory(conversation_id, conversations.next_seq(tx, conversation_id), candidate, closed_at)
    memories.add(tx, memory, [candidate.message_id] if candidate.message_id else [])
    pen.note(tx, "add", memory, reason, candidate, after=memory)
    return memory


def _merge(tx: Transaction, memory: Memory, candidate: Candidate, reason: str, pen: Pen) -> Memory:
    richer = replace(
        memory,
        statement=candidate.statement,
        statement_hash=statement_hash(candidate.statement),
        topic=memory.topic or candidate.topic,
        importance=max(memory.importance, candidate.importance),
        changed_at=pen.now,
    )
    memories.put(tx, richer)
    _rest(tx, memory, candidate)
    pen.note(tx, "merge", memory, reason, candidate, after=richer)
    return richer


def _rest(tx: Transaction, memory: Memory, candidate: Candidate) -> None:
    """Let it rest on the candidate's message too; what was ordered by a command has none."""
    if candidate.message_id:
        memories.add_source(tx, memory.conversation_id, memory.id, candidate.message_id)


def close(tx: Transaction, older: Memory, newer: Memory, pen: Pen, *, contradicts: bool) -> None:
    """The older one held until the newer one was said; it stays, so that what was before can be told."""
    closed = replace(older, valid_to=max(newer.valid_from, older.valid_from), changed_at=pen.now)
    memories.put(tx, closed)
    memories.relate(tx, newer.conversation_id, newer.id, "supersedes", older.id, pen.now)
    if contradicts:
        memories.relate(tx, newer.conversation_id, newer.id, "contradicts", older.id, pen.now)
    pen.note(tx, "supersede", older, "something newer holds", after=closed)


def ended(tx: Transaction, memory: Memory, now: int, pen: Pen) -> Memory:
    """The memory, closed if its time was over by then: what is said of it anew is another one."""
    if memory.valid_to is not None or memory.ended_at(now) is None:
        return memory
    over = replace(memory, valid_to=memory.expires_at, changed_at=pen.now)
    memories.put(tx, over)
    pen.note(tx, "edit", memory, "its time was over", after=over)
    return over


# ── what changed or was taken back ──


def doubt_message(tx: Transaction, scene: str, message_id: str, pen: Pen, *, gone: bool) -> bool:
    """A message reads differently or is gone: what rests on it is hidden until it was read again; False for nothing.

    What rests on nothing else than a message that is gone is forgotten at once.
    """
    drawn = memories.drawn_from(tx, scene, message_id)
    if gone:
        memories.drop_source(tx, scene, message_id)
        memory_changes.wipe(tx, scene, message_id=message_id)
    elif not memories.keep_withheld(tx, scene, message_id):
        readings.mark(tx, scene, message_id, pen.now)
    for memory in drawn:
        left = memories.sources(tx, memory.conversation_id, memory.id)
        if not left or memory.state == "archived":  # nobody would see what is put away come back
            forget(tx, memory, pen, heal=True)
            continue
        for source in left:
            readings.mark(tx, scene, source, pen.now)
        unmake(tx, memory, pen)
        doubted = replace(memory, state="doubted", changed_at=pen.now)
        memories.put(tx, doubted)
        pen.note(tx, "doubt", memory, "a message it rests on changed", after=doubted)
    return bool(drawn) or not gone


def _settle_doubts(tx: Transaction, learned: Learned, found: Sequence[Found], pen: Pen) -> list[Found]:
    """What was in doubt and is said again stands again; the rest, all of whose messages were read, is forgotten."""
    revived: list[Found] = []
    reread = set(learned.reread)
    for memory in memories.doubted(tx, learned.conversation_id):
        if not reread.issuperset(memories.sources(tx, memory.conversation_id, memory.id)):
            continue
        again = next((one for one in found if one.discard is None and _same(one.candidate, memory)), None)
        if again is None:
            forget(tx, memory, pen, heal=True)
        else:
            revived.append(again)
            _revive(tx, memory, again.candidate, pen)
    return revived


def _same(candidate: Candidate, memory: Memory) -> bool:
    if candidate.subject.key != memory.subject_key or opposed(candidate.statement, memory.statement):
        return False
    return likeness(candidate.statement, memory.statement) >= SAME


def _revive(tx: Transaction, memory: Memory, candidate: Candidate, pen: Pen) -> None:
    standing = replace(
        memory,
        state="live",
        statement=candidate.statement,
        statement_hash=statement_hash(candidate.statement),
        changed_at=pen.now,
    )
    memories.put(tx, standing)
    memories.add_source(tx, memory.conversation_id, memory.id, candidate.message_id)
    pen.note(tx, "reopen", memory, "its message was read again and still says so", candidate, after=standing)


# ── forgetting ──

_MADE = ("derived_from", "duplicates")  # what a memory's words live on in


def forget(tx: Transaction, memory: Memory, pen: Pen, *, heal: bool) -> None:
    """Take a memory away with all that was made from it; ``heal`` lets what it had closed hold again."""
    made = [one for relation in _MADE for one in memories.relating(tx, memory.conversation_id, memory.id, relation)]
    newer = list(
        _each(tx, memory.conversation_id, memories.relating(tx, memory.conversation_id, memory.id, "supersedes"))
    )
    older = list(
        _each(tx, memory.conversation_id, memories.related(tx, memory.conversation_id, memory.id, "supersedes"))
    )
    memory_changes.wipe(tx, memory.conversation_id, memory_id=memory.id)
    memories.forget(tx, memory.conversation_id, memory.id)
    for one in _each(tx, memory.conversation_id, made):
        forget(tx, one, pen, heal=heal)
    for one in older:
        _heal(tx, one, newer, pen, reopen=heal)
    pen.note(tx, "forget", memory, "")


def unmake(tx: Transaction, memory: Memory, pen: Pen) -> None:
    """Forget what was summed up of it: it no longer says what is known, and is made anew of what is."""
    for one in _each(
        tx, memory.conversation_id, memories.relating(tx, memory.conversation_id, memory.id, "derived_from")
    ):
        forget(tx, one, pen, heal=False)


def _heal(tx: Transaction, older: Memory, newer: Sequence[Memory], pen: Pen, *, reopen: bool) -> None:
    """What a forgotten memory had closed is closed by what came after that, or holds again."""
    for one in newer:
        memories.relate(tx, one.conversation_id, one.id, "supersedes", older.id, pen.now)
    if newer or not reopen or memories.relating(tx, older.conversation_id, older.id, "supersedes"):
        return
    reopened = replace(older, valid_to=None, changed_at=pen.now)
    memories.put(tx, reopened)
    pen.note(tx, "reopen", older, "what had replaced it is gone", after=reopened)


def _each(tx: Transaction, conversation_id: str, ids: Iterable[str]) -> Iterable[Memory]:
    found = (memories.by_id(tx, conversation_id, one) for one in ids)
    return [memory for memory in found if memory is not None]
