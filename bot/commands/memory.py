"""/memory list, search, add and export: what a persona remembers of you, and what you want it to."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import tzinfo

from bot.commands import check, gated, heard, remembered
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.memory_pause import PAUSED, paused
from bot.commands.remembered import View
from bot.commands.words import count, plain
from bot.memory.alike import content_words, fold
from bot.memory.candidate import CERTAIN, PERSONA, Candidate, Subject
from bot.memory.dates import happened_at
from bot.memory.decide import Discard
from bot.memory.guard import refused
from bot.memory.learn import Found, Learned, take
from bot.memory.mending import change
from bot.memory.owing import owe_wording
from bot.memory.wished import understood, wished_words
from bot.memory.wishes import Wish, keep_plain
from bot.text.dates import day, since, told_on
from storage import messages, people
from storage.engines.base import Transaction
from storage.memories import Memory
from storage.readings import Line

PAGE = 15
_PERSONA = Option(
    "persona", "Whose memory; without it whoever answers here.", required=False, complete="persona", longest=80
)
_WHOSE = Option(
    "whose", "mine (the default), or everyone's of this channel.", required=False, choices=("mine", "everyone")
)
_PAGE = Option("page", "Which page, 1 is the newest.", required=False, kind="number", longest=4)
_WORDS = Option("words", "What to look for.", longest=200, rest=True)
_TEXT = Option("text", "What to remember, in a sentence.", longest=300, rest=True)
_WHERE = Option(
    "where", "here (the default), or server: everyone in it may learn it.", required=False, choices=("here", "server")
)
_EXPORTED = (
    "id",
    "statement",
    "kind",
    "topic",
    "subject_name",
    "importance",
    "confidence",
    "said_at",
    "happened_at",
    "happened_precision",
    "valid_from",
    "valid_to",
    "expires_at",
    "core",
    "pinned",
    "reach",
    "writer",
    "author",
    "recorded_at",
)
_NOTHING = "I remember nothing of yours here yet. Tell me something, or use /memory add."


def until(memory: Memory, zone: tzinfo, now: int) -> str:
    """When it was said and happened, since when it is so, and until when it holds or held."""
    end = memory.ended_at(now)
    over = f", until {day(end, zone)}" if end is not None else ""
    if end is None and memory.expires_at is not None:
        over = f", holds until {day(memory.expires_at, zone)}"
    told = told_on(memory.said_at, happened_at(memory), memory.happened_precision, zone)
    return f"{since(memory.valid_from, memory.said_at, zone)} ({told}{over})"


def _known(tx: Transaction, office: Office, caller: Caller, arguments: Arguments) -> tuple[View | None, list[Memory]]:
    view = remembered.view(tx, office, caller, arguments.get("persona", ""))
    return view, remembered.found(tx, view, caller, arguments.get("whose", "mine")) if view else []


async def show(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """One page of it."""
    view, found = await office.database.read(_known, office, caller, arguments)
    shown = _page(view, found, int(arguments.get("page", "1")), "/memory list") if view and found else _NOTHING
    return Answer(f"{shown}\n{PAUSED}" if await office.database.read(paused, caller) else shown)


def _page(view: View, found: list[Memory], page: int, order: str) -> str:
    pages = -(-len(found) // PAGE)
    if not 1 <= page <= pages:
        raise Refused(f"There is no page {page}; there {'is' if pages == 1 else 'are'} {count(pages, 'page')}.")
    name = plain(view.persona.sheet.display_name)
    lines = [remembered.shown(one, until(one, view.zone, view.now)) for one in found[(page - 1) * PAGE : page * PAGE]]
    more = f"-# Page {page} of {pages}; {order} with page {page + 1} shows more." if page < pages else ""
    head = f"**{name} remembers {count(len(found), 'thing')}**"
    return "\n".join(filter(None, [head, *lines, more]))


async def search(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Those with the most of the words first."""
    view, found = await office.database.read(_known, office, caller, arguments)
    wanted = content_words(arguments["words"])
    rated = [(len(wanted & content_words(one.statement)), one) for one in found]
    best = [one for rate, one in sorted(rated, key=lambda pair: -pair[0]) if rate]
    if view is None or not best:
        return Answer(f"I remember nothing with “{plain(arguments['words'])}” here; /memory list shows what there is.")
    return Answer(_page(view, best[:PAGE], 1, "/memory search"))


