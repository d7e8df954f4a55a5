"""/chat and /reset: say words to a persona, and let history begin anew."""

from __future__ import annotations

from dataclasses import replace

from bot.commands import gated, heard, here
from bot.commands.base import Answer, Arguments, Caller, Command, Office, Option, Refused
from bot.commands.words import plain
from bot.ports import Said, Speaker
from storage import conversations
from storage.engines.base import Transaction
from storage.records import Persona

_LONGEST = 4000
_MESSAGE = Option("message", "What you want to say.", longest=_LONGEST, rest=True)
_PERSONA = Option(
    "persona",
    "Who should answer; without it whoever answers here.",
    required=False,
    complete="persona",
    longest=80,
)
_WHO_BEGINS = replace(_PERSONA, description="Who should begin anew; without it whoever answers here.")


def _whom(tx: Transaction, office: Office, caller: Caller, word: str, teller: str) -> Persona:
    persona = gated.fit(tx, office, caller, here.talking(here.meant(tx, office, caller, word)))
    gated.wants(tx, caller, teller, persona)
    return persona


async def chat(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Hand the words on; the face hands in the platform's id as ``_id`` and the time (milliseconds) as ``_at``."""
    here.must_be_able_to_write(caller)
    await heard.see(office, caller, arguments)
    teller = arguments.get("_teller_id", caller.platform_id)
    persona = await office.database.read(_whom, office, caller, arguments.get("persona", ""), teller)
    said = Said(
        client_message_id=arguments.get("_id") or office.ids.new("cmd"),
        place=caller.place,
        speaker=Speaker(caller.platform_id, caller.name, roles=caller.roles),
        text=arguments["message"],
        said_at=int(arguments.get("_at") or office.clock.now()),
        persona_id=persona.id,
    )
    name = plain(persona.sheet.display_name)
    if not await office.speak(said):
        raise Refused(f"{name} does not answer that; /persona why says by which rule.")
    quiet = await office.database.read(here.quiet, office, caller)
    note = f"\n-# {quiet}" if quiet else ""
    return Answer(f"**{plain(caller.name)}** to **{name}**: {arguments['message']}{note}", private=False)


def _reset(tx: Transaction, office: Office, caller: Caller, word: str) -> tuple[Persona, bool]:
    persona = here.meant(tx, office, caller, word)
    place = caller.place
    return persona, conversations.begin_anew(tx, place.platform, place.channel_id, place.guild_id, persona.id)


async def reset(office: Office, caller: Caller, arguments: Arguments) -> Answer:
    """Let the persona read nothing of what was said here before."""
    persona, begun = await office.database.write(_reset, office, caller, arguments.get("persona", ""))
    name = plain(persona.sheet.display_name)
    if not begun:
        return Answer(f"**{name}** has not talked here yet, so there is nothing to begin anew.")
    return Answer(f"**{name}** begins anew here and no longer reads what was said before. What was said is still kept.")


CHAT = Command(
    "chat",
    "Say something to a persona, in any place.",
    chat,
    (_MESSAGE, _PERSONA),
    example="/chat Why is the sky dark at night?",
    private=False,
)
COMMANDS = (
    CHAT,
    Command(
        "reset",
        "Begin this conversation anew; what was said is still kept.",
        reset,
        (_WHO_BEGINS,),
        manage_in_guild=True,
        right="conversations",
        example="/reset ada",
    ),
)
