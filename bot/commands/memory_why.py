"""/memory why, and the button below a reply: what it had in mind, and setting that right."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import tzinfo

from bot.commands import remembered
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.persona_place import reference_of
from bot.commands.words import plain
from bot.memory.dates import happened_at
from bot.personas.orders import ordering
from bot.ports import Button
from bot.privacy.unheard import writer_silent
from bot.text.dates import day, other_day
from storage import conversations, memories, messages, outbox, personas
from storage.engines.base import Transaction
from storage.memories import Memory, MemoryKey, Used
from storage.records import Conversation, Message

_MESSAGE = Option("message", "A link to a persona's message here, or its id.", required=False, longest=200)
_MOST_OFFERED = 5  # memories with buttons below an answer: Discord shows that many rows
_NOT_THERE = "I find no words of a persona there; give a link to one of its messages here, or none for its last one."
_NOTHING_SAID = "No persona has said anything here yet; talk with one first."
_SIGNALS = ("words", "meaning", "subject", "weight", "trust", "lifts")


@dataclass(frozen=True, slots=True)
class _Reason:
    """A memory that was in mind; ``told`` says where it was told, as seen from where the reply stands."""

    memory: Memory
    used: Used
    told: str
    may_change: bool
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class _Found:
    """What may be shown of what a reply had in mind; ``any`` is whether it had anything."""

    reasons: tuple[_Reason, ...]
    any: bool


async def why(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """What a reply had in mind, and why."""
    reference = reference_of(caller, arguments.get("message", ""))
    found = await office.database.read(_found, office, caller, reference)
    if found is None:
        raise Refused(_NOT_THERE if reference else _NOTHING_SAID)
    if not found.any:
        return Answer("It had no memories in mind when it said that, only the conversation itself.")
    if not found.reasons:
        return Answer("What it had in mind when it said that is nothing I may show you here.")
    numbered = tuple(enumerate(found.reasons, 1))
    lines = [f"{number}. {plain(one.memory.statement)}\n-# {_because(one)}" for number, one in numbered]
    changeable = [(number, one.memory) for number, one in numbered if one.may_change][:_MOST_OFFERED]
    buttons = [button for row, (number, memory) in enumerate(changeable) for button in _buttons(row, number, memory)]
    return Answer("\n".join(["**It had this in mind**", *lines]), buttons=tuple(buttons))


def _buttons(row: int, number: int, memory: Memory) -> tuple[Button, ...]:
    pin = ("Unpin", "no") if memory.pinned else ("Pin", "yes")
    return (
        ordering(f"Wrong {number}", "memory wrong", memory.id, row=row),
        ordering(f"Helpful {number}", "memory helpful", memory.id, row=row),
        ordering(f"Forget {number}", "memory forget", memory.id, row=row),
        ordering(f"{pin[0]} {number}", "memory pin", memory.id, pin[1], row=row),
    )


def _because(one: _Reason) -> str:
    """What spoke for it then, and when and where it was told."""
    found = json.loads(one.used.why)
    signals = ", ".join(f"{name} {found[name]:.2f}" for name in _SIGNALS if name in found)
    memory = one.memory
    happened = other_day(memory.said_at, happened_at(memory), memory.happened_precision, one.zone)
    cited = ", cited in the reply" if found.get("cited") else ""
    return f"{found.get('always') or signals}{cited}; said on {day(memory.said_at, one.zone)} {one.told}{happened}"


def _found(tx: Transaction, office: Office, caller: Caller, reference: str) -> _Found | None:
    reply = _reply(tx, office, caller, reference)
    scene = conversations.by_id(tx, reply.conversation_id) if reply else None
    if reply is None or scene is None:
        return None
    audience = remembered.audience(tx, office, caller, scene.id)
    zone = remembered.zone(tx, office, caller)
    reasons, used = [], memories.used_by(tx, scene.id, reply.id)
    for one in used:
        memory = memories.reached(tx, MemoryKey(one.scene_id, one.memory_id), audience)
        if memory is not None and (memory.teller_id == audience.person_id or not writer_silent(tx, memory.teller_id)):
            told = _told(tx, scene, memory)
            reasons.append(_Reason(memory, one, told, _may_change(tx, office, caller, memory), zone))
    return _Found(tuple(reasons), any=bool(used))


def _told(tx: Transaction, seen_from: Conversation, memory: Memory) -> str:
    """A channel is named as Discord writes links to it, which shows its name to those who may see it only."""
    scene = conversations.by_id(tx, memory.conversation_id)
    if scene is None or scene.id == seen_from.id:
        return "here"
    where = f"in <#{scene.channel_id}>" if scene.guild_id else "in a direct conversation"
    other = None if scene.persona_id == seen_from.persona_id else personas.by_id(tx, scene.persona_id)
    to = f" to {plain(other.sheet.display_name)}" if other else ""
    return f"{'here' if scene.channel_id == seen_from.channel_id else where}{to}"


def _reply(tx: Transaction, office: Office, caller: Caller, reference: str) -> Message | None:
    """The reply that is meant, in the caller's own channel: by its message, by its own id, or the last one."""
    if not reference:
        view = remembered.view(tx, office, caller, "")
        return messages.last_reply(tx, view.audience.conversation_id) if view else None
    where = (caller.platform, caller.place.channel_id, reference)
    work_id = outbox.work_of(tx, *where)
    reply = messages.reply(tx, work_id) if work_id else None
    if reply is None:
        reply = _named(tx, caller, outbox.reply_long_ago(tx, *where) or reference)
    return reply if reply and reply.role == "persona" else None


def _named(tx: Transaction, caller: Caller, message_id: str) -> Message | None:
    """By its own id, in one of the scenes of the caller's channel."""
    place = caller.place
    scenes = conversations.of_channel(tx, caller.platform, place.channel_id, place.guild_id)
    found = (messages.by_id(tx, scene.id, message_id) for scene in scenes)
    return next((message for message in found if message is not None), None)


def _may_change(tx: Transaction, office: Office, caller: Caller, memory: Memory) -> bool:
    try:
        return remembered.theirs(tx, office, caller, memory.id).id == memory.id
    except Refused:
        return False


COMMANDS = (
    Command(
        "memory why",
        "What a reply had in mind, with buttons to set it right.",
        why,
        (_MESSAGE,),
        always=True,
        example="/memory why",
        reads=True,
    ),
)
