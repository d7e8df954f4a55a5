"""/persona ban and unban: the operator silences a persona with all its editions, and lets it speak again."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.commands import here
from bot.commands.base import Answer, Arguments, Caller, Command, Field, Form, Office, Option, Refused
from bot.commands.persona import ANY_NAME
from bot.commands.words import all_of, cut, plain
from bot.personas.ban import LONGEST_REASON, ban
from bot.text.clean import clean
from storage import bans, personas
from storage.engines.base import Transaction
from storage.records import Persona, PersonaLine

_WHY = "Those who manage a server read it beside the name."
_REASON = Field("reason", "Why it is banned", longest=LONGEST_REASON, hint=_WHY)
_GIVEN = Option("reason", "Why; the managers of servers read it.", required=False, longest=LONGEST_REASON)
_NAME = replace(ANY_NAME, description="The persona all servers share; a server's own is name@server-id.")
_OF_SERVER = re.compile(r"^(.+)@(\d+)$")


def _meant(tx: Transaction, caller: Caller, word: str) -> Persona:
    """The shared persona of that name before the own one of the caller's server; raises Refused."""
    own = _OF_SERVER.match(word)
    found = personas.called(tx, own[2], own[1]) if own else personas.called(tx, "", word)
    if own and (found is None or found.guild_id != own[2]):
        raise Refused(f"Server {own[2]} has no persona of its own called “{plain(own[1])}”; nothing was changed.")
    return found or here.named(tx, caller, word)


async def order(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Say what would happen and ask for the reason; sending that confirms it."""
    persona = await office.database.read(_meant, caller, arguments["name"])
    name = persona.sheet.display_name
    if persona.banned:
        raise Refused(f"{plain(name)} is banned already ({plain(persona.banned)}); /persona unban lifts that.")
    reach = f"in server {persona.guild_id}" if persona.guild_id else "in any server, and neither will its copies there"
    text = f"**{plain(name)}** will answer nobody {reach}, until /persona unban lifts the ban."
    why = replace(_REASON, value=arguments.get("reason", ""))
    return Answer(text, form=Form(f"persona ban:{persona.id}", cut(f"Ban {name}", 45), (why,)))


async def ordered(office: Office, caller: Caller, persona_id: str, values: Arguments) -> Answer:
    """Ban what was confirmed, and stop what it is saying."""
    reason = " ".join(clean(values.get(_REASON.key, "")).split())
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Refused(f"Nothing was changed: a ban needs a reason of 1 to {LONGEST_REASON} characters.")
    persona, running = await office.database.write(_ban, office, caller, persona_id, reason)
    for work_id in running:
        office.bells.stop(work_id, keep=True)
    office.bells.outbox.ring()
    name = plain(persona.sheet.display_name)
    return Answer(f"**{name}** is banned and answers nobody. /persona unban {_written(persona)} lifts that.")


def _ban(tx: Transaction, office: Office, caller: Caller, persona_id: str, reason: str) -> tuple[Persona, list[str]]:
    persona = personas.by_id(tx, persona_id)
    if persona is None:
        raise Refused("That persona is gone; order it again with /persona ban.")
    return persona, ban(tx, persona.id, reason, caller.author, office.clock.now())


async def unban(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Give the persona back the status it had."""
    persona = await office.database.write(_lift, caller, arguments["name"])
    name = plain(persona.sheet.display_name)
    lasting = f" If {persona.name}.toml still says `banned`, the next start bans it again."
    return Answer(f"The ban on **{name}** is lifted.{lasting if persona.source == 'file' else ''}")


def _lift(tx: Transaction, caller: Caller, word: str) -> Persona:
    persona = _meant(tx, caller, word)
    if not bans.lift(tx, persona.id):
        found = all_of(f"`{_written(line)}`" for line in bans.listed(tx))
        known = f"banned are {found}." if found else "nobody is."
        raise Refused(f"No ban is on {plain(persona.sheet.display_name)} itself; {known}")
    return persona


def _written(persona: Persona | PersonaLine) -> str:
    """How the operator names it from anywhere."""
    return f"{persona.name}@{persona.guild_id}" if persona.guild_id else persona.name


COMMANDS = (
    Command(
        "persona ban",
        "Silence a persona in every server; no server can undo it.",
        order,
        (_NAME, _GIVEN),
        operator=True,
        example="/persona ban ada poses as a real person",
        submit=ordered,
        questions=(_REASON,),
    ),
    Command(
        "persona unban",
        "Let a banned persona be what it was before.",
        unban,
        (_NAME,),
        operator=True,
        example="/persona unban ada",
    ),
)
