"""What bears on whoever orders: rules, mutes, quiet and shut direct messages."""

from __future__ import annotations

from dataclasses import replace

from bot.access.gate import Gate, direct, look, until
from bot.access.rules import Around, around
from bot.commands.base import Caller, Office, Refused
from bot.commands.words import plain
from storage import mutes
from storage.engines.base import Transaction
from storage.records import Persona


def around_of(caller: Caller) -> Around:
    """The caller where they order."""
    return around(caller.place, caller.platform_id, caller.roles)


def gated(tx: Transaction, office: Office, caller: Caller) -> Gate:
    """How it stands for them now."""
    found = look(tx, around_of(caller), office.clock.now())
    if caller.place.kind != "dm":
        return found
    return replace(found, shut=direct(tx, caller.platform, caller.platform_id))


def fit(tx: Transaction, office: Office, caller: Caller, persona: Persona) -> Persona:
    """The same persona, if it may answer the caller here and now; raises Refused."""
    found = look(tx, around_of(caller), office.clock.now())
    if found.hush is not None:
        raise Refused(f"Every persona of this server is silent (/quiet) until {until(found.hush.until)}.")
    if persona.id in found.muted:
        name = plain(persona.sheet.display_name)
        raise Refused(f"You muted {name}; /persona unmute {persona.name} takes that back.")
    return for_place(caller, persona)


def for_place(caller: Caller, persona: Persona) -> Persona:
    """The same persona, unless it is for adults and others may read along; raises Refused."""
    if persona.sheet.nsfw and not caller.place.adult and caller.place.kind != "terminal":
        raise Refused(f"{plain(persona.sheet.display_name)} talks in age-restricted channels only.")
    return persona


def wants(tx: Transaction, caller: Caller, teller: str, persona: Persona) -> None:
    """Refuse words of somebody who muted the persona that is to read them."""
    if any(line.id == persona.id for line in mutes.of_person(tx, caller.platform, teller)):
        who = "You" if teller == caller.platform_id else "Whoever wrote that"
        raise Refused(f"{who} muted {plain(persona.sheet.display_name)}, which reads nothing from there.")
