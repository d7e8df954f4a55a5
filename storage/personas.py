"""Who answers: shared personas, a guild's own, their versions and the words they answer to."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction
from storage.records import Persona, PersonaLine, PersonaVersion, Sheet


@dataclass(frozen=True, slots=True)
class NewPersona:
    """A persona, or a new version of one, about to be kept; ``file_hash`` is '' unless a file made it.

    ``origin_id`` is the shared persona it is an edition of, '' for none, and never changes.
    """

    id: str
    version_id: str
    guild_id: str
    name: str
    status: str
    source: str
    file_hash: str
    sheet: Sheet
    author: str
    reason: str
    origin_id: str = ""


def name_key(word: str) -> str:
    """A name folded for comparison: case and surrounding space do not matter."""
    return " ".join(word.casefold().split())


def by_id(tx: Transaction, persona_id: str) -> Persona | None:
    """The persona of that id at its newest version."""
    return tx.one(Persona, "personas.by_id", id=persona_id)


def in_reach(tx: Transaction, persona_id: str, guild_id: str) -> Persona | None:
    """The persona of that id, if it is shared or this guild's own."""
    return tx.one(Persona, "personas.in_reach", id=persona_id, guild_id=guild_id)


def own(tx: Transaction, guild_id: str, name: str) -> Persona | None:
    """The guild's own persona of that name; guild '' for the shared ones."""
    return tx.one(Persona, "personas.own", guild_id=guild_id, name=name)


def called(tx: Transaction, guild_id: str, word: str) -> Persona | None:
    """The persona that answers to a word in this guild."""
    return tx.one(Persona, "personas.called", guild_id=guild_id, name_key=name_key(word))


def listed(tx: Transaction, guild_id: str, most: int = 200) -> list[PersonaLine]:
    """The personas a guild can see, by name."""
    return tx.all(PersonaLine, "personas.listed", guild_id=guild_id, most=most)


def versions(tx: Transaction, persona_id: str, most: int = 25) -> list[PersonaVersion]:
    """The newest versions first."""
    return tx.all(PersonaVersion, "personas.versions", persona_id=persona_id, most=most)


def add(tx: Transaction, persona: NewPersona, now: int) -> None:
    """Keep a new persona at version 1; raises ConstraintBroken when the guild has one of that name."""
    tx.run(
        "personas.add",
        id=persona.id,
        guild_id=persona.guild_id,
        name=persona.name,
        display_name=persona.sheet.display_name,
        description=persona.sheet.description,
        status=persona.status,
        source=persona.source,
        file_hash=persona.file_hash,
        origin_id=persona.origin_id,
        now=now,
    )
    _keep_version(tx, persona, now)


def change(tx: Transaction, persona: NewPersona, now: int) -> None:
    """Keep the next version of the persona of that id."""
    tx.run(
        "personas.change",
        id=persona.id,
        display_name=persona.sheet.display_name,
        description=persona.sheet.description,
        status=persona.status,
        file_hash=persona.file_hash,
        now=now,
    )
    _keep_version(tx, persona, now)


def set_status(tx: Transaction, persona_id: str, status: str, now: int) -> bool:
    """Let it answer (``active``) or not; a change of status is not a version."""
    return tx.run("personas.set_status", id=persona_id, status=status, now=now) > 0


def _keep_version(tx: Transaction, persona: NewPersona, now: int) -> None:
    tx.run(
        "personas.add_version",
        id=persona.version_id,
        persona_id=persona.id,
        sheet=persona.sheet.dump(),
        author=persona.author,
        reason=persona.reason,
        now=now,
    )
    tx.run("personas.forget_names", persona_id=persona.id)
    for word in {persona.name, persona.sheet.display_name, *persona.sheet.aliases}:
        tx.run("personas.add_name", guild_id=persona.guild_id, name_key=name_key(word), persona_id=persona.id)
