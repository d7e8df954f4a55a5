"""Reads all that one drawing of memories needs in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from bot.memory.alike import fold
from bot.memory.drawing import Reading
from bot.text.tokens import estimate_tokens
from storage import conversations, memories, personas, readings
from storage.engines.base import Transaction
from storage.readings import Line
from storage.records import WorkItem

MOST_LINES = 60
_MOST_CONTEXT = 6
_PER_LINE = 24  # tokens of the JSON around a message


@dataclass(frozen=True, slots=True)
class Gathered:
    """What is read, how far that goes, and whether more waits behind it."""

    reading: Reading
    through_seq: int
    reread: tuple[str, ...]
    more: bool


def gather(tx: Transaction, item: WorkItem, tokens: int, zone: tzinfo) -> Gathered | None:
    """The oldest of what was not read yet, and what is to be read again; None when there is nothing."""
    conversation = conversations.by_id(tx, item.conversation_id)
    persona = personas.by_id(tx, conversation.persona_id) if conversation else None
    if conversation is None or persona is None:
        return None
    marked = readings.marked(tx, conversation.id, MOST_LINES)
    unread = readings.unread(tx, conversation.id, MOST_LINES)
    lines = _cut([*marked, *(line for line in unread if line not in marked)], tokens)
    if not lines:
        return None
    read = {line.id for line in lines}
    last = [line.seq for line in unread if line.id in read]
    context = readings.before(tx, conversation.id, lines[0].seq, conversation.fresh_seq, _MOST_CONTEXT)
    reading = Reading(
        persona=persona.sheet.display_name,
        lines=lines,
        context=tuple(context),
        people=_people([*context, *lines]),
        recalled={line.id: _recalled(tx, conversation.id, line) for line in lines if line.role == "persona"},
        zone=zone,
    )
    return Gathered(
        reading,
        max(last, default=0),
        tuple(line.id for line in marked if line.id in read),
        more=len(last) < len(unread) or len(unread) == MOST_LINES or len(marked) == MOST_LINES,
    )


def _cut(lines: Iterable[Line], tokens: int) -> tuple[Line, ...]:
    """As many as fit, and always the first, however long."""
    kept: list[Line] = []
    for line in lines:
        tokens -= estimate_tokens(line.content) + estimate_tokens(line.name) + _PER_LINE
        if tokens < 0 and kept:
            break
        kept.append(line)
    return tuple(kept)


def _people(lines: Iterable[Line]) -> Mapping[str, str]:
    """Ids by name; a name that two people share means neither."""
    ids: dict[str, set[str]] = {}
    for line in lines:
        if line.person_id:
            ids.setdefault(fold(line.name), set()).add(line.person_id)
    return {name: next(iter(found)) for name, found in ids.items() if len(found) == 1}


def _recalled(tx: Transaction, conversation_id: str, line: Line) -> tuple[str, ...]:
    """What the persona was reminded of when it said this."""
    used = (memories.by_id(tx, one.scene_id, one.memory_id) for one in memories.used_by(tx, conversation_id, line.id))
    return tuple(memory.statement for memory in used if memory is not None)
