"""/lore add and edit: a form each, and what is said when it comes back."""

from __future__ import annotations

from bot.commands import entries, here, lorebook
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.entries import Written
from bot.commands.lore import ENTRY
from bot.commands.words import all_of, plain
from storage import lore
from storage.engines.base import Transaction
from storage.lore import MOST, Change, Entry

_PERSONA = Option(
    "persona",
    "A persona of this server, to go wherever it talks; without it this channel.",
    required=False,
    complete="persona",
    longest=80,
)
_OUT_OF_DATE = "That form is out of date; open /lore edit again."


async def add(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Ask the five questions."""
    persona_id = await office.database.read(_persona_id, caller, arguments.get("persona", ""))
    form = entries.form(f"lore add:{persona_id}", "A new entry of the lorebook", Written())
    return Answer("Five questions make an entry.", form=form)


def _persona_id(tx: Transaction, caller: Caller, word: str) -> str:
    return lorebook.own(caller, here.named(tx, caller, word)).id if word else ""


async def added(office: Office, caller: Caller, persona_id: str, values: Arguments) -> Answer:
    """Keep what was written."""
    wanted = entries.read(values, Written())
    entries.check(wanted)
    entry, owner = await office.database.write(_add, office, caller, persona_id, wanted)
    name = plain(entry.title)
    return Answer(f"**{name}** stands in the lorebook of {owner}. /lore show {name} shows it.")


def _add(tx: Transaction, office: Office, caller: Caller, persona_id: str, wanted: Written) -> tuple[Entry, str]:
    scope = lorebook.scope_here(caller)
    if persona_id:
        scope = lore.of_persona(lorebook.own(caller, here.standing(tx, caller, persona_id)).id)
    _free(tx, scope, wanted.title)
    if len(lore.listed(tx, scope)) >= MOST:
        raise Refused(f"Nothing was saved: this lorebook has its {MOST} entries; /lore remove makes room.")
    by = lorebook.signed(office, caller, "written")
    blank = Entry(office.ids.new("lor"), scope, "", "[]", "", 0, 0, 1, "person", caller.author, by.now, by.now)
    entry = wanted.onto(blank)
    lore.add(tx, entry, by)
    return entry, lorebook.owner(tx, caller, entry)


def _free(tx: Transaction, scope: str, title: str) -> None:
    """Refuse a title that stands in the same book, whatever its case."""
    taken = next((one for one in lore.listed(tx, scope) if one.title.casefold() == title.casefold()), None)
    if taken is not None:
        raise Refused(
            f"Nothing was saved: this lorebook has an entry “{plain(taken.title)}”; "
            "choose another title, or change that one with /lore edit."
        )


async def edit(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Ask the same questions with what stands there."""
    entry, change = await office.database.read(_open, office, caller, arguments["entry"])
    stands = entries.written(entry.snapshot())
    form = entries.form(f"lore edit:{entry.id}:{change.id}", f"Edit {entry.title}", stands)
    return Answer(f"This changes **{plain(entry.title)}**.", form=form)


def _open(tx: Transaction, office: Office, caller: Caller, word: str) -> tuple[Entry, Change]:
    """The entry with the change it stands at."""
    entry = lorebook.changeable(tx, caller, lorebook.found(tx, office, caller, word))
    [newest] = lore.changes(tx, entry.scope, entry.id, 1)
    return entry, newest


async def edited(office: Office, caller: Caller, key: str, values: Arguments) -> Answer:
    """Keep the answers that changed."""
    entry, changed = await office.database.write(_edit, office, caller, key, values)
    name = plain(entry.title)
    if not changed:
        return Answer(f"Nothing changed; **{name}** reads as before.")
    return Answer(f"**{name}** is changed: {all_of(label.lower() for label in changed)}. The next reply knows it.")


def _edit(
    tx: Transaction, office: Office, caller: Caller, key: str, values: Arguments
) -> tuple[Entry, tuple[str, ...]]:
    """On top of what others changed while the form was open."""
    lore_id, _, change_id = key.partition(":")
    entry = lore.in_reach(tx, lore_id, lorebook.reach(caller))
    opened = lore.change_of(tx, entry, change_id) if entry else None
    if entry is None or opened is None or not opened.after_state:
        raise Refused(_OUT_OF_DATE)
    lorebook.changeable(tx, caller, entry)
    before, stands = entries.written(opened.after_state), entries.written(entry.snapshot())
    wanted = entries.merge(before, stands, entries.read(values, before))
    changed = entries.differences(stands, wanted)
    if not changed:
        return entry, ()
    entries.check(wanted)
    if wanted.title.casefold() != entry.title.casefold():
        _free(tx, entry.scope, wanted.title)
    after = wanted.onto(entry)
    reason = f"changed {all_of(label.lower() for label in changed)}"
    lore.change(tx, entry, after, lorebook.signed(office, caller, reason))
    return after, changed


COMMANDS = (
    Command(
        "lore add",
        "Write an entry of the lorebook with five questions.",
        add,
        (_PERSONA,),
        manage=True,
        right="lore",
        example="/lore add",
        submit=added,
        questions=entries.QUESTIONS,
    ),
    Command(
        "lore edit",
        "Change an entry of the lorebook, or turn it off.",
        edit,
        (ENTRY,),
        manage=True,
        right="lore",
        example="/lore edit The old pier",
        submit=edited,
        questions=entries.QUESTIONS,
    ),
)
