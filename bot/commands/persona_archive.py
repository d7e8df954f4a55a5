"""/persona archive: says what would happen, does it when that is confirmed, and takes it back."""

from __future__ import annotations

from bot.commands import editions, here
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.persona import ANY_NAME
from bot.commands.words import plain
from bot.ports import Button
from storage import personas
from storage.engines.base import Transaction
from storage.records import Persona

ARCHIVED = "archived"
_BACK = "/persona archive {name} with restore set to yes brings it back."
_RESTORE = Option("restore", "“yes” brings an archived persona back.", required=False, choices=("yes", "no"))


async def archive(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Ask before anything is done."""
    word = arguments["name"]
    if arguments.get("restore") == "yes":
        return await _restored(office, caller, word)
    persona = here.changeable(await office.database.read(here.named, caller, word))
    name = plain(persona.sheet.display_name)
    if persona.status == ARCHIVED:
        return Answer(f"**{name}** is archived already. {_BACK.format(name=persona.name)}")
    where = "in this server" if caller.guild_id else "anywhere"
    default = personas.name_key(office.default_persona) == persona.name
    text = (
        f"Archive **{name}**? It would no longer answer {where}. Nothing it said is deleted, and "
        + _BACK.format(name=persona.name)
        + (" It is who answers where nobody else was chosen, so then nobody will." if default else "")
    )
    return Answer(
        text, buttons=(Button(f"confirm:archive:{persona.id}", f"Archive {persona.sheet.display_name}"[:80]),)
    )


async def archived(office: Office, caller: Caller, persona_id: str) -> Answer:
    """Archive what was confirmed."""
    persona = await office.database.write(_archive, office, caller, persona_id)
    name = plain(persona.sheet.display_name)
    return Answer(f"**{name}** is archived. {_BACK.format(name=persona.name)}")


def _archive(tx: Transaction, office: Office, caller: Caller, persona_id: str) -> Persona:
    persona = editions.own(tx, office, caller, here.standing(tx, caller, persona_id))
    personas.set_status(tx, persona.id, ARCHIVED, office.clock.now())
    return persona


async def _restored(office: Office, caller: Caller, word: str) -> Answer:
    persona, changed = await office.database.write(_restore, office, caller, word)
    name = plain(persona.sheet.display_name)
    return Answer(f"**{name}** is back." if changed else f"**{name}** is not archived, so there is nothing to restore.")


def _restore(tx: Transaction, office: Office, caller: Caller, word: str) -> tuple[Persona, bool]:
    persona = here.changeable(here.named(tx, caller, word))
    if persona.status != ARCHIVED:
        return persona, False
    if persona.guild_id != caller.guild_id:
        raise Refused(f"{plain(persona.sheet.display_name)} is shared; the operator brings it back in the terminal.")
    return persona, personas.set_status(tx, persona.id, "active", office.clock.now())


COMMANDS = (
    Command(
        "persona archive",
        "Let a persona rest; it asks before it does, and can be taken back.",
        archive,
        (ANY_NAME, _RESTORE),
        manage=True,
        right="personas",
        example="/persona archive ada",
        press=archived,
        confirms="archive",
    ),
)
