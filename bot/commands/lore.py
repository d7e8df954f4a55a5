"""/lore list, show and remove: what personas are told of this channel's world and of their own."""

from __future__ import annotations

from bot.commands import entries, lorebook
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.entries import ALWAYS, OFF
from bot.commands.lorebook import Chapter
from bot.commands.words import count, day, plain, quote
from bot.ports import Button
from storage import lore
from storage.engines.base import Transaction
from storage.lore import Change, Entry

PAGE = 15
_PERSONA = Option(
    "persona",
    "A persona's own lorebook, without it this channel's too.",
    required=False,
    complete="persona",
    longest=80,
)
_PAGE = Option("page", "Which page, 1 is the first.", required=False, kind="number", longest=4)
ENTRY = Option("entry", "Its title, or the id that /lore list shows.", complete="lore", longest=100, rest=True)


async def show_all(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """One page of all that may be told here."""
    chapters = await office.database.read(lorebook.chapters, office, caller, arguments.get("persona", ""))
    lines = [(chapter, entry) for chapter in chapters for entry in chapter.entries]
    if not lines:
        return Answer("The lorebook is empty here; /lore add writes the first entry.")
    page, pages = int(arguments.get("page", "1")), -(-len(lines) // PAGE)
    if not 1 <= page <= pages:
        raise Refused(f"There is no page {page}; there {'is' if pages == 1 else 'are'} {count(pages, 'page')}.")
    shown = lines[(page - 1) * PAGE : page * PAGE]
    parts = [f"**The lorebook has {count(len(lines), 'entry', 'entries')}**"]
    for chapter in chapters:
        told = [_line(entry) for one, entry in shown if one is chapter]
        parts += [f"**{_heading(chapter)}**", *told] if told else []
    more = f"-# Page {page} of {pages}; /lore list with page {page + 1} shows more."
    return Answer("\n".join([*parts, more] if page < pages else parts))


def _heading(chapter: Chapter) -> str:
    if chapter.persona is not None:
        return f"Of {plain(chapter.persona.sheet.display_name)}, wherever it talks"
    return "Of the channel that this thread is in" if chapter.around else "Of this channel, whoever answers"


def _line(entry: Entry) -> str:
    return f"- **{plain(entry.title)}** `{entry.id}` {_when(entry)}"


def _when(entry: Entry) -> str:
    """When it comes to mind, as a clause."""
    when = entries.written(entry.snapshot()).when
    if when == OFF:
        return "is off"
    named = "always" if when == ALWAYS else f"when somebody says {', '.join(map(plain, entry.word_list))}"
    return f"{named}, priority {entry.priority}"


async def show(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """All of one entry, and how it came about."""
    entry, owner, changes = await office.database.read(_shown, office, caller, arguments["entry"])
    made = "from its file" if entry.source == "file" else f"by {plain(entry.author)}"
    parts = (
        f"**{plain(entry.title)}** `{entry.id}` · of {owner} · {made}, {day(entry.made_at)}",
        f"Told {_when(entry)}." if entry.enabled else "It is off and told nowhere.",
        quote(entry.content),
        *map(_changed, changes),
    )
    return Answer("\n".join(parts))


def _shown(tx: Transaction, office: Office, caller: Caller, word: str) -> tuple[Entry, str, list[Change]]:
    entry = lorebook.found(tx, office, caller, word)
    return entry, lorebook.owner(tx, caller, entry), lore.changes(tx, entry.scope, entry.id)


def _changed(change: Change) -> str:
    reason = f": {plain(change.reason)}" if change.reason else ""
    return f"-# {day(change.made_at)} {plain(change.actor)}{reason}"


async def remove(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Ask before anything is done."""
    entry = await office.database.read(_changeable, office, caller, arguments["entry"])
    text = (
        f"Take **{plain(entry.title)}** out of the lorebook? No persona is told of it any more, "
        "and it can't be undone. To keep it for later, /lore edit can turn it off."
    )
    return Answer(text, buttons=(Button(f"confirm:unlore:{entry.id}", "Take it out"),))


async def removed(office: Office, caller: Caller, lore_id: str) -> Answer:
    """Take out what was confirmed."""
    entry = await office.database.write(_remove, office, caller, lore_id)
    return Answer(f"**{plain(entry.title)}** is out of the lorebook.")


def _changeable(tx: Transaction, office: Office, caller: Caller, word: str) -> Entry:
    return lorebook.changeable(tx, caller, lorebook.found(tx, office, caller, word))


def _remove(tx: Transaction, office: Office, caller: Caller, lore_id: str) -> Entry:
    entry = _changeable(tx, office, caller, lore_id)
    lore.remove(tx, entry, lorebook.signed(office, caller, "taken out"))
    return entry


COMMANDS = (
    Command(
        "lore list",
        "What personas are told of this channel's world and of their own.",
        show_all,
        (_PERSONA, _PAGE),
        example="/lore list",
        reads=True,
    ),
    Command(
        "lore show", "One entry of the lorebook, whole.", show, (ENTRY,), example="/lore show The old pier", reads=True
    ),
    Command(
        "lore remove",
        "Take an entry out of the lorebook; it asks before it does.",
        remove,
        (ENTRY,),
        manage=True,
        right="lore",
        example="/lore remove The old pier",
        press=removed,
        confirms="unlore",
    ),
)
