"""/memory why: what a reply had in mind, and setting it right."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import tzinfo

from bot.commands import remembered
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.persona_place import reference_of
from bot.commands.words import cut, plain
from bot.memory.mending import change
from bot.ports import Button
from bot.text.dates import day
from storage import memories, messages, outbox, people
from storage.engines.base import Transaction
from storage.memories import Memory, Used
from storage.records import Message

_MESSAGE = Option("message", "A link to a persona's message here, or its id.", required=False, longest=200)
_MOST_SHOWN = 3  # reminders with buttons below an answer


@dataclass(frozen=True, slots=True)
class _Reason:
    memory: Memory
    used: Used
    may_change: bool
    zone: tzinfo


async def why(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """What a reply had in mind, and why."""
    reference = reference_of(caller, arguments.get("message", ""))
    reasons = await office.database.read(_reasons, office, caller, reference)
    if reasons is None:
        raise Refused("I find no words of a persona there; give a link to one of its messages here.")
    if not reasons:
        return Answer("It had no memories in mind when it said that, only the conversation itself.")
    lines = [f"{number}. {plain(one.memory.statement)}\n-# {_because(one)}" for number, one in enumerate(reasons, 1)]
    changeable = [(number, one) for number, one in enumerate(reasons, 1) if one.may_change][:_MOST_SHOWN]
    buttons = [button for number, one in changeable for button in _buttons(number, one.memory.id)]
    return Answer("\n".join(["**It had this in mind**", *lines]), buttons=tuple(buttons))


def _buttons(number: int, memory_id: str) -> tuple[Button, ...]:
    named = (("wrong", "Wrong"), ("forget", "Forget"), ("pin", "Pin"))
    return tuple(Button(f"confirm:{key}:{memory_id}", f"{label} {number}") for key, label in named)


def _because(one: _Reason) -> str:
    found = json.loads(one.used.why)
    said = f"said on {day(one.memory.said_at, one.zone)}"
    if found.get("always"):
        return f"{found['always']}, {said}"
    parts = ("words", "meaning", "subject", "weight")
    return f"{', '.join(f'{part} {found[part]:.2f}' for part in parts if part in found)}, {said}"


def _reasons(tx: Transaction, office: Office, caller: Caller, reference: str) -> list[_Reason] | None:
    reply = _reply(tx, office, caller, reference)
    if reply is None:
        return None
    person = people.known(tx, caller.platform, caller.platform_id)
    audience = memories.Audience(reply.conversation_id, person.id if person else "")
    found, zone = [], remembered.zone(tx, office, caller)
    for used in memories.used_by(tx, reply.id):
        memory = memories.in_reach(tx, used.memory_id, audience)
        if memory is not None:
            found.append(_Reason(memory, used, _may_change(tx, caller, memory), zone))
    return found


def _reply(tx: Transaction, office: Office, caller: Caller, reference: str) -> Message | None:
    """The reply that is meant, in the caller's own channel: by its message, or the last one."""
    if reference:
        work_id = outbox.work_of(tx, caller.platform, caller.place.channel_id, reference)
        return messages.reply(tx, work_id) if work_id else None
    view = remembered.view(tx, office, caller, "")
    return messages.last_reply(tx, view.audience.conversation_id) if view else None


def _may_change(tx: Transaction, caller: Caller, memory: Memory) -> bool:
    try:
        return remembered.theirs(tx, caller, memory.id).id == memory.id
    except Refused:
        return False


async def wrong(office: Office, caller: Caller, memory_id: str) -> Answer:
    """Put it away as wrong."""
    memory = await office.database.write(_wrong, office, caller, memory_id)
    return Answer(f"I no longer bring that up: {plain(cut(memory.statement, 200))}\n-# /memory undo takes that back.")


def _wrong(tx: Transaction, office: Office, caller: Caller, memory_id: str) -> Memory:
    memory = remembered.theirs(tx, caller, memory_id)
    return change(
        tx, "archive", memory, replace(memory, state="archived"), "said to be wrong", remembered.pen(office, caller)
    )


COMMANDS = (
    Command(
        "memory why",
        "What a reply had in mind, with buttons to set it right.",
        why,
        (_MESSAGE,),
        example="/memory why",
        press=wrong,
        confirms="wrong",
    ),
)
