"""Which entries of the lorebook somebody can see from here, and which they may change; raises Refused."""

from __future__ import annotations

from dataclasses import dataclass

from bot.commands import here
from bot.commands.base import Caller, Office, Refused
from bot.commands.words import plain
from storage import lore, personas
from storage.engines.base import Transaction
from storage.lore import Entry, Reach, Signed
from storage.records import Persona

Suggestion = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The entries of one channel, or of a persona where it is one's."""

    persona: Persona | None
    entries: list[Entry]
    around: bool = False


def reach(caller: Caller, persona_id: str = "") -> Reach:
    """The caller's place."""
    place = caller.place
    return Reach(persona_id, caller.platform, caller.guild_id, place.channel_id, place.parent_id)


def scope_here(caller: Caller) -> str:
    """What holds in the caller's own channel."""
    return lore.of_channel(caller.platform, caller.guild_id, caller.place.channel_id)


def chapters(tx: Transaction, office: Office, caller: Caller, word: str = "") -> list[Chapter]:
    """The channel's, those of the channel around a thread, and those of who answers; a word names a persona's alone."""
    if word:
        return [_of(tx, here.named(tx, caller, word))]
    found = [Chapter(None, lore.listed(tx, scope_here(caller)))]
    if parent := caller.place.parent_id:
        around = lore.of_channel(caller.platform, caller.guild_id, parent)
        found.append(Chapter(None, lore.listed(tx, around), around=True))
    usual = _usual(tx, office, caller)
    return [*found, _of(tx, usual)] if usual else found


def _of(tx: Transaction, persona: Persona) -> Chapter:
    return Chapter(persona, lore.listed(tx, lore.of_persona(persona.id)))


def _usual(tx: Transaction, office: Office, caller: Caller) -> Persona | None:
    try:
        return here.usual(tx, caller, office.default_persona)
    except Refused:
        return None


def found(tx: Transaction, office: Office, caller: Caller, word: str) -> Entry:
    """The entry of that id or title, the nearest of several."""
    by_id = lore.in_reach(tx, word, reach(caller))
    if by_id is not None:
        return by_id
    all_here = [entry for chapter in chapters(tx, office, caller) for entry in chapter.entries]
    entry = next((one for one in all_here if one.title.casefold() == word.casefold()), None)
    if entry is None:
        raise Refused(f"The lorebook here has no entry “{plain(word)}”; /lore list shows what there is.")
    return entry


def changeable(tx: Transaction, caller: Caller, entry: Entry) -> Entry:
    """The same entry, if this place may change it."""
    if not entry.persona_id:
        return entry
    persona = own(caller, here.standing(tx, caller, entry.persona_id))
    if persona.id != entry.persona_id:
        raise Refused(f"That entry is of the shared {_name(persona)}; this server's own has a book of its own.")
    if entry.source == "file":
        raise Refused(f"“{plain(entry.title)}” stands in {persona.name}.toml; change it there, for the next start.")
    return entry


def own(caller: Caller, persona: Persona) -> Persona:
    """The same persona, if its book is this place's to write."""
    if here.changeable(persona).guild_id != caller.guild_id:
        name = _name(persona)
        raise Refused(
            f"All servers share {name} and what its lorebook says; "
            f"/persona edit {persona.name} makes this server's own {name} first."
        )
    return persona


def owner(tx: Transaction, caller: Caller, entry: Entry) -> str:
    """Whose it is, as a phrase."""
    persona = personas.in_reach(tx, entry.persona_id, caller.guild_id) if entry.persona_id else None
    return _name(persona) if persona else "this channel" if entry.scope == scope_here(caller) else "the channel around"


def signed(office: Office, caller: Caller, reason: str) -> Signed:
    """The caller changes something now."""
    return Signed(office.ids.new("lch"), caller.author, reason, office.clock.now())


def suggestions(tx: Transaction, office: Office, caller: Caller, typed: str) -> list[Suggestion]:
    """Entries with those letters in their title or keys, by id."""
    part = typed.strip().casefold()
    seen = [entry for chapter in chapters(tx, office, caller) for entry in chapter.entries]
    return [
        (one.id, f"{one.title}: {' '.join(one.content.split())}")
        for one in seen
        if part in one.title.casefold() or part in one.id or any(part in word.casefold() for word in one.word_list)
    ]


def _name(persona: Persona) -> str:
    return plain(persona.sheet.display_name)
