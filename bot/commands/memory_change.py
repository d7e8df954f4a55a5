"""/memory edit, forget, pin, history and undo: set right what a persona remembers of you."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo

from bot.commands import heard, remembered
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.words import plain
from bot.memory.alike import statement_hash
from bot.memory.candidate import Candidate, Subject
from bot.memory.guard import refused
from bot.memory.journal import Pen
from bot.memory.mending import CantUndo, change, forget_for_good, reword, undo, undo_links
from bot.ports import Button
from bot.text.dates import day
from storage import memories, memory_changes
from storage.engines.base import Transaction
from storage.memories import Memory
from storage.memory_changes import Change
from storage.readings import Line

_ID = Option("id", "The id that /memory list shows.", complete="memory", longest=40)
_TEXT = Option("text", "What it should say.", longest=300, rest=True)
_PIN = Option("pin", "yes keeps it always in mind (the default), no lets it go.", required=False, choices=("yes", "no"))
_WHAT = Option(
    "what",
    "change (the default), or links: those with other memories that tidying made last.",
    required=False,
    choices=("change", "links"),
)
Undo = Callable[[Transaction, Memory, Pen], tuple[str, Memory]]


async def edit(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Put it in the caller's words."""
    await heard.see(office, caller, arguments)
    after = await office.database.write(_edit, office, caller, arguments)
    office.bells.passages.ring()
    return Answer(f"Now I remember: {plain(after.statement)}\n-# /memory undo takes that back.")


def _edit(tx: Transaction, office: Office, caller: Caller, arguments: Arguments) -> Memory:
    memory = remembered.theirs(tx, office, caller, arguments["id"])
    text = " ".join(arguments["text"].split())
    near = memories.neighbours(tx, memory.conversation_id, memory.subject_key)
    key = statement_hash(text)
    if any(one.id != memory.id and one.statement_hash == key and one.holds for one in near):
        raise Refused("I remember just that already; /memory forget takes one of the two away.")
    if _is_order(memory, text):
        raise Refused("That is an order or a claim of rank and not something to remember; put it as a plain fact.")
    return reword(tx, memory, text, remembered.pen(office, caller))


def _is_order(memory: Memory, text: str) -> bool:
    subject = Subject("name", memory.subject_key, memory.subject_name)
    candidate = Candidate(text, "fact", subject, "", memory.teller_id, memory.said_at)
    line = Line("", 0, "person", memory.teller_id, memory.subject_name, text, memory.said_at, None)
    return bool(refused(candidate, line, ""))


async def forget(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Ask before anything is done."""
    memory = await office.database.read(remembered.theirs, office, caller, arguments["id"])
    text = (
        f"Forget this for good? {plain(memory.statement)}\nIt can't be undone, and the message it came from is not "
        "brought up again either. What stands in the channel itself stays there until you delete it."
    )
    return Answer(text, buttons=(Button(f"confirm:forget:{memory.id}", "Forget it"),))


async def forgotten(office: Office, caller: Caller, memory_id: str) -> Answer:
    """Forget what was confirmed."""
    await office.database.write(_forget, office, caller, memory_id)
    return Answer("Forgotten.")


def _forget(tx: Transaction, office: Office, caller: Caller, memory_id: str) -> None:
    forget_for_good(tx, remembered.theirs(tx, office, caller, memory_id), remembered.pen(office, caller))


async def pin(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Keep it in mind always, or only when it fits."""
    wanted = arguments.get("pin", "yes") == "yes"
    memory = await office.database.write(_pin, office, caller, arguments["id"], wanted)
    said = "is always in mind" if wanted else "comes to mind when it fits"
    return Answer(f"That {said} from now on: {plain(memory.statement)}")


def _pin(tx: Transaction, office: Office, caller: Caller, memory_id: str, wanted: bool) -> Memory:
    memory = remembered.theirs(tx, office, caller, memory_id)
    reason = "pinned by a person" if wanted else "unpinned by a person"
    return change(tx, "pin", memory, replace(memory, pinned=int(wanted)), reason, remembered.pen(office, caller))


async def history(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Every entry about it, the newest first."""
    memory, changes, zone = await office.database.read(_history, office, caller, arguments["id"])
    return Answer("\n".join([f"**{plain(memory.statement)}**", *(_entry(one, zone) for one in changes)]))


def _history(tx: Transaction, office: Office, caller: Caller, memory_id: str) -> tuple[Memory, list[Change], tzinfo]:
    memory = remembered.theirs(tx, office, caller, memory_id)
    return memory, memory_changes.of_memory(tx, memory.conversation_id, memory.id), remembered.zone(tx, office, caller)


def _entry(entry: Change, zone: tzinfo) -> str:
    before = json.loads(entry.before_state).get("statement") if entry.before_state else None
    after = json.loads(entry.after_state).get("statement") if entry.after_state else None
    read = f", before it read “{plain(before)}”" if before and before != after else ""
    taken_back = ", taken back since" if entry.undone_at else ""
    when, by = day(entry.made_at, zone), plain(entry.actor)
    return f"- {when} **{entry.action}** by {by}: {plain(entry.reason)}{read}{taken_back}"


async def take_back(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Go back on the last change, or on the links that tidying made last."""
    way = undo_links if arguments.get("what") == "links" else undo
    try:
        action, memory = await office.database.write(_undo, office, caller, arguments["id"], way)
    except CantUndo as cant:
        raise Refused(str(cant)) from cant
    office.bells.passages.ring()
    left = "I no longer bring it up" if memory.state == "archived" else f"it reads: {plain(memory.statement)}"
    return Answer(f"Taken back ({action}); {left}.")


def _undo(tx: Transaction, office: Office, caller: Caller, memory_id: str, way: Undo) -> tuple[str, Memory]:
    return way(tx, remembered.theirs(tx, office, caller, memory_id), remembered.pen(office, caller))


COMMANDS = (
    Command(
        "memory edit",
        "Put a memory in your own words.",
        edit,
        (_ID, _TEXT),
        example="/memory edit mem_01jd2x9k3f7h1m5n8p0qr I live in Bergen",
    ),
    Command(
        "memory forget",
        "Forget something for good; it asks before it does.",
        forget,
        (_ID,),
        always=True,
        example="/memory forget mem_01jd2x9k3f7h1m5n8p0qr",
        press=forgotten,
        confirms="forget",
    ),
    Command(
        "memory pin",
        "Keep something always in mind, or let it go.",
        pin,
        (_ID, _PIN),
        example="/memory pin mem_01jd2x9k3f7h1m5n8p0qr",
    ),
    Command(
        "memory history",
        "How a memory came about and was changed.",
        history,
        (_ID,),
        always=True,
        example="/memory history mem_01jd2x9k3f7h1m5n8p0qr",
        reads=True,
    ),
    Command(
        "memory undo",
        "Take the last change of a memory back.",
        take_back,
        (_ID, _WHAT),
        example="/memory undo mem_01jd2x9k3f7h1m5n8p0qr",
    ),
)
