"""The transactions of hearing: who could answer, keep and owe, revise, take back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo

from bot.intake.decide import Answer, Decline, Keep, Scene
from bot.intake.names import spoken_to
from bot.memory.journal import Pen
from bot.memory.learn import doubt_message
from bot.memory.owing import Patience, owe_after, owe_reading
from bot.memory.pausing import mind_pause
from bot.memory.rules import wish
from bot.memory.wishes import Wish, keep_wish
from bot.personas import present
from bot.ports import Deleted, Edited, Place, Said
from bot.privacy.unheard import Why, silent_now, silent_then, writer_silent
from bot.settings.snapshot import one_now
from config.dynamic import TIME_ZONE
from storage import conversations, cursors, events, messages, outbox, people, personas, silence, work
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.records import Conversation, Message, Persona
from storage.settings import Reach

HELD_MS = 15_000  # after the last page of a gap that was read; should its reader die, replies wait no longer


@dataclass(frozen=True, slots=True)
class Accepted:
    """What hearing came to: ``first`` is False for a repetition, ``work_id`` is empty when nothing is owed.

    ``unheard`` marks words of somebody who asked not to be heard; nothing of them is kept.
    """

    first: bool
    work_id: str = ""
    conversation_id: str = ""
    stop: bool = False
    unheard: bool = False


def scene(tx: Transaction, said: Said, default_persona: str) -> Scene:
    """Who could answer what was said, in the guild it was said in."""
    place = said.place
    replied = outbox.said_by(tx, place.platform, place.channel_id, said.reply_to) if said.reply_to else None
    answering = present.reachable(tx, place.guild_id, replied)
    named = _named(tx, place.guild_id, said.text)
    meant = [persona for persona in (answering, named) if persona is not None]
    bound, closed = present.given(tx, place)
    return Scene(
        replied=answering.id if answering and answering.active else "",
        named=named.id if named and named.active else "",
        banned=next((persona.id for persona in meant if persona.banned), ""),
        bound=bound,
        closed=closed,
        chosen=present.chosen(tx, place, said.speaker.platform_id),
        default=present.default(tx, place.guild_id, default_persona),
        unheard=_unheard(tx, said),
    )


def _unheard(tx: Transaction, said: Said) -> Why | None:
    """Why these words must not be kept. Only of what is found after a gap is it asked when it was said: live words are
    said now, whatever the platform's clock says."""
    who = said.place.platform, said.speaker.platform_id
    return silent_then(tx, *who, said.said_at) if said.caught_up else silent_now(tx, *who)


def _silenced_since(tx: Transaction, said: Said, decided_at: int) -> bool:
    """Whether their writer asked for it after it was decided what becomes of these words."""
    at = said.said_at if said.caught_up else decided_at
    return silence.covers(tx, said.place.platform, said.speaker.platform_id, at)


def _named(tx: Transaction, guild_id: str, text: str) -> Persona | None:
    """Whom the words begin by naming, if it answers or is banned."""
    for word in spoken_to(text):
        persona = personas.called(tx, guild_id, word)
        if persona is not None and (persona.active or persona.banned):
            return persona
    return None


@dataclass(frozen=True, slots=True)
class Hand:
    """What every transaction of hearing needs: ids, the time, and when what was said is read for memories."""

    ids: Ids
    now: int
    patience: Patience


def accept_all(
    tx: Transaction, page: Iterable[tuple[Said, Answer | Decline | Keep]], hand: Hand, *, move_cursor: bool
) -> list[Accepted]:
    """Keep a page of messages in the order in which they were said."""
    return [accept(tx, said, verdict, hand, move_cursor=move_cursor) for said, verdict in page]


def accept(tx: Transaction, said: Said, verdict: Answer | Decline | Keep, hand: Hand, *, move_cursor: bool) -> Accepted:
    """Keep event, message and work, once; hearing it again changes nothing but a text edited meanwhile."""
    if _silenced_since(tx, said, hand.now):
        return Accepted(first=False)
    ids, now = hand.ids, hand.now
    place = said.place
    message_id = ids.new("msg")
    if move_cursor and said.position:
        cursors.move(tx, place.platform, place.channel_id, said.position, now)
    first = events.claim(
        tx,
        place.platform,
        said.client_message_id,
        message_id=message_id,
        verdict=type(verdict).__name__.lower(),
        rule=verdict.rule.name,
        now=now,
    )
    if not first:
        if said.caught_up:  # it reads as it does today; a live event repeated may be older than an edit
            revise(tx, Edited(said.client_message_id, place, said.text, now), hand)
        return Accepted(first=False)
    conversation = open_conversation(tx, place, verdict.persona_id, ids, now)
    person = people.heard(tx, ids.new("psn"), place.platform, said.speaker.platform_id, said.speaker.name, now)
    work_id = _owe(tx, said, conversation, person.id, ids, now) if not isinstance(verdict, Keep) else None
    seq = conversations.next_seq(tx, conversation.id)
    messages.add(
        tx,
        messages.NewMessage(
            id=message_id,
            conversation_id=conversation.id,
            seq=seq,
            role="person",
            name=said.speaker.name,
            content=said.text,
            said_at=said.said_at,
            client_message_id=said.client_message_id,
            person_id=person.id,
            work_id=work_id,
        ),
    )
    mind_pause(tx, person.id, conversation.id, message_id, now)
    if isinstance(verdict, Answer) and wish(said.text):
        wanted = Wish(conversation.id, person, said.text, said.said_at, message_id, _zone(tx, place))
        keep_wish(tx, wanted, Pen(ids, now, person.id))
    if not isinstance(verdict, Decline):
        owe_after(tx, conversation.id, seq, hand.patience, ids, now)
    return Accepted(first=True, work_id=work_id or "", conversation_id=conversation.id)


