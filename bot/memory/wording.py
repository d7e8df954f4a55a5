"""Puts a wish that was kept in somebody's very words into statements of a model's, and takes none that loses any of it.

So "my locker is 12" becomes findable and datable at once; the words stand until then, and where no model does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from bot.memory.alike import content_words, fold, numbers, statement_hash
from bot.memory.candidate import CERTAIN, Candidate
from bot.memory.decide import Add, Merge, Repeat, Supersede, decide
from bot.memory.drawing import INSTRUCTIONS as DRAWING
from bot.memory.drawing import Notes, Reading, found
from bot.memory.journal import Pen
from bot.memory.learn import Found, Learned, close, take
from bot.memory.mending import change
from bot.memory.wished import wished_words
from storage import conversations, memories, personas
from storage.engines.base import Transaction
from storage.memories import Memory
from storage.readings import Line

PROMPT_VERSION = "word-1"
INSTRUCTIONS = f"""{DRAWING}

The speaker asked that "messages" be remembered. Write all of it down, in as few memories as can be, and leave out \
nothing of it, whatever it is about."""
_LEAST_KEPT = 0.7  # of the words that carry meaning; a wording may put some of them otherwise


class Wording(Notes):
    """A model's whole answer."""


@dataclass(frozen=True, slots=True)
class Wished:
    """A memory in somebody's very words, and these as a model reads them."""

    memory: Memory
    reading: Reading


@dataclass(frozen=True, slots=True)
class Worded:
    """What a model made of it; the first takes the place of the words."""

    memory: Memory
    found: tuple[Found, ...]
    model: str


def wished_for(tx: Transaction, conversation_id: str, memory_id: str, zone: tzinfo) -> Wished | None:
    """The wish to be put into words, None where it is gone, over or reads differently by now."""
    memory = memories.by_id(tx, conversation_id, memory_id)
    conversation = conversations.by_id(tx, conversation_id)
    persona = personas.by_id(tx, conversation.persona_id) if conversation else None
    words = wished_words(memory.statement) if memory else ""
    if memory is None or persona is None or not words or memory.state != "live" or not memory.holds:
        return None
    source = (memories.sources(tx, conversation_id, memory_id) or [""])[0]
    who = memory.subject_name
    line = Line(source, memory.seq, "person", memory.teller_id, who, words, memory.said_at, None)
    people = {fold(who): memory.subject_key}
    return Wished(memory, Reading(persona.sheet.display_name, (line,), (), people, {}, zone))


def worded(notes: Notes, wished: Wished, model: str) -> Worded | None:
    """What may be kept of a model's answer; None where it left something of the wish out."""
    taken = [one for one in found(notes, wished.reading) if one.discard is None]
    words = wished.reading.lines[0].content
    told = " ".join(one.candidate.statement for one in taken)
    wanted = content_words(words)
    kept = wanted & content_words(told)
    if not taken or len(kept) < _LEAST_KEPT * len(wanted) or not numbers(words) <= numbers(told):
        return None
    return Worded(wished.memory, tuple(_certain(one, wished.memory) for one in taken), model)


def _certain(one: Found, memory: Memory) -> Found:
    """As sure as the wish; a topic is the teller's own, so what is about somebody else settles none."""
    candidate = one.candidate
    topic = candidate.topic if candidate.subject.key == memory.subject_key else ""
    importance = max(memory.importance, candidate.importance)
    return replace(one, candidate=replace(candidate, topic=topic, importance=importance, confidence=CERTAIN))


def put(tx: Transaction, done: Worded, pen: Pen) -> None:
    """Let the memory read so, unless it changed meanwhile or is known in such words already."""
    scene, before = done.memory.conversation_id, done.memory
    conversations.hold(tx, scene)
    standing = memories.by_id(tx, scene, before.id)
    if standing is None or standing.changed_at != before.changed_at:
        return
    first, *others = done.found
    decision = decide(first.candidate, _beside(tx, before)).decision
    if isinstance(decision, Repeat | Merge):
        return
    ended = decision.closed_at if isinstance(decision, Add) else None
    after = replace(_reworded(standing, first.candidate, pen), valid_to=ended)
    new = change(tx, "edit", standing, after, "asked to be remembered, and put into words", pen)
    if isinstance(decision, Supersede):
        close(tx, decision.memory, new, pen, contradicts=decision.contradicts)
    for other in others:
        take(tx, Learned(scene, (), 0, pen.now, prompt_version=pen.prompt_version, model=done.model), other, pen)


def _beside(tx: Transaction, memory: Memory) -> Sequence[Memory]:
    near = memories.neighbours(tx, memory.conversation_id, memory.subject_key)
    return [one for one in near if one.state == "live" and one.id != memory.id]


def _reworded(memory: Memory, candidate: Candidate, pen: Pen) -> Memory:
    happened = candidate.happened
    return replace(
        memory,
        statement=candidate.statement,
        statement_hash=statement_hash(candidate.statement),
        kind=candidate.kind,
        topic=candidate.topic,
        importance=candidate.importance,
        happened_at=happened.at if happened else memory.happened_at,
        happened_precision=happened.precision if happened else memory.happened_precision,
        expires_at=candidate.expires if candidate.expires is not None else memory.expires_at,
        valid_from=candidate.since if candidate.since is not None else memory.valid_from,
        relation=candidate.relation,
        other_name=candidate.other_name,
        yearly=candidate.yearly,
        prompt_version=pen.prompt_version,
    )