async def add(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Keep it; of a picked message the face hands in ``_said_id``, ``_teller``, ``_teller_id`` and ``_ours``."""
    await heard.see(office, caller, {**arguments, "_told_at": arguments.get("_at", "0")})
    everywhere = arguments.get("where") == "server"
    if everywhere and not (check.may_manage(caller, "memories") and caller.guild_id):
        raise Refused("Only those with Manage Server open a memory to the whole server; leave “where” out.")
    name, kept = await office.database.write(_add, office, caller, arguments, everywhere)
    office.bells.passages.ring()
    office.bells.work.ring()
    if not kept:
        raise Refused("That is an order or a claim of rank and not something to remember; put it as a plain fact.")
    lines = "\n".join(remembered.shown(one, "") for one in kept)
    return Answer(f"**{plain(name)}** remembers{' for the whole server' if everywhere else ' here'}:\n{lines}")


def _add(
    tx: Transaction, office: Office, caller: Caller, arguments: Arguments, everywhere: bool
) -> tuple[str, list[Memory]]:
    conversation, person, persona = remembered.opened(tx, office, caller, arguments.get("persona", ""))
    for one in (caller.platform_id, arguments.get("_teller_id", caller.platform_id)):
        gated.wants(tx, caller, one, persona)
    pen, text = remembered.pen(office, caller), arguments["text"]
    if "_said_id" in arguments:
        kept = _picked(tx, office, caller, arguments, conversation.id)
    else:
        wish = Wish(conversation.id, person, text, pen.now, zone=remembered.zone(tx, office, caller))
        kept = keep_plain(tx, wish, understood(text, person.name), pen)
        for memory in kept:
            if wished_words(memory.statement):
                owe_wording(tx, conversation.id, memory.id, office.ids, pen.now, pen.now)
    if everywhere:
        kept = [change(tx, "edit", one, _open(one), "opened to the whole server", pen) for one in kept]
    return persona.sheet.display_name, kept


def _open(memory: Memory) -> Memory:
    return replace(memory, reach="guild")


def _picked(
    tx: Transaction, office: Office, caller: Caller, arguments: Arguments, conversation_id: str
) -> list[Memory]:
    """A message in its writer's words; it rests on that message where we heard it in this very scene."""
    teller = people.known(tx, caller.platform, arguments["_teller_id"])
    message = messages.heard(tx, caller.platform, caller.place.channel_id, arguments["_said_id"])
    here = message is not None and message.conversation_id == conversation_id and message.deleted_at is None
    message_id = message.id if message is not None and here else ""
    name, text = arguments["_teller"], arguments["text"]
    subject = Subject("person", teller.id, name) if teller else Subject("name", fold(name), name)
    if arguments.get("_ours"):
        subject = Subject("persona", PERSONA, name)
    said_at = int(arguments["_at"])
    statement = f"{name} said: “{' '.join(text.split())}”"
    teller_id = teller.id if teller else None
    candidate = Candidate(statement, "fact", subject, message_id, teller_id, said_at, "", 7, CERTAIN)
    line = Line(message_id, 0, "person", teller_id, name, text, said_at, None)
    reason = refused(candidate, line, "")
    pen = remembered.pen(office, caller)
    found = Found(candidate, text, Discard(reason) if reason else None)
    kept = take(tx, Learned(conversation_id, (), 0, pen.now), found, pen)
    return [kept] if kept is not None else []


async def export(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """All of the caller's as a file."""
    view, found = await office.database.read(_known, office, caller, arguments)
    if view is None or not found:
        return Answer(_NOTHING)
    told = [_exported(one) for one in found]
    text = f"What **{plain(view.persona.sheet.display_name)}** remembers of you here: {count(len(found), 'thing')}."
    return Answer(text, file=json.dumps(told, ensure_ascii=False, indent=2))


def _exported(memory: Memory) -> dict[str, object]:
    return {name: getattr(memory, name) for name in _EXPORTED} | {"tags": list(memory.tag_list)}


def suggestions(tx: Transaction, office: Office, caller: Caller, typed: str) -> list[tuple[str, str]]:
    """The caller's own memories with those words, by id."""
    view = remembered.view(tx, office, caller, "")
    part = fold(typed)
    own = remembered.found(tx, view, caller, "mine") if view else []
    return [(one.id, one.statement) for one in own if part in fold(one.statement) or typed.strip() in one.id]


COMMANDS = (
    Command(
        "memory list",
        "What a persona remembers of you here.",
        show,
        (_PERSONA, _WHOSE, _PAGE),
        always=True,
        example="/memory list",
        reads=True,
    ),
    Command(
        "memory search",
        "Look for something in it.",
        search,
        (_WORDS, _PERSONA, _WHOSE),
        always=True,
        example="/memory search tea",
        reads=True,
    ),
    Command(
        "memory add",
        "Have a persona remember something.",
        add,
        (_TEXT, _PERSONA, _WHERE),
        example="/memory add I am allergic to nuts",
    ),
    Command(
        "memory export",
        "All of it as a file.",
        export,
        (_PERSONA,),
        always=True,
        example="/memory export",
        reads=True,
    ),
)
