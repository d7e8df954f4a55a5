"""The lorebook's rows: each change is journaled, and no place or persona reads another's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from storage import belongings, forgetting, lore, personas
from storage.database import Database
from storage.errors import ConstraintBroken
from storage.forgetting import NOBODY
from storage.ids import Ids
from storage.lore import Entry, Reach, Signed
from tests.storage.conftest import NOW, Ground, a_persona
from tests.storage.outside import Outside

HERE = lore.of_channel("discord", "10", "1")


def an_entry(ids: Ids, scope: str = HERE, title: str = "The goat", **changed: object) -> Entry:
    """A goat that is told of when it is named."""
    words = json.dumps(["goat"])
    entry = Entry(ids.new("lor"), scope, title, words, "It eats maps.", 0, 50, 1, "person", "Bob (7)", NOW, NOW)
    return replace(entry, **changed)  # type: ignore[arg-type]


def signed(ids: Ids, reason: str = "made", actor: str = "Bob (7)") -> Signed:
    """Bob changes something."""
    return Signed(ids.new("lch"), actor, reason, NOW)


async def added(database: Database, ids: Ids, scope: str = HERE, title: str = "The goat", **changed: object) -> Entry:
    """One that is kept."""
    entry = an_entry(ids, scope, title, **changed)
    await database.write(lore.add, entry, signed(ids))
    return entry


async def told(database: Database, reach: Reach) -> list[str]:
    """The titles of what may be told there."""
    return [entry.title for entry in await database.read(lore.live, reach)]


async def test_every_change_is_one_row_with_before_and_after(database: Database, ids: Ids) -> None:
    entry = await added(database, ids)
    after = replace(entry, content="It ate the map.", enabled=0)

    changed = await database.write(lore.change, entry, after, signed(ids, "reworded", "Ann (8)"))
    await database.write(lore.remove, after, signed(ids, "removed"))

    removed, reworded, made = await database.read(lore.changes, entry.scope, entry.id)
    assert changed
    assert (made.before_state, json.loads(made.after_state)["content"]) == ("", "It eats maps.")
    assert (reworded.before_state, reworded.after_state) == (made.after_state, after.snapshot())
    assert (reworded.actor, reworded.reason, reworded.made_at) == ("Ann (8)", "reworded", NOW)
    assert (removed.before_state, removed.after_state) == (after.snapshot(), "")
    assert await database.read(lore.listed, HERE) == []


async def test_a_change_that_changes_nothing_leaves_no_row(database: Database, ids: Ids) -> None:
    entry = await added(database, ids)

    assert not await database.write(lore.change, entry, replace(entry, author="Ann"), signed(ids))

    assert len(await database.read(lore.changes, entry.scope, entry.id)) == 1


async def test_a_scope_has_one_entry_of_a_title_and_another_scope_may_have_it_too(database: Database, ids: Ids) -> None:
    await added(database, ids)
    await added(database, ids, lore.of_channel("discord", "10", "2"))

    with pytest.raises(ConstraintBroken):
        await added(database, ids)

    assert len(await database.read(lore.listed, HERE)) == 1


@pytest.mark.parametrize(
    ("reach", "titles"),
    [
        (Reach("prs_a", "discord", "10", "1"), ["of A", "of the channel"]),
        (Reach("prs_a", "discord", "10", "3", "1"), ["of A", "of the channel"]),
        (Reach("prs_b", "discord", "10", "1"), ["of the channel"]),
        (Reach("prs_a", "discord", "10", "2"), ["of A"]),
        (Reach("prs_b", "discord", "11", "1"), []),
        (Reach("prs_b", "discord", "11", "3", "1"), []),
        (Reach("prs_b", "terminal", "10", "1"), []),
        (Reach("", "discord", "", "1"), []),
    ],
)
async def test_nothing_is_told_but_the_persona_s_own_and_the_place_s(
    database: Database, ids: Ids, reach: Reach, titles: list[str]
) -> None:
    await added(database, ids, lore.of_persona("prs_a"), "of A")
    await added(database, ids, HERE, "of the channel")
    await added(database, ids, HERE, "off", enabled=0)

    assert sorted(await told(database, reach)) == titles


async def test_what_matters_most_comes_first_where_not_all_is_read(database: Database, ids: Ids) -> None:
    for title, priority, always_on in (("low", 1, 0), ("high", 99, 0), ("always", 0, 1)):
        await added(database, ids, title=title, priority=priority, always_on=always_on)

    found = await database.read(lore.live, Reach("", "discord", "10", "1"), 2)

    assert [entry.title for entry in found] == ["always", "high"]


async def test_an_entry_is_found_by_its_id_in_its_own_place_only(database: Database, ids: Ids, ground: Ground) -> None:
    own = a_persona(ids, "luna", "10")
    await database.write(personas.add, own, NOW)
    here = await added(database, ids)
    shared = await added(database, ids, lore.of_persona(ground.persona.id))
    theirs = await added(database, ids, lore.of_persona(own.id))

    async def found(entry: Entry, guild_id: str, channel_id: str = "1") -> bool:
        reach = Reach("", "discord", guild_id, channel_id)
        return await database.read(lore.in_reach, entry.id, reach) is not None

    assert [await found(one, "10") for one in (here, shared, theirs)] == [True, True, True]
    assert [await found(one, "11") for one in (here, shared, theirs)] == [False, True, False]
    assert not await found(here, "10", "2")
    assert await database.read(lore.changes, lore.of_channel("discord", "11", "1"), here.id) == []


async def test_who_is_forgotten_is_named_nowhere_and_what_they_wrote_stays(
    database: Database, ids: Ids, ground: Ground, outside: Outside
) -> None:
    await added(database, ids)
    await added(database, ids, title="Tom's", author="Tom (17)")

    held = await database.read(belongings.held, "discord", "7")
    while not (await database.write(forgetting.forget, "discord", "7", NOW, NOW)).whole:
        pass

    assert [deed["name"] for deed in held.held["deeds"]] == ["The goat", "Tom's"]  # type: ignore[attr-defined]
    assert outside.rows("SELECT title, content, author FROM lore ORDER BY title") == [
        ("The goat", "It eats maps.", NOBODY),
        ("Tom's", "It eats maps.", "Tom (17)"),
    ]
    assert set(outside.rows("SELECT actor, reason FROM lore_changes")) == {(NOBODY, "")}
