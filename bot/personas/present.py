"""Who could answer in a place where nobody is named: the channel's persona, a person's choice, the house's default."""

from __future__ import annotations

from bot.ports import Place
from storage import bindings, personas
from storage.bindings import ChannelKey
from storage.engines.base import Transaction
from storage.records import Binding, Persona


def reachable(tx: Transaction, guild_id: str, persona_id: str | None) -> Persona | None:
    """The persona of that id, if this guild can reach it."""
    return personas.in_reach(tx, persona_id, guild_id) if persona_id else None


def answering(tx: Transaction, guild_id: str, persona_id: str | None) -> Persona | None:
    """The persona of that id, if this guild can reach it and it answers people."""
    persona = reachable(tx, guild_id, persona_id)
    return persona if persona and persona.active else None


def bound(tx: Transaction, place: Place) -> Binding | None:
    """The channel's persona and its mode; a thread has its channel's unless it has its own."""
    return given(tx, place)[0]


def given(tx: Transaction, place: Place) -> tuple[Binding | None, bool]:
    """The same, and without one whether the channel was given to a persona that is banned by now."""
    banned = False
    for channel_id in filter(None, (place.channel_id, place.parent_id)):
        binding = bindings.of_channel(tx, ChannelKey(place.platform, channel_id, place.guild_id))
        persona = reachable(tx, place.guild_id, binding.persona_id if binding else None)
        if persona is not None and persona.active:
            return binding, False
        banned = banned or (persona is not None and persona.banned != "")
    return None, banned


def chosen(tx: Transaction, place: Place, platform_id: str) -> str:
    """The id of the persona a person chose in this guild, '' for none that answers."""
    persona = answering(tx, place.guild_id, bindings.chosen(tx, place.platform, platform_id, place.guild_id))
    return persona.id if persona else ""


def default(tx: Transaction, guild_id: str, name: str) -> str:
    """The id of the house's default persona, '' when it does not answer here."""
    persona = personas.called(tx, guild_id, name)
    return persona.id if persona and persona.active else ""


def usual(bound: Binding | None, chosen: str, default: str) -> str:
    """The id of who answers where nobody is named, '' for nobody."""
    return (bound.persona_id if bound else "") or chosen or default
