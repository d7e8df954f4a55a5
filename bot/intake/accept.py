"""The transactions of hearing: keep and owe, revise, take back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import tzinfo

from bot.intake.decide import Answer, Decline, Keep, Rule
from bot.intake.scene import bot_turns, reach
from bot.memory.journal import Pen
from bot.memory.learn import doubt_message
from bot.memory.orders import orders
from bot.memory.owing import Patience, owe_after, owe_reading, owe_wording
from bot.memory.pausing import mind_pause
from bot.memory.wished import wished_words
from bot.memory.wishes import Wish, heed
from bot.ports import Deleted, Edited, Place, Said
from bot.privacy.unheard import writer_silent
from bot.settings.snapshot import one_now
from config.dynamic import TIME_ZONE
from storage import conversations, cursors, events, messages, outbox, people, silence, turns, work
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.records import Conversation, Message

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


def _silenced_since(tx: Transaction, said: Said, decided_at: int) -> bool:
    """Whether their writer asked for it, if only for the time in which these words were said: live ones may wait here.

    Who is forgotten is so by our clock, so there live words count as said when it was decided what becomes of them.
    """
    by = said.said_at if said.caught_up else decided_at
    return silence.covers(tx, said.place.platform, said.speaker.platform_id, said.said_at, by)


@dataclass(frozen=True, slots=True)
class Hand:
    """What every transaction of hearing needs: ids, the time, and when what was said is read for memories."""

    ids: Ids
    now: int
    patience: Patience


def accept(tx: Transaction, said: Said, verdict: Answer | Decline | Keep, hand: Hand, *, move_cursor: bool) -> Accepted:
    """Keep event, message and work, once; hearing it again changes nothing but a text edited meanwhile."""
    if _silenced_since(tx, said, hand.now):
        return Accepted(first=False)
    if said.replaces and not isinstance(verdict, Decline):
        stands = instead(tx, said, verdict, hand)
        if isinstance(stands, Accepted):
            return stands
        verdict = stands
    if isinstance(verdict, Answer) and said.speaker.is_bot and not _take_turn(tx, said):
        verdict = Keep(verdict.persona_id, Rule.SPENT)
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
    mind_pause(tx, person.id, (conversation.id, message_id), (said.said_at,), now)
    if isinstance(verdict, Answer) and orders(said.text):
        wanted = Wish(conversation.id, person, said.text, said.said_at, message_id, _zone(tx, place))
        for one in heed(tx, wanted, Pen(ids, now, person.id)):
            if wished_words(one.statement):
                owe_wording(tx, conversation.id, one.id, ids, now, now + hand.patience.pause_ms // 2)
    if not isinstance(verdict, Decline):
        owe_after(tx, conversation.id, seq, hand.patience, ids, now)
    return Accepted(first=True, work_id=work_id or "", conversation_id=conversation.id)


def _take_turn(tx: Transaction, said: Said) -> bool:
    """Whether a bot may be answered once more; heard again, it was answered already."""
    place = said.place
    if events.find(tx, place.platform, said.client_message_id) is not None:
        return True
    return turns.take(tx, place.platform, place.channel_id, bot_turns(tx, place))


def instead(tx: Transaction, said: Said, verdict: Answer | Keep, hand: Hand) -> Accepted | Answer | Keep:
    """Let words that a proxy says anew stand in place of the first ones: one message, answered once.

    Where the first ones were not kept, or nothing came of them, what is decided about these holds.
    """
    place = said.place
    heard = events.find(tx, place.platform, said.replaces)
    first = messages.heard(tx, place.platform, place.channel_id, said.replaces)
    if heard is None or first is None:
        return verdict
    if first.deleted_at is not None:
        answered = first.work_id is not None and messages.reply(tx, first.work_id) is not None
        return Keep(verdict.persona_id, Rule.REPLACED) if answered else verdict
    if first.work_id is None and isinstance(verdict, Answer):
        withdraw(tx, first, hand.now, hand)
        return verdict
    decided = {"verdict": heard.verdict, "rule": heard.rule}
    if events.claim(tx, place.platform, said.client_message_id, message_id=first.id, now=hand.now, **decided):
        messages.stand_for(tx, first.conversation_id, first.id, said.client_message_id, said.speaker.name)
        if messages.revise(tx, first.conversation_id, first.id, said.text, hand.now):
            _doubt(tx, first, hand, gone=False)
    return Accepted(first=True, work_id=first.work_id or "", conversation_id=first.conversation_id)


def _zone(tx: Transaction, place: Place) -> tzinfo:
    """By whose clock days are told there."""
    return one_now(tx, TIME_ZONE, reach(place))


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


def owe_note(tx: Transaction, said: Said, persona_id: str, capability: str, hand: Hand, **told: str) -> str:
    """Owe whoever said it one sentence, with nothing of their words; returns the work's id."""
    conversation = open_conversation(tx, said.place, persona_id, hand.ids, hand.now)
    new = work.NewWork(
        id=hand.ids.new("wrk"),
        lane=conversation.id,
        capability=capability,
        conversation_id=conversation.id,
        payload=json.dumps({"reply_to": said.client_message_id, **told}),
        run_after=hand.now,
    )
    return work.owe(tx, new, hand.now)


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
    if message.work_id is None:
        return Accepted(first=True)
    asked = messages.asked(tx, message.work_id)
    if message.role != "person" or not asked:
        outbox.let_dropped_go(tx, message.work_id)
    if message.role != "person" or asked:
        return Accepted(first=True)
    if work.cancel(tx, message.work_id, now):
        outbox.withdraw_after(tx, message.work_id, 0, now)
        return Accepted(first=True)
    owed = work.by_id(tx, message.work_id)
    return Accepted(first=True, work_id=message.work_id, stop=owed is not None and owed.state == "running")
