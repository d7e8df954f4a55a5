"""The transactions that end a try: kept, to be tried again, given up, or stopped; all fenced by the attempt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.capabilities.base import Outcome, Reply
from bot.memory.consolidation.carry import ACTOR, carry_out
from bot.memory.consolidation.owing import owe_tidying
from bot.memory.consolidation.steps import Tidied
from bot.memory.consolidation.summing import PROMPT_VERSION
from bot.memory.journal import Pen
from bot.memory.learn import Learned, learn
from bot.memory.owing import owe_reading
from bot.memory.pausing import mind_pause
from bot.memory.wording import PROMPT_VERSION as WORDING
from bot.memory.wording import Worded, put
from bot.personas.ban import sentence
from bot.personas.face import dump_buttons
from bot.personas.orders import why_button
from bot.ports import Button
from bot.spending.price import total
from bot.text.split import split
from storage import access, bans, conversations, memories, messages, outbox, readings, spending, usage, work
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.records import ModelCall, WorkItem
from storage.work import Failed


@dataclass(frozen=True, slots=True)
class Spoken:
    """What goes to the platform for a work item, and to whom."""

    text: str
    answered: str = ""
    reply_to: str = ""
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """What every ending needs: the item, its calls, each platform's message limit, ids and the time.

    ``holds`` is whether something of a budget is held for it, ``counts`` whether its calls are paid for by us.
    """

    item: WorkItem
    calls: Sequence[ModelCall]
    limit: Callable[[str], int]
    ids: Ids
    now: int
    holds: bool = False
    counts: bool = True


def keep(tx: Transaction, end: Ending, outcome: Outcome) -> None:
    """Work done, message kept, reply owed to the platform: all or nothing; raises LostLease."""
    work.finish(tx, end.item, end.now)
    if outcome.learned is not None:
        _learn(tx, end, outcome.learned)
    if outcome.worded is not None:
        _word(tx, end, outcome.worded)
    if outcome.tidied is not None:
        _tidy(tx, end, outcome.tidied)
    if messages.taken_back(tx, end.item.id) or access.hushed(tx, end.item.conversation_id, end.now) is not None:
        outbox.withdraw_after(tx, end.item.id, 0, end.now)  # its words were taken back, or all hushed, meanwhile
    elif outcome.reply is not None:
        _say(tx, end, outcome.reply)
    elif outcome.notice:
        spoken = notice(outcome.notice, outcome.answered, outcome.reply_to)
        _owe(tx, end, replace(spoken, buttons=outcome.buttons), _place(tx, end.item))
    else:
        outbox.withdraw_after(tx, end.item.id, 0, end.now)
    _settle(tx, end)


def try_again(tx: Transaction, end: Ending, failed: Failed, run_after: int) -> None:
    """Let the item keep its lane until then; raises LostLease."""
    work.retry(tx, end.item, failed, run_after)
    _settle(tx, end)


def postpone(tx: Transaction, end: Ending, outcome: Outcome) -> None:
    """Nothing came of it yet; let it begin anew when the outcome says. Raises LostLease."""
    assert outcome.not_before is not None  # that is what makes it one to postpone
    work.postpone(tx, end.item, outcome.not_before, end.now)
    if outcome.notice and outbox.place_of(tx, end.item.id) is None:
        _owe(tx, end, notice(outcome.notice, outcome.answered, outcome.reply_to), _place(tx, end.item))
    _settle(tx, end)


def _settle(tx: Transaction, end: Ending) -> None:
    """Keep the calls and count them, and hold nothing any more.

    Last of all, because whoever counts for the same guild waits for us to end.
    """
    usage.add_all(tx, end.calls)
    if end.calls and end.counts:
        spending.add_of_work(tx, end.item.id, total(end.calls), end.now)
    if end.holds:
        spending.release(tx, end.item.id)


def _learn(tx: Transaction, end: Ending, learned: Learned) -> None:
    learn(tx, learned, Pen(end.ids, end.now, learned.model, "model", end.item.id))
    if learned.more:
        owe_reading(tx, learned.conversation_id, end.ids, end.now, end.now)


def _word(tx: Transaction, end: Ending, worded: Worded) -> None:
    put(tx, worded, Pen(end.ids, end.now, worded.model, "model", end.item.id, WORDING))


def _tidy(tx: Transaction, end: Ending, tidied: Tidied) -> None:
    done = carry_out(tx, tidied, Pen(end.ids, end.now, ACTOR, "model", end.item.id, PROMPT_VERSION))
    if done.more:
        owe_tidying(tx, tidied.conversation_id, end.ids, end.now, tidied.since)


def give_up(tx: Transaction, end: Ending, failed: Failed, spoken: Spoken | None) -> None:
    """Bury the item where /queue shows it, and tell the person if one waits; raises LostLease."""
    work.bury(tx, end.item, failed, end.now)
    if spoken is not None:
        _owe(tx, end, spoken, _place(tx, end.item))
    _settle(tx, end)


def stopped(tx: Transaction, end: Ending, reply: Reply | None) -> None:
    """Somebody ended it: keep what it had said so far, or take that away; raises LostLease."""
    work.stop(tx, end.item, end.now)
    if reply is None:
        outbox.withdraw_after(tx, end.item.id, 0, end.now)
    else:
        _say(tx, end, reply)
    _settle(tx, end)


def _say(tx: Transaction, end: Ending, reply: Reply) -> None:
    """Keep and owe the reply; who was banned while it was made says nothing of it."""
    place = _place(tx, end.item)
    banned = bans.silenced(tx, end.item.conversation_id)
    if banned is not None:
        return _owe(tx, end, notice(sentence(banned), reply.answered, reply.reply_to), place)
    why = _message(tx, end, reply, place)
    return _owe(tx, end, _spoken(replace(reply, buttons=(*reply.buttons, *why))), place)


def _place(tx: Transaction, item: WorkItem) -> int:
    """The place an earlier draft took, else the next of the conversation."""
    taken = outbox.place_of(tx, item.id)
    return taken if taken is not None else conversations.next_seq(tx, item.conversation_id)


def _message(tx: Transaction, end: Ending, reply: Reply, place: int) -> tuple[Button, ...]:
    """Keep what was said with what it had in mind; returns the button that shows this, if there is anything."""
    key = (end.item.conversation_id, end.ids.new("msg"))
    messages.add(
        tx,
        messages.NewMessage(
            id=key[1],
            conversation_id=key[0],
            seq=place,
            role="persona",
            name=reply.name,
            content=reply.text,
            said_at=end.now,
            reply_to=reply.reply_to_message,
            work_id=end.item.id,
            whole=reply.whole,
            voice_version_id=reply.voice_version_id,
            house_version_id=reply.house_version_id,
            history_cut=reply.history_cut,
        ),
    )
    if end.item.person_id:
        asked = [one.said_at for one in messages.asked(tx, end.item.id)]
        mind_pause(tx, end.item.person_id, key, asked or (end.now,), end.now)
    cites = any(one.cited for one in reply.reminded)
    used = [
        memories.use(tx, key, position, one.memory, one.why(), end.now, one.counts(cites))
        for position, one in enumerate(reply.reminded, start=1)
    ]
    if place <= readings.through(tx, end.item.conversation_id):
        readings.mark(tx, *key, end.now)  # its conversation was read for memories while it grew
    return (why_button(key[1]),) if reply.explained and any(used) else ()


def _spoken(reply: Reply) -> Spoken:
    footnote = f"\n-# {reply.footnote}" if reply.footnote else ""
    return Spoken(reply.text.strip() + footnote, reply.answered, reply.reply_to, reply.buttons)


def notice(text: str, answered: str = "", reply_to: str = "") -> Spoken:
    """Words of the bot about itself, small and outside the conversation."""
    return Spoken(f"-# {text}", answered, reply_to)


def told(words: str, unfinished: Reply | None) -> Spoken:
    """The same for whoever waits for that reply."""
    return notice(words, unfinished.answered, unfinished.reply_to) if unfinished else notice(words)


def _owe(tx: Transaction, end: Ending, spoken: Spoken, place: int) -> None:
    """One row for each part; a part that a draft shows already is revised, and what is too many is withdrawn."""
    conversation = conversations.by_id(tx, end.item.conversation_id)
    assert conversation is not None  # work rows refer to it
    parts = split(spoken.text, end.limit(conversation.platform))
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        new = outbox.NewPart(
            id=end.ids.new("dlv"),
            work_id=end.item.id,
            part=number,
            conversation_id=end.item.conversation_id,
            place=place,
            content=part.shown,
            answered=spoken.answered,
            reply_to=spoken.reply_to,
            buttons=dump_buttons(spoken.buttons if last else ()),
            last_part=last,
        )
        outbox.owe(tx, new, end.now)
    outbox.withdraw_after(tx, end.item.id, len(parts), end.now)
