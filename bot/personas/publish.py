"""Publishes files into storage: a new version when a file's content changed, and never over a person's edit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from bot.personas.ban import ban
from bot.personas.lorebook import copy_lore, publish_lore
from config.persona_files import PersonaFile
from storage import bindings, conversations, markers, personas, prompts
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.records import Persona, Sheet

VOICE = "voice"
HOUSE = "house"


@dataclass(frozen=True, slots=True)
class Edit:
    """Who changes a persona or a prompt, and why."""

    author: str
    reason: str


def sheet_of(file: PersonaFile) -> Sheet:
    """What a file says, but for the voice."""
    return Sheet(
        display_name=file.display_name,
        description=file.description,
        greeting=file.greeting,
        starters=file.starters,
        aliases=file.aliases,
        limits=file.limits,
        traits=file.traits,
        avatar=file.avatar,
        nsfw=file.nsfw,
        language=file.language,
        owner=file.owner,
        temperature=file.temperature,
        examples=tuple((example.person, example.persona) for example in file.examples),
    )


def publish_file(tx: Transaction, file: PersonaFile, ids: Ids, now: int) -> bool:
    """Keep the file as a version, and the ban it speaks of; False when this content was published before."""
    current = personas.own(tx, "", file.name)
    if current is not None and current.file_hash == file.content_hash:
        _ban_as_written(tx, current.id, file, now)
        return False
    persona = personas.NewPersona(
        id=current.id if current else ids.new("prs"),
        version_id=ids.new("pvr"),
        guild_id="",
        name=file.name,
        status=file.status,
        source="file",
        file_hash=file.content_hash,
        sheet=sheet_of(file),
        author="file",
        reason=f"{file.name}.toml changed" if current else f"first publication of {file.name}.toml",
    )
    if current is None:
        personas.add(tx, persona, now)
    else:
        personas.change(tx, persona, now)
    write_prompt(tx, persona.id, VOICE, file.voice, Edit(persona.author, persona.reason), ids, now)
    publish_lore(tx, persona.id, file.lore, persona.reason, ids, now)
    _ban_as_written(tx, persona.id, file, now)
    return True


def _ban_as_written(tx: Transaction, persona_id: str, file: PersonaFile, now: int) -> None:
    """A file that is silent about a ban lifts none: it may have been replaced by a new release's."""
    if file.banned:
        ban(tx, persona_id, file.banned, f"{file.name}.toml", now)


def publish_house(tx: Transaction, text: str, ids: Ids, now: int) -> bool:
    """Keep the rules every persona shares as a version; False when this text was published before."""
    mark = hashlib.sha256(text.encode()).hexdigest()
    if markers.read(tx, "house_file") == mark:
        return False
    markers.put(tx, "house_file", mark, now)
    known = prompts.active(tx, prompts.SYSTEM, HOUSE) is not None
    reason = "house.md changed" if known else "first publication of house.md"
    return write_prompt(tx, prompts.SYSTEM, HOUSE, text, Edit("file", reason), ids, now)


def write_prompt(tx: Transaction, persona_id: str, slot: str, template: str, edit: Edit, ids: Ids, now: int) -> bool:
    """Make this wording the active version; False when it is already."""
    new = prompts.NewPrompt(ids.new("pmt"), persona_id, slot, template, edit.author, edit.reason)
    return prompts.publish(tx, new, now)


def make_own(tx: Transaction, persona: Persona, guild_id: str, edit: Edit, ids: Ids, now: int) -> Persona:
    """The guild's own copy of a shared persona, which from now on stands before it; itself when it is theirs."""
    if persona.guild_id == guild_id:
        return persona
    copy = personas.NewPersona(
        id=ids.new("prs"),
        version_id=ids.new("pvr"),
        guild_id=guild_id,
        name=persona.name,
        status=persona.status,
        source="person",
        file_hash="",
        sheet=persona.sheet,
        author=edit.author,
        reason=edit.reason,
        origin_id=persona.id,
    )
    personas.add(tx, copy, now)
    voice = prompts.active(tx, persona.id, VOICE)
    if voice is not None:
        write_prompt(tx, copy.id, VOICE, voice.template, edit, ids, now)
    copy_lore(tx, persona.id, copy.id, edit.author, ids, now)
    bindings.move(tx, guild_id, persona.id, copy.id)
    conversations.move(tx, guild_id, persona.id, copy.id)
    return replace(
        persona, id=copy.id, guild_id=guild_id, source="person", file_hash="", version=1, origin_id=persona.id
    )
