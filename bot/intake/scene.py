"""Who could answer what was said, and what stands against it, as it is read."""

from __future__ import annotations

from bot.access import gate
from bot.access.rules import around, told
from bot.intake.decide import Scene
from bot.intake.names import spoken_to
from bot.personas import present
from bot.ports import Place, Said
from bot.privacy.unheard import Why, silent_now, silent_then
from bot.settings.snapshot import one_now
from config.dynamic import BOT_TURNS
from storage import outbox, personas, turns
from storage.engines.base import Transaction
from storage.records import Persona
from storage.settings import Reach


def scene(tx: Transaction, said: Said, default_persona: str, now: int) -> Scene:
    """Who could answer what was said, in the guild it was said in, and what stands against it."""
    place, who = said.place, said.speaker
    if who.is_ours or who.proxy:
        return Scene()
    found = gate.look(tx, around(place, who.platform_id, who.roles), now)
    if who.is_bot and found.listed is None:
        return Scene()
    replied = outbox.said_by(tx, place.platform, place.channel_id, said.reply_to) if said.reply_to else None
    answering = present.reachable(tx, place.guild_id, replied)
    named = _named(tx, place.guild_id, said.text)
    meant = [persona for persona in (answering, named) if persona is not None]
    bound, closed = present.given(tx, place)
    return Scene(
        replied=answering.id if answering and answering.active else "",
        named=named.id if named and named.active else "",
        banned=next((persona.id for persona in meant if persona.banned), ""),
        bound=bound,
        closed=closed,
        chosen=present.chosen(tx, place, said.speaker.platform_id),
        default=present.default(tx, place.guild_id, default_persona),
        unheard=_unheard(tx, said),
        barred=told(found.barred) if found.barred else "",
        shut=gate.direct(tx, place.platform, who.platform_id) if place.kind == "dm" else "",
        hushed=f"until {gate.until(found.hush.until)}" if found.hush else "",
        listed=found.listed is not None,
        spent=who.is_bot and turns.taken(tx, place.platform, place.channel_id) >= bot_turns(tx, place),
        muted=found.muted,
    )


def bot_turns(tx: Transaction, place: Place) -> int:
    """How often personas there may answer bots before a person has spoken again."""
    return one_now(tx, BOT_TURNS, reach(place))


def for_adults(tx: Transaction, place: Place, persona_id: str) -> bool:
    """Whether the persona may not talk there because others than adults may read it."""
    persona = None if place.adult or place.kind == "terminal" else personas.by_id(tx, persona_id)
    return persona is not None and persona.sheet.nsfw


def _unheard(tx: Transaction, said: Said) -> Why | None:
    """Why these words must not be kept. Only of what is found after a gap is it asked when it was said: live words are
    said now, whatever the platform's clock says."""
    who = said.place.platform, said.speaker.platform_id
    return silent_then(tx, *who, said.said_at) if said.caught_up else silent_now(tx, *who)


def _named(tx: Transaction, guild_id: str, text: str) -> Persona | None:
    """Whom the words begin by naming, if it answers or is banned."""
    for word in spoken_to(text):
        persona = personas.called(tx, guild_id, word)
        if persona is not None and (persona.active or persona.banned):
            return persona
    return None


def reach(place: Place) -> Reach:
    """What settings of a place hold there, whoever speaks."""
    return Reach(place.platform, channel_id=place.channel_id, parent_id=place.parent_id, guild_id=place.guild_id)
