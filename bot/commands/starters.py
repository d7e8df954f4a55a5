"""A suggested message was picked by its button: the person says it, in the wording of the persona's sheet."""

from __future__ import annotations

from bot.commands.base import Answer, Caller, Office, Refused
from bot.commands.words import plain
from bot.personas.face import read_starter_key
from bot.ports import Said, Speaker
from storage import personas


async def pressed(office: Office, caller: Caller, key: str, said_id: str, said_at: int) -> Answer:
    """Say the starter behind that key; ``said_id`` makes a press that is told twice harmless; raises Refused."""
    found = read_starter_key(key)
    persona = await office.database.read(personas.by_id, found[0]) if found else None
    if found is None or persona is None or found[1] >= len(persona.sheet.starters):
        raise Refused("That suggestion is out of date; just write what you want to say.")
    if not persona.active or persona.guild_id not in ("", caller.guild_id):
        raise Refused(f"{persona.sheet.display_name} does not talk here at present; /persona list shows who does.")
    text = persona.sheet.starters[found[1]]
    said = Said(
        client_message_id=said_id,
        place=caller.place,
        speaker=Speaker(caller.platform_id, caller.name),
        text=text,
        said_at=said_at,
        persona_id=persona.id,
    )
    await office.speak(said)
    return Answer(f"**{plain(caller.name)}** to **{plain(persona.sheet.display_name)}**: {text}", private=False)
