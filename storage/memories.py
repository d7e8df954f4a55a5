"""Memories with their sources, relations and uses; who may know one is decided by the view memory_audiences alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from storage import passages
from storage.engines.base import Transaction
from storage.memory_rows import CHANGEABLE
from storage.memory_rows import Memory as Memory
from storage.memory_rows import MemoryKey as MemoryKey
from storage.passages import Source
from storage.records import columns

MessageKey = tuple[str, str]  # its conversation and its id
_HANGING = (
    "memories.forget_relations",
    "memories.forget_relating",
    "memories.forget_sources",
    "memories.forget_uses",
    "memories.forget_unsummed",
    "memories.forget_feedback",
)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is about to learn something: those of a conversation, held with that person just now.

    ``shared`` is whether its persona knows what people told other personas before this very audience.
    """

    conversation_id: str
    person_id: str = ""
    shared: bool = False

    def asked(self) -> dict[str, str | int]:
        """As queries ask for it."""
        return {"conversation_id": self.conversation_id, "person_id": self.person_id, "shared": int(self.shared)}


@dataclass(frozen=True, slots=True)
class Used:
    """A memory of a scene that a reply was reminded of; ``why`` is JSON."""

    position: int
    why: str
    scene_id: str
    memory_id: str


@dataclass(frozen=True, slots=True)
class _Id:
    id: str


@dataclass(frozen=True, slots=True)
class _Told:
    number: int
    conversation_id: str
    id: str


def add(tx: Transaction, memory: Memory, sources: Iterable[str] = ()) -> None:
    """Keep and index it; raises ConstraintBroken when one that holds says the same of the same in this scene."""
    tx.run("memories.add", **columns(memory))
    if memory.kind != "summary":  # what tidying makes itself is nothing new
        tx.run("memories.count_new", conversation_id=memory.conversation_id, recorded_at=memory.recorded_at)
    _index(tx, memory)
    for message_id in sources:
        add_source(tx, memory.conversation_id, memory.id, message_id)


def put(tx: Transaction, memory: Memory) -> None:
    """Let row and index read as this record does; what is archived or in doubt is in no index."""
    before = by_id(tx, memory.conversation_id, memory.id)
    changes = before is None or (before.statement, before.state) != (memory.statement, memory.state)
    if changes:
        passages.forget(tx, memory.id)
    changed = {name: getattr(memory, name) for name in CHANGEABLE}
    which = {"conversation_id": memory.conversation_id, "id": memory.id}
    tx.run("memories.put", **which, changed_at=memory.changed_at, **changed)
    if changes:
        _index(tx, memory)


def _index(tx: Transaction, memory: Memory) -> None:
    if memory.state == "live":
        passages.add(tx, Source(f"memories:{memory.conversation_id}", memory.seq, memory.id, memory.statement))


def by_id(tx: Transaction, conversation_id: str, memory_id: str) -> Memory | None:
    """The memory of that id, whoever may know it: never to be shown."""
    return tx.one(Memory, "memories.by_id", conversation_id=conversation_id, id=memory_id)


def in_reach(tx: Transaction, memory_id: str, audience: Audience) -> Memory | None:
    """The memory of that id, if this audience may know it."""
    scene = tx.text("memories.scene_of", id=memory_id)
    return reached(tx, MemoryKey(scene, memory_id), audience) if scene else None


def reached(tx: Transaction, key: MemoryKey, audience: Audience) -> Memory | None:
    """As in_reach, where its scene is known already."""
    return tx.one(Memory, "memories.in_reach", scene_id=key.conversation_id, id=key.id, **audience.asked())


def known(tx: Transaction, audience: Audience, whose: str = "", most: int = 500) -> list[Memory]:
    """What this audience may know, pinned first, then the newest; ``whose`` limits it to a person's own."""
    return tx.all(Memory, "memories.known", **audience.asked(), whose=whose, most=most)


def scopes(tx: Transaction, audience: Audience, most: int = 40) -> list[int]:
    """The scopes of the index in which there may be memories this audience may know, those learnt of last first."""
    return tx.numbers("memories.scopes", **audience.asked(), most=most)


def told(tx: Transaction, audience: Audience, numbers: Iterable[int]) -> dict[int, Memory]:
    """These passages' memories, as far as this audience may know them."""
    named = tx.all(_Told, "memories.named", numbers=json.dumps(sorted(numbers)))
    found = {row.number: reached(tx, MemoryKey(row.conversation_id, row.id), audience) for row in named}
    return {number: memory for number, memory in found.items() if memory is not None}


def pinned(tx: Transaction, audience: Audience, most: int = 20) -> list[Memory]:
    """What is always in mind, in the order it was kept."""
    pins = [row for scope in scopes(tx, audience) for row in tx.all(MemoryKey, "memories.pins", scope=scope)]
    pins.sort(key=lambda row: row.id)
    found = (reached(tx, row, audience) for row in pins)
    return list(islice((memory for memory in found if memory is not None), most))


def neighbours(tx: Transaction, conversation_id: str, subject_key: str, most: int = 400) -> list[Memory]:
    """What is known in one scene of one subject, closed and doubted ones too."""
    return tx.all(Memory, "memories.neighbours", conversation_id=conversation_id, subject_key=subject_key, most=most)


def in_order(tx: Transaction, conversation_id: str, after_seq: int, most: int) -> list[Memory]:
    """What a scene's people may be told, from that place on, in the order it was kept."""
    return tx.all(Memory, "memories.in_order", conversation_id=conversation_id, after_seq=after_seq, most=most)


