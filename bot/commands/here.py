"""Whom a word names in this guild, who answers here where nobody is named, and which settings hold here."""

from __future__ import annotations

from bot.commands.base import Caller, Office, Refused
from bot.commands.levels import reach
from bot.commands.words import plain
from bot.personas import present
from bot.settings.quiet import quiet_until
from bot.settings.snapshot import Snapshot, look_now
from bot.spending.budget import Limit, Payer, closed, limits, told
from config.dynamic import QUIET_HOURS, TIME_ZONE
from storage import conversations, messages, people, personas
from storage.bindings import ChannelKey
from storage.engines.base import Transaction
from storage.records import BANNED, Persona

_SILENT = {
    "coming_soon": "is coming soon and does not talk yet",
    "discontinued": "does not talk any more",
    "archived": "is archived",
    BANNED: "was banned by the operator and answers nobody",
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
        reason = _SILENT.get(persona.standing, "does not talk")
        raise Refused(f"{plain(persona.sheet.display_name)} {reason}; /persona list shows who talks here.")
    return persona


def changeable(persona: Persona) -> Persona:
    """The same persona, unless it is banned; raises Refused."""
    if persona.banned:
        name = plain(persona.sheet.display_name)
        raise Refused(f"{name} was banned by the operator ({plain(persona.banned)}), who alone can lift that.")
    return persona


def usual(tx: Transaction, caller: Caller, default_persona: str) -> Persona:
    """Who answers where nobody is named; raises Refused."""
    found = present.usual(
        present.bound(tx, caller.place),
        present.chosen(tx, caller.place, caller.platform_id),
        present.default(tx, caller.guild_id, default_persona),
    )
    persona = present.answering(tx, caller.guild_id, found)
    if persona is None:
        raise Refused("Nobody answers here by default; name a persona, /persona list shows everyone.")
    return persona


def meant(tx: Transaction, office: Office, caller: Caller, word: str) -> Persona:
    """The persona named by the word, or without one whoever answers here."""
    return named(tx, caller, word) if word else usual(tx, caller, office.default_persona)


def met(tx: Transaction, caller: Caller, persona_id: str) -> bool:
    """Whether the persona has spoken here since its conversation began."""
    place = caller.place
    scene = conversations.of_scene(tx, place.platform, place.channel_id, place.guild_id, persona_id)
    last = messages.last_reply(tx, scene.id) if scene else None
    return scene is not None and last is not None and last.seq > scene.fresh_seq


def in_force(tx: Transaction, office: Office, caller: Caller) -> Snapshot:
    """The settings that hold for the caller here, whoever answers."""
    return look_now(tx, reach(caller, ""), office.defaults)


def must_be_able_to_write(caller: Caller) -> None:
    """Refuse where a persona's reply could not be posted, before a model is asked for it."""
    if caller.mute:
        raise Refused("I may not write in this channel, so nobody could answer you; /doctor says how to mend it.")


def quiet(tx: Transaction, office: Office, caller: Caller) -> str:
    """A sentence that says when an answer comes in quiet hours, '' when it comes at once."""
    settings = in_force(tx, office, caller)
    hours = settings[QUIET_HOURS] if caller.guild_id else None
    until = quiet_until(hours, settings[TIME_ZONE], office.clock.now())
    return "" if until is None else f"These are quiet hours; the answer comes after <t:{until // 1000}:t>."


def budgets(tx: Transaction, office: Office, caller: Caller) -> tuple[Limit, ...]:
    """Every budget that concerns the caller here."""
    person = people.known(tx, caller.platform, caller.platform_id)
    payer = Payer(person.id if person else "", caller.platform, caller.guild_id)
    return limits(in_force(tx, office, caller), payer, office.clock.now())


def spent(tx: Transaction, office: Office, caller: Caller) -> str:
    """A sentence that says when personas answer again where a budget is spent, '' where none is."""
    shut = closed(tx, budgets(tx, office, caller))
    return "" if shut is None else f"A budget (`{shut.setting}`) is spent: personas answer again {told(shut)}."
