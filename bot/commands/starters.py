"""A suggested message was picked by its button: the person says it, in the wording of the persona's sheet."""

from __future__ import annotations

from bot.commands import gated, heard, here, registry, talk
from bot.commands.base import Answer, Caller, Office, Refused
from bot.commands.words import plain
from bot.personas.face import LONGEST_LABEL, read_starter_key
from bot.ports import Said, Speaker
from storage.engines.base import Transaction
from storage.records import Persona

_OUT_OF_DATE = "That suggestion is out of date; just write what you want to say."


async def pressed(office: Office, caller: Caller, key: str, label: str, said_id: str, said_at: int) -> Answer:
    """Say the starter behind that key; ``said_id`` makes a press that is told twice harmless; raises Refused."""
    here.must_be_able_to_write(caller)
    await registry.admitted(office, caller, talk.CHAT)
    await heard.see(office, caller, {})
    persona, text = await office.database.read(_picked, office, caller, key, label)
    said = Said(
        client_message_id=said_id,
        place=caller.place,
        speaker=Speaker(caller.platform_id, caller.name, roles=caller.roles),
        text=text,
        said_at=said_at,
        persona_id=persona.id,
    )
    await office.speak(said)
    return Answer(f"**{plain(caller.name)}** to **{plain(persona.sheet.display_name)}**: {text}", private=False)


def _picked(tx: Transaction, office: Office, caller: Caller, key: str, label: str) -> tuple[Persona, str]:
    """Who is spoken to and the words, which must be those that the button showed."""
    found = read_starter_key(key)
    if found is None:
        raise Refused(_OUT_OF_DATE)
    persona = gated.fit(tx, office, caller, here.talking(here.standing(tx, caller, found[0])))
    text = next(iter(persona.sheet.starters[found[1] : found[1] + 1]), "")
    if not text or text[:LONGEST_LABEL] != label:
        raise Refused(_OUT_OF_DATE)
    return persona, text