def loose(tx: Transaction, conversation_id: str, since: int, most: int) -> list[Memory]:
    """What was told in a scene since then and nothing was made of, in the order it was told."""
    return tx.all(Memory, "memories.loose", conversation_id=conversation_id, since=since, most=most)


def leave_unsummed(tx: Transaction, conversation_id: str, memory_id: str, now: int) -> None:
    """Let it be in no summary that is made from now on."""
    tx.run("memories.leave_unsummed", conversation_id=conversation_id, memory_id=memory_id, now=now)


def drawn_from(tx: Transaction, conversation_id: str, message_id: str) -> list[Memory]:
    """The memories that rest on a message."""
    return tx.all(Memory, "memories.drawn_from", conversation_id=conversation_id, message_id=message_id)


def doubted(tx: Transaction, conversation_id: str) -> list[Memory]:
    """Those whose message changed and was not read again yet."""
    return tx.all(Memory, "memories.doubted", conversation_id=conversation_id)


def add_source(tx: Transaction, conversation_id: str, memory_id: str, message_id: str) -> None:
    """Let the memory rest on that message as well."""
    tx.run("memories.add_source", conversation_id=conversation_id, memory_id=memory_id, message_id=message_id)


def sources(tx: Transaction, conversation_id: str, memory_id: str) -> list[str]:
    """The ids of the messages it rests on, in order."""
    return [row.id for row in tx.all(_Id, "memories.sources", conversation_id=conversation_id, memory_id=memory_id)]


def drop_source(tx: Transaction, conversation_id: str, message_id: str) -> None:
    """Nothing rests on that message any more."""
    tx.run("memories.drop_source", conversation_id=conversation_id, message_id=message_id)


def relate(tx: Transaction, conversation_id: str, memory_id: str, relation: str, other_id: str, now: int) -> None:
    """Say what the first is to the other."""
    tx.run(
        "memories.relate",
        conversation_id=conversation_id,
        memory_id=memory_id,
        relation=relation,
        other_id=other_id,
        now=now,
    )


def related(tx: Transaction, conversation_id: str, memory_id: str, relation: str) -> list[str]:
    """The ids of those it supersedes, contradicts, duplicates, derives from or is linked to."""
    return [
        row.id
        for row in tx.all(
            _Id, "memories.related", conversation_id=conversation_id, memory_id=memory_id, relation=relation
        )
    ]


def relating(tx: Transaction, conversation_id: str, memory_id: str, relation: str) -> list[str]:
    """The ids of those that supersede, contradict, duplicate, derive from or are linked to it."""
    return [
        row.id
        for row in tx.all(
            _Id, "memories.relating", conversation_id=conversation_id, memory_id=memory_id, relation=relation
        )
    ]


def newer(tx: Transaction, conversation_id: str, memory_id: str, audience: Audience) -> list[Memory]:
    """What took its place, as far as this audience may know it."""
    newer = tx.all(_Id, "memories.newer", conversation_id=conversation_id, memory_id=memory_id)
    found = (reached(tx, MemoryKey(conversation_id, row.id), audience) for row in newer)
    return [memory for memory in found if memory is not None]


def unrelate(tx: Transaction, conversation_id: str, memory_id: str, other_id: str) -> None:
    """The first neither supersedes, contradicts nor duplicates the other."""
    tx.run("memories.unrelate", conversation_id=conversation_id, memory_id=memory_id, other_id=other_id)


def unlink(tx: Transaction, conversation_id: str, memory_id: str, since: int = 0) -> None:
    """Take back the links it was given from that time on; all that it has, given or taken, where none is named."""
    tx.run("memories.unlink", conversation_id=conversation_id, memory_id=memory_id, since=since)
    if not since:
        tx.run("memories.unlink_others", conversation_id=conversation_id, memory_id=memory_id)


def use(tx: Transaction, reply: MessageKey, position: int, memory: Memory, why: str, now: int, more: int = 1) -> bool:
    """Keep that a reply was reminded of it, and used it so much more; False when it is forgotten since."""
    scene = memory.conversation_id
    if not tx.run("memories.count_use", conversation_id=scene, id=memory.id, now=now, more=more):
        return False
    conversation_id, reply_id = reply
    used = {"scene_id": scene, "memory_id": memory.id, "why": why}
    return tx.run("memories.use", conversation_id=conversation_id, reply_id=reply_id, position=position, **used) > 0


def used_by(tx: Transaction, conversation_id: str, reply_id: str) -> list[Used]:
    """What a reply was reminded of, in order."""
    return tx.all(Used, "memories.used_by", conversation_id=conversation_id, reply_id=reply_id)


def forget(tx: Transaction, conversation_id: str, memory_id: str) -> bool:
    """Take its words and all that points to it away for good; False when there is none."""
    passages.forget(tx, memory_id)
    for query in _HANGING:
        tx.run(query, conversation_id=conversation_id, id=memory_id)
    return tx.run("memories.forget", conversation_id=conversation_id, id=memory_id) > 0


def withhold(tx: Transaction, conversation_id: str, message_id: str, now: int) -> None:
    """Neither draw anything from that message again nor recall it."""
    tx.run("memories.withhold", conversation_id=conversation_id, message_id=message_id, now=now)
    passages.forget(tx, message_id)


def keep_withheld(tx: Transaction, conversation_id: str, message_id: str) -> bool:
    """Whether that message is withheld; if so it stays out of the index, whatever it reads by now."""
    withheld = bool(tx.number("memories.is_withheld", conversation_id=conversation_id, message_id=message_id))
    if withheld:
        passages.forget(tx, message_id)
    return withheld
