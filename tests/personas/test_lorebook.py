"""A persona's book reads as its file does, and a guild's own edition has a book of its own."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.personas.publish import Edit, make_own, publish_file
from config.persona_files import LoreEntry, PersonaFile, load_personas
from storage import lore, personas
from storage.database import Database
from storage.ids import Ids
from storage.lore import Entry, Reach
from storage.records import Persona
from tests.storage.outside import Outside

NOW = 1_750_000_000_000
BUILT_IN = Path(__file__).parents[2] / "config" / "personas"
LAMP = LoreEntry("The lamp", ("lamp",), "It draws moths.", always_on=False, priority=50)
MOTH = LoreEntry("The moth", ("moth",), "It is pale.", always_on=False, priority=50)


@dataclass
class Shelf:
    """A database with a file to publish."""

    database: Database
    ids: Ids
    file: PersonaFile

    async def publish(self, *written: LoreEntry) -> Persona:
        """Publish the file with these entries."""
        await self.database.write(publish_file, replace(self.file, lore=written), self.ids, NOW)
        found = await self.database.read(personas.called, "", self.file.name)
        assert found is not None
        return found

    async def told(self, persona: Persona) -> list[tuple[str, str]]:
        """What may be told where this persona answers."""
        found = await self.database.read(lore.live, Reach(persona.id, "discord", "10", "1"))
        return sorted((entry.title, entry.content) for entry in found)

    async def kept(self, persona: Persona) -> dict[str, Entry]:
        """All of its entries by title."""
        return {one.title: one for one in await self.database.read(lore.listed, lore.of_persona(persona.id))}


@pytest.fixture
async def shelf(outside: Outside) -> AsyncIterator[Shelf]:
    database = Database(await outside.open())
    file = next(one for one in load_personas(BUILT_IN).personas if one.name == "odile")
    yield Shelf(database, Ids(SystemClock().now), file)
    await database.close()


async def test_entries_are_published_with_the_version_and_journaled(shelf: Shelf) -> None:
    odile = await shelf.publish(LAMP)
    changed = await shelf.publish(replace(LAMP, content="It draws no moths.", always_on=True))

    [entry] = (await shelf.kept(odile)).values()
    later, first = await shelf.database.read(lore.changes, entry.scope, entry.id)
    assert (odile.version, changed.version) == (1, 2)
    assert (entry.content, entry.always_on, entry.source, entry.author) == ("It draws no moths.", 1, "file", "file")
    assert (first.before_state, json.loads(first.after_state)["content"]) == ("", "It draws moths.")
    assert (later.reason, later.actor) == ("odile.toml changed", "file")


async def test_an_entry_that_left_the_file_is_told_no_more_and_comes_back_with_it(shelf: Shelf) -> None:
    odile = await shelf.publish(LAMP, MOTH)
    await shelf.publish(MOTH)
    assert await shelf.told(odile) == [("The moth", "It is pale.")]
    assert (await shelf.kept(odile))["The lamp"].enabled == 0

    await shelf.publish(LAMP, MOTH)

    assert await shelf.told(odile) == [("The lamp", "It draws moths."), ("The moth", "It is pale.")]
    assert (
        len(
            await shelf.database.read(lore.changes, lore.of_persona(odile.id), (await shelf.kept(odile))["The lamp"].id)
        )
        == 3
    )


async def test_what_did_not_change_is_not_journaled(shelf: Shelf) -> None:
    odile = await shelf.publish(LAMP)
    await shelf.publish(LAMP, MOTH)

    assert (
        len(
            await shelf.database.read(lore.changes, lore.of_persona(odile.id), (await shelf.kept(odile))["The lamp"].id)
        )
        == 1
    )


async def test_a_guild_s_own_edition_takes_the_book_along_and_goes_its_own_way(shelf: Shelf) -> None:
    odile = await shelf.publish(LAMP, MOTH)
    await shelf.publish(MOTH)
    edit = Edit("Ann (8)", "this server's own copy")
    own = await shelf.database.write(make_own, odile, "10", edit, shelf.ids, NOW)

    await shelf.publish(replace(MOTH, content="It is grey."))

    [entry] = (await shelf.kept(own)).values()
    assert (entry.title, entry.source, entry.author) == ("The moth", "person", "Ann (8)")
    assert await shelf.told(own) == [("The moth", "It is pale.")]
    assert await shelf.told(odile) == [("The moth", "It is grey.")]


async def test_the_built_in_books_stay_short_enough_to_be_told_whole() -> None:
    books = {one.name: one.lore for one in load_personas(BUILT_IN).personas if one.lore}

    assert set(books) == {"bombazine", "halvard"}
    assert all(2 <= len(book) <= 3 for book in books.values())
    assert all(not entry.always_on and len(entry.content) < 600 for book in books.values() for entry in book)
