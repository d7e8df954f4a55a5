"""Keeps, sets right and forgets what somebody asks for in the very transaction that hears it.

So nobody claims it in vain, and a message that is heard again changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from bot.memory.candidate import CERTAIN, Candidate, Kind, Subject
from bot.memory.dates import resolve
from bot.memory.decide import Discard, Doubtful, Supersede, decide
from bot.memory.guard import refused
from bot.memory.journal import Pen
from bot.memory.judging import judge
from bot.memory.lasting import each_year, lasting, without
from bot.memory.learn import Found, Learned, Verdict, take
from bot.memory.mending import forget_for_good
from bot.memory.orders import called_wrong, corrected, meant, unwished
from bot.memory.rules import Plain
from bot.memory.salience import moved
from bot.memory.wished import wished
from storage import conversations, memories, pauses
from storage.engines.base import Transaction
from storage.memories import Audience, Memory
from storage.readings import Line
from storage.records import Person


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


def heed(tx: Transaction, wish: Wish, pen: Pen) -> list[Memory]:
    """Do what these words want of a persona's memory; what they only tell is read for memories later.

    Returns what they wanted kept.
    """
    if called_wrong(wish.text):
        judge(tx, Audience(wish.conversation_id, wish.person.id), pen)
    elif unwanted := unwished(wish.text):
        _forget(tx, wish, unwanted, pen)
    elif kept := keep_wish(tx, wish, pen):
        return kept
    elif not pauses.covers(tx, wish.person.id, wish.said_at):
        _keep(tx, wish, corrected(wish.text, wish.person.name), pen, instead=True)
    return []


def _forget(tx: Transaction, wish: Wish, unwanted: str, pen: Pen) -> None:
    """For good, with the words that ask for it, which say it once more; what may be several things stays."""
    conversations.hold(tx, wish.conversation_id)
    memories.withhold(tx, wish.conversation_id, wish.message_id, pen.now)
    known = memories.known(tx, Audience(wish.conversation_id, wish.person.id), wish.person.id)
    told = [one for one in known if one.kind != "summary"]
    for memory in meant(unwanted, wish.person.name, told):
        if memories.by_id(tx, memory.conversation_id, memory.id) is not None:  # the last one may have taken it along
            forget_for_good(tx, memory, pen)


def keep_wish(tx: Transaction, wish: Wish, pen: Pen) -> list[Memory]:
    """Keep it by the rules; nothing where the text is no wish."""
    return keep_plain(tx, wish, wished(wish.text, wish.person.name), pen)


def keep_plain(tx: Transaction, wish: Wish, plain: list[Plain], pen: Pen) -> list[Memory]:
    """Keep these statements as the person's own; what may not become a memory is entered with its reason."""
    return _keep(tx, wish, plain, pen)


def _keep(tx: Transaction, wish: Wish, plain: list[Plain], pen: Pen, *, instead: bool = False) -> list[Memory]:
    conversations.hold(tx, wish.conversation_id)
    learned = Learned(wish.conversation_id, (), 0, pen.now)
    found = (_found(wish, one) for one in plain)
    kept = [take(tx, learned, _in_its_place(tx, one, learned, pen) if instead else one, pen) for one in found]
    return [memory for memory in kept if memory is not None]


def _in_its_place(tx: Transaction, found: Found, learned: Learned, pen: Pen) -> Found:
    """What is much like it is what it sets right."""
    near = memories.neighbours(tx, learned.conversation_id, found.candidate.subject.key)
    decision = decide(found.candidate, [one for one in near if one.state == "live"]).decision
    if not isinstance(decision, Doubtful):
        return found
    return replace(found, verdict=Verdict(Supersede(decision.memories[0], "set right", contradicts=True), pen.now))


def _found(wish: Wish, one: Plain) -> Found:
    happened = resolve(without(one.dated), wish.said_at, wish.zone) if one.dated else None
    ahead = one.kind == "fact" and not one.topic and happened is not None and happened.at > wish.said_at
    kind: Kind = "plan" if ahead else one.kind  # what is to be, in whatever words, comes to mind on its day
    lasts = lasting(one.dated or one.statement, kind, happened, wish.said_at, wish.zone)
    candidate = Candidate(
        statement=one.statement,
        kind=kind,
        subject=Subject("person", wish.person.id, wish.person.name),
        message_id=wish.message_id,
        teller_id=wish.person.id,
        said_at=wish.said_at,
        topic=one.topic,
        importance=moved(one.importance, wish.text, one.statement),
        confidence=CERTAIN,
        happened=happened,
        since=lasts.since,
        expires=lasts.expires,
        relation=one.relation,
        other_name=one.other,
        yearly=each_year(one.statement, happened, wish.zone),
    )
    line = Line(wish.message_id, 0, "person", wish.person.id, wish.person.name, wish.text, wish.said_at, None)
    reason = refused(candidate, line, "")
    return Found(candidate, wish.text, Discard(reason) if reason else None)
