"""Keeps what somebody asks to be remembered in the very transaction that hears it, so that nobody claims it in vain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, tzinfo

from bot.memory.candidate import Candidate, Subject
from bot.memory.dates import resolve
from bot.memory.decide import Discard
from bot.memory.guard import refused
from bot.memory.journal import Pen
from bot.memory.learn import Found, Learned, take
from bot.memory.rules import Plain, wished
from storage import conversations
from storage.engines.base import Transaction
from storage.memories import Memory
from storage.readings import Line
from storage.records import Person

CERTAIN = 95


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants remembered in a scene, where days are told by the clock of ``zone``.

    ``message_id`` is '' where no message of ours says it.
    """

    conversation_id: str
    person: Person
    text: str
    said_at: int
    message_id: str = ""
    zone: tzinfo = UTC


def keep_wish(tx: Transaction, wish: Wish, pen: Pen) -> list[Memory]:
    """Keep it by the rules; nothing where the text is no wish."""
    return keep_plain(tx, wish, wished(wish.text, wish.person.name), pen)


def keep_plain(tx: Transaction, wish: Wish, plain: list[Plain], pen: Pen) -> list[Memory]:
    """Keep these statements as the person's own; what may not become a memory is entered with its reason."""
    conversations.hold(tx, wish.conversation_id)
    learned = Learned(wish.conversation_id, (), 0, pen.now)
    kept = [take(tx, learned, _found(wish, one), pen) for one in plain]
    return [memory for memory in kept if memory is not None]


def _found(wish: Wish, one: Plain) -> Found:
    candidate = Candidate(
        statement=one.statement,
        kind=one.kind,
        subject=Subject("person", wish.person.id, wish.person.name),
        message_id=wish.message_id,
        teller_id=wish.person.id,
        said_at=wish.said_at,
        topic=one.topic,
        importance=one.importance,
        confidence=CERTAIN,
        happened=resolve(one.dated, wish.said_at, wish.zone) if one.dated else None,
    )
    line = Line(wish.message_id, 0, "person", wish.person.id, wish.person.name, wish.text, wish.said_at, None)
    reason = refused(candidate, line, "")
    return Found(candidate, wish.text, Discard(reason) if reason else None)
