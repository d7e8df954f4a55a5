"""Reads a part of a scene's memories with all that tidying it needs, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.memory.consolidation.carry import ACTOR
from bot.memory.consolidation.pairs import RELATED, Pair, pairs, same_matter, tied
from bot.memory.consolidation.plan import Looked
from storage import (
    cards,
    consolidations,
    conversations,
    feedback,
    memories,
    memory_changes,
    memory_health,
    personas,
    vectors,
)
from storage.consolidations import Consolidation
from storage.engines.base import Transaction
from storage.memories import Memory

_DAY_MS = 86_400_000
_SUMMED_MS = 60 * _DAY_MS
_MOST_LOOSE = 1000
_NEAREST = 24  # of a scene, by meaning, that each memory is compared with
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
    ties = _ties(tx, anchors, near)
    again = memory_changes.repeated(tx, scene, ran_at, reached.began_at, ACTOR)
    return Looked(
        conversation_id=scene,
        persona=_persona(tx, scene),
        anchors=tuple(anchors),
        near=near,
        pairs=_pairs(tx, anchors, near, ties),
        ties=ties,
        links=_links(tx, scene, ties),
        repeats={one.name: one.count for one in again},
        settled=memory_changes.taken_back(tx, scene, ACTOR),
        unlinked=memory_changes.taken_back(tx, scene, ACTOR, links=True),
        began_at=reached.began_at,
        ran_at=ran_at,
        through=anchors[-1].seq if anchors else reached.through,
        more=len(found) > most,
        loose=() if len(found) > most else _loose(tx, scene, reached.began_at),
        doubted=feedback.called_wrong(tx, scene),
        orphans=memory_health.orphans(tx, scene, reached.through, anchors[-1].seq) if anchors else frozenset(),
        retold=frozenset().union(*(cards.retold(tx, scene, key) for key in near)),
    )


def _near(tx: Transaction, conversation_id: str, subject_key: str) -> tuple[Memory, ...]:
    return tuple(one for one in memories.neighbours(tx, conversation_id, subject_key) if one.holds)


def _loose(tx: Transaction, conversation_id: str, now: int) -> tuple[Memory, ...]:
    """The older ones are left as they are, and so is the end of what is too much at once."""
    found = memories.loose(tx, conversation_id, now - _SUMMED_MS, _MOST_LOOSE)
    last = found[-1].said_at if len(found) == _MOST_LOOSE else None
    return tuple(one for one in found if last is None or one.said_at < last - _DAY_MS)


def _ties(tx: Transaction, anchors: Sequence[Memory], near: Mapping[str, Sequence[Memory]]) -> tuple[Pair, ...]:
    """Those near each other in meaning, each two once; none where there are no vectors."""
    known = {one.id: one for found in near.values() for one in found}
    found: dict[tuple[str, str], Pair] = {}
    for anchor in anchors:
        beside = [(one, rate) for one, rate in vectors.beside(tx, anchor.id, _NEAREST).items() if rate >= RELATED]
        others = [(known.get(one) or memories.by_id(tx, anchor.conversation_id, one), rate) for one, rate in beside]
        for tie in tied(anchor, [(one, rate) for one, rate in others if one is not None]):
            found.setdefault((tie.older.id, tie.newer.id), tie)
    return tuple(found.values())


def _links(tx: Transaction, scene: str, ties: Sequence[Pair]) -> dict[str, frozenset[str]]:
    """With what each of them is linked already, in either direction."""
    ids = {one.id for tie in ties for one in (tie.older, tie.newer)}
    return {
        one: frozenset((*memories.related(tx, scene, one, "related"), *memories.relating(tx, scene, one, "related")))
        for one in ids
    }


def _pairs(
    tx: Transaction, anchors: Sequence[Memory], near: Mapping[str, Sequence[Memory]], ties: Sequence[Pair]
) -> tuple[Pair, ...]:
    """Those that are at all alike by words, with how alike they are by meaning where both have vectors.

    And those that hardly share a word and are very near in meaning.
    """
    found: dict[str, list[Pair]] = {}
    for pair in pairs(anchors, near):
        found.setdefault(pair.newer.id, []).append(pair)
    meant = {
        newer: vectors.between(tx, [newer], [one.older.id for one in beside]).get(newer, {})
        for newer, beside in found.items()
    }
    worded = [
        replace(pair, meaning=meant[newer].get(pair.older.id)) for newer, beside in found.items() for pair in beside
    ]
    compared = {(pair.older.id, pair.newer.id) for pair in worded}
    return (*worded, *(pair for pair in same_matter(ties) if (pair.older.id, pair.newer.id) not in compared))


def _persona(tx: Transaction, conversation_id: str) -> str:
    conversation = conversations.by_id(tx, conversation_id)
    persona = personas.by_id(tx, conversation.persona_id) if conversation else None
    return persona.sheet.display_name if persona else ""
