"""/persona create and edit: a form each, and what is said when it comes back."""

from __future__ import annotations

from bot.commands import editions, sheets
from bot.commands.base import Answer, Arguments, Caller, Command, Office
from bot.commands.editions import Opened
from bot.commands.persona import ANY_NAME
from bot.commands.sheets import LABELS, Written
from bot.commands.words import all_of, plain
from bot.personas.face import starter_buttons

_LEFT_OUT = " Its {what} is longer than a form can hold, so the form leaves it as it is."


async def create(office: Office, caller: Caller, _: Arguments) -> Answer:
    """Ask the five questions."""
    return Answer("Five questions make a persona.", form=sheets.form("persona create:", "A new persona", Written()))


async def created(office: Office, caller: Caller, _: str, values: Arguments) -> Answer:
    """Make the persona of the answers."""
    wanted = sheets.read(values, Written())
    persona = await office.database.write(editions.begin, office, caller, wanted)
    name = plain(persona.sheet.display_name)
    text = f"**{name}** is here. Say “{name}, hello”, or give it this channel with /persona bind {persona.name}."
    return Answer(text, buttons=starter_buttons(persona.id, persona.sheet))


async def edit(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Ask the same questions with what stands there."""
    persona, stands, opened = await office.database.read(editions.open, caller, arguments["name"])
    name = persona.sheet.display_name
    form = sheets.form(f"persona edit:{opened.key}", f"Edit {name}", stands)
    whose = "this server's own copy of " if caller.guild_id and not persona.guild_id else ""
    missing = LABELS.keys() - {field.key for field in form.fields}
    left_out = _LEFT_OUT.format(what=all_of(sorted(missing))) if missing else ""
    return Answer(f"This changes {whose}**{plain(name)}**.{left_out}", form=form)


async def edited(office: Office, caller: Caller, key: str, values: Arguments) -> Answer:
    """Keep the answers that changed."""
    opened = Opened.read(key)
    done = await office.database.write(editions.change, office, caller, opened, values)
    name = plain(done.persona.sheet.display_name)
    if not done.changed:
        return Answer(f"Nothing changed; **{name}** stays at version {done.persona.version}.")
    what = all_of(LABELS[key].lower() for key in done.changed)
    copied = done.persona.id != opened.persona_id and done.persona.version <= 2
    note = f"\n-# This server now has its own {name}; the {name} of other servers stays as it was." if copied else ""
    return Answer(f"**{name}** is changed: {what}. The next reply shows it.{note}")


COMMANDS = (
    Command(
        "persona create",
        "Make a persona of your own with five questions.",
        create,
        manage=True,
        right="personas",
        example="/persona create",
        submit=created,
        questions=sheets.QUESTIONS,
    ),
    Command(
        "persona edit",
        "Change a persona; one that all servers share becomes this server's own first.",
        edit,
        (ANY_NAME,),
        manage=True,
        right="personas",
        example="/persona edit ada",
        submit=edited,
        questions=sheets.QUESTIONS,
    ),
)