def _zone(tx: Transaction, place: Place) -> tzinfo:
    """By whose clock days are told there."""
    reach = Reach(place.platform, channel_id=place.channel_id, parent_id=place.parent_id, guild_id=place.guild_id)
    return one_now(tx, TIME_ZONE, reach)


def _owe(tx: Transaction, said: Said, conversation: Conversation, person_id: str, ids: Ids, now: int) -> str:
    """Owe a reply, or join the one this person still waits for; words without text are greeted.

    What is found after a gap waits for what else is found there, so that all of it gets one reply.
    """
    capability = "chat" if said.text.strip() else "greet"
    new = work.NewWork(
        id=ids.new("wrk"),
        lane=conversation.id,
        capability=capability,
        conversation_id=conversation.id,
        person_id=person_id,
        dedupe_key=f"{capability}:{conversation.id}:{person_id}",
        run_after=now + HELD_MS if said.caught_up else now,
    )
    return work.owe_then(tx, new, now) if said.caught_up else work.owe(tx, new, now)


def open_conversation(tx: Transaction, place: Place, persona_id: str, ids: Ids, now: int) -> Conversation:
    """The scene of a persona in a place, begun when there was none."""
    where = conversations.Scene(
        place.platform, place.channel_id, place.guild_id, place.parent_id, place.kind, persona_id
    )
    return conversations.open(tx, ids.new("cnv"), where, now)


def owe_greeting(tx: Transaction, place: Place, persona_id: str, ids: Ids, now: int) -> str:
    """Owe a persona's greeting to a place; returns the work's id."""
    conversation = open_conversation(tx, place, persona_id, ids, now)
    new = work.NewWork(
        id=ids.new("wrk"),
        lane=conversation.id,
        capability="greet",
        conversation_id=conversation.id,
        dedupe_key=f"greet:{conversation.id}",
        run_after=now,
    )
    return work.owe(tx, new, now)


def revise(tx: Transaction, edited: Edited, hand: Hand) -> bool:
    """Keep the new wording beside the old ones; False when it was not ours, or reads the same."""
    place = edited.place
    message = messages.heard(tx, place.platform, place.channel_id, edited.client_message_id)
    if message is None or writer_silent(tx, message.person_id):
        return False
    if not messages.revise(tx, message.conversation_id, message.id, edited.text, edited.edited_at):
        return False
    _doubt(tx, message, hand, gone=False)
    return True


def _doubt(tx: Transaction, message: Message, hand: Hand, *, gone: bool) -> None:
    """What was remembered from those words is read again, or forgotten with them."""
    if doubt_message(
        tx, message.conversation_id, message.id, Pen(hand.ids, hand.now, "the message's writer"), gone=gone
    ):
        owe_reading(tx, message.conversation_id, hand.ids, hand.now, hand.now + hand.patience.pause_ms)


def take_back(tx: Transaction, deleted: Deleted, hand: Hand) -> Accepted:
    """Leave a tombstone; a reply that answers nothing else any more is not owed any longer."""
    message = messages.heard(tx, deleted.place.platform, deleted.place.channel_id, deleted.client_message_id)
    return withdraw(tx, message, deleted.deleted_at, hand) if message else Accepted(first=False)


def withdraw(tx: Transaction, message: Message, now: int, hand: Hand) -> Accepted:
    """The same for a message of ours, a persona's too."""
    if not messages.take_back(tx, message.conversation_id, message.id, now):
        return Accepted(first=False)
    _doubt(tx, message, hand, gone=True)
    if message.role != "person" or message.work_id is None or messages.asked(tx, message.work_id):
        return Accepted(first=True)
    if work.cancel(tx, message.work_id, now):
        outbox.withdraw_after(tx, message.work_id, 0, now)
        return Accepted(first=True)
    owed = work.by_id(tx, message.work_id)
    return Accepted(first=True, work_id=message.work_id, stop=owed is not None and owed.state == "running")
