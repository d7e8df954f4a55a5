"""Who is meant: the persona a word names in this guild, and who answers in this place where nobody is named."""

from __future__ import annotations

from bot.commands.base import Caller, Office, Refused
from bot.commands.words import plain
from storage import bindings, personas
from storage.bindings import ChannelKey
from storage.engines.base import Transaction
from storage.records import Binding, Persona

_SILENT = {
    "coming_soon": "is coming soon and does not talk yet",
    "discontinued": "does not talk any more",
    "archived": "is archived",
}


def standing(tx: Transaction, caller: Caller, persona_id: str) -> Persona:
    """The persona of that id, or the guild's own that stands before it by now; raises Refused."""
    found = personas.in_reach(tx, persona_id, caller.guild_id)
    if found is None:
        raise Refused("I don't find that persona here any more; /persona list shows everyone.")
    return personas.own(tx, caller.guild_id, found.name) or found


def channel(caller: Caller) -> ChannelKey:
    """The caller's channel with its guild."""
    return ChannelKey(caller.platform, caller.place.channel_id, caller.guild_id)


def named(tx: Transaction, caller: Caller, word: str) -> Persona:
    """The persona that answers to the word here; raises Refused."""
    persona = personas.called(tx, caller.guild_id, word.removeprefix("@"))
    if persona is None:
        raise Refused(f"I know no persona called “{plain(word)}” here; /persona list shows everyone.")
    return persona


def talking(persona: Persona) -> Persona:
    """The same persona, if it answers people; raises Refused."""
    if not persona.active:
        reason = _SILENT.get(persona.status, "does not talk")
        raise Refused(f"{plain(persona.sheet.display_name)} {reason}; /persona list shows who talks here.")
    return persona


def bound(tx: Transaction, caller: Caller) -> Binding | None:
    """The channel's persona; a thread has its channel's unless it has its own."""
    for channel_id in filter(None, (caller.place.channel_id, caller.place.parent_id)):
        binding = bindings.of_channel(tx, ChannelKey(caller.platform, channel_id, caller.guild_id))
        if binding is not None and _active(tx, caller, binding.persona_id):
            return binding
    return None


def chosen(tx: Transaction, caller: Caller) -> str:
    """The id of the persona this person chose in this guild, '' for none."""
    return bindings.chosen(tx, caller.platform, caller.platform_id, caller.guild_id) or ""


def usual(tx: Transaction, caller: Caller, default_persona: str) -> Persona:
    """Who answers where nobody is named: the channel's persona, then the person's, then the house's."""
    binding = bound(tx, caller)
    default = personas.called(tx, caller.guild_id, default_persona)
    found = (
        (personas.in_reach(tx, binding.persona_id, caller.guild_id) if binding else None)
        or _active(tx, caller, chosen(tx, caller))
        or (default if default and default.active else None)
    )
    if found is None:
        raise Refused("Nobody answers here by default; name a persona, /persona list shows everyone.")
    return found


def meant(tx: Transaction, office: Office, caller: Caller, word: str) -> Persona:
    """The persona named by the word, or without one whoever answers here."""
    return named(tx, caller, word) if word else usual(tx, caller, office.default_persona)


def _active(tx: Transaction, caller: Caller, persona_id: str) -> Persona | None:
    persona = personas.in_reach(tx, persona_id, caller.guild_id) if persona_id else None
    return persona if persona and persona.active else None
