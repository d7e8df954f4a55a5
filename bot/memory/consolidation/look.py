"""Reads a part of a scene's memories with all that tidying it needs, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.memory.consolidation.carry import ACTOR
from bot.memory.consolidation.pairs import Pair, pairs
from bot.memory.consolidation.plan import Looked
from storage import consolidations, conversations, feedback, memories, memory_changes, personas, vectors
from storage.consolidations import Consolidation
from storage.engines.base import Transaction
from storage.memories import Memory

_DAY_MS = 86_400_000
_SUMMED_MS = 60 * _DAY_MS
_MOST_LOOSE = 1000
MOST = 50  # memories of one part; each is compared with at most 400 of its subject


def look(tx: Transaction, conversation_id: str, now: int, most: int = MOST) -> Looked:
    """The part that comes next: after where the pass under way has come, or the first of a new one."""
    reached = consolidations.of_scene(tx, conversation_id)
    if reached is None or not reached.through:
        reached = Consolidation(conversation_id, 0, now, reached.ran_at if reached else None, 0)
    return part(tx, reached, most)


def part(tx: Transaction, reached: Consolidation, most: int = MOST) -> Looked:
    """The part behind a place, in a pass that began then."""
    scene, ran_at = reached.conversation_id, reached.ran_at or 0
    found = memories.in_order(tx, scene, reached.through, most + 1)
    anchors = found[:most]
    near = {key: _near(tx, scene, key) for key in sorted({one.subject_key for one in anchors})}
    again = memory_changes.repeated(tx, scene, ran_at, reached.began_at, ACTOR)
    return Looked(
        conversation_id=scene,
        persona=_persona(tx, scene),
        anchors=tuple(anchors),
        near=near,
        pairs=_pairs(tx, anchors, near),
        repeats={one.name: one.count for one in again},
        settled=memory_changes.taken_back(tx, scene, ACTOR),
        began_at=reached.began_at,
        ran_at=ran_at,
        through=anchors[-1].seq if anchors else reached.through,
        more=len(found) > most,
        loose=() if len(found) > most else _loose(tx, scene, reached.began_at),
        doubted=feedback.called_wrong(tx, scene),
    )


def _near(tx: Transaction, conversation_id: str, subject_key: str) -> tuple[Memory, ...]:
    return tuple(one for one in memories.neighbours(tx, conversation_id, subject_key) if one.holds)


def _loose(tx: Transaction, conversation_id: str, now: int) -> tuple[Memory, ...]:
    """The older ones are left as they are, and so is the end of what is too much at once."""
    found = memories.loose(tx, conversation_id, now - _SUMMED_MS, _MOST_LOOSE)
    last = found[-1].said_at if len(found) == _MOST_LOOSE else None
    return tuple(one for one in found if last is None or one.said_at < last - _DAY_MS)


def _pairs(tx: Transaction, anchors: Sequence[Memory], near: Mapping[str, Sequence[Memory]]) -> tuple[Pair, ...]:
    """Those that are at all alike by words, with how alike they are by meaning where both have vectors."""
    found: dict[str, list[Pair]] = {}
    for pair in pairs(anchors, near):
        found.setdefault(pair.newer.id, []).append(pair)
    meant = {newer: vectors.between(tx, newer, [one.older.id for one in beside]) for newer, beside in found.items()}
    return tuple(
        replace(pair, meaning=meant[newer].get(pair.older.id)) for newer, beside in found.items() for pair in beside
    )


def _persona(tx: Transaction, conversation_id: str) -> str:
    conversation = conversations.by_id(tx, conversation_id)
    persona = personas.by_id(tx, conversation.persona_id) if conversation else None
    return persona.sheet.display_name if persona else ""
