"""A ban silences a persona and its editions, is lifted whole, and is no status."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage import bans, outbox, personas, work
from storage.database import Database
from storage.ids import Ids
from storage.records import Ban
from tests.storage.conftest import NOW, Ground, Owing, a_persona, a_scene


async def add(database: Database, ids: Ids, name: str, guild_id: str = "", origin_id: str = "") -> str:
    persona = replace(a_persona(ids, name, guild_id), origin_id=origin_id)
    await database.write(personas.add, persona, NOW)
    return persona.id


async def standing(database: Database, persona_id: str) -> str:
    found = await database.read(personas.by_id, persona_id)
    assert found is not None
    return found.standing


@pytest.fixture
async def edition(database: Database, ids: Ids, ground: Ground) -> str:
    """Guild 10's own edition of the shared Ada."""
    return await add(database, ids, "ada", "10", ground.persona.id)


async def test_a_ban_reaches_every_edition_and_nobody_else(
    database: Database, ids: Ids, ground: Ground, edition: str
) -> None:
    other = await add(database, ids, "ada", "11")

    await database.write(bans.add, ground.persona.id, "lies", "you", NOW)

    found = [await standing(database, one) for one in (ground.persona.id, edition, other)]
    assert found == ["banned", "banned", "active"]


async def test_a_ban_on_an_edition_stays_in_its_guild(database: Database, ground: Ground, edition: str) -> None:
    await database.write(bans.add, edition, "lies", "you", NOW)

    assert [await standing(database, one) for one in (ground.persona.id, edition)] == ["active", "banned"]


async def test_a_lifted_ban_leaves_the_status_that_was_there(database: Database, ground: Ground) -> None:
    await database.write(personas.set_status, ground.persona.id, "archived", NOW)
    await database.write(bans.add, ground.persona.id, "lies", "you", NOW)

    lifted = await database.write(bans.lift, ground.persona.id)

    assert lifted
    assert await standing(database, ground.persona.id) == "archived"


async def test_lifting_one_ban_leaves_the_other_s(database: Database, ground: Ground, edition: str) -> None:
    await database.write(bans.add, ground.persona.id, "lies", "you", NOW)
    await database.write(bans.add, edition, "worse", "you", NOW + 1)

    await database.write(bans.lift, ground.persona.id)

    assert await database.read(bans.over, edition) == Ban(edition, "worse", "you", NOW + 1)
    assert await standing(database, ground.persona.id) == "active"


async def test_a_new_version_and_a_new_status_lift_no_ban(database: Database, ids: Ids, ground: Ground) -> None:
    await database.write(bans.add, ground.persona.id, "lies", "you", NOW)

    await database.write(personas.change, replace(ground.persona, version_id=ids.new("pvr")), NOW)
    await database.write(personas.set_status, ground.persona.id, "active", NOW)

    assert await standing(database, ground.persona.id) == "banned"


async def test_a_second_ban_changes_nothing_and_says_so(database: Database, ground: Ground) -> None:
    first = await database.write(bans.add, ground.persona.id, "lies", "you", NOW)
    second = await database.write(bans.add, ground.persona.id, "other", "Bob", NOW + 1)

    assert (first, second) == (True, False)
    assert await database.read(bans.over, ground.persona.id) == Ban(ground.persona.id, "lies", "you", NOW)


async def test_lists_of_a_guild_and_of_bans_tell_the_reason(database: Database, ground: Ground, edition: str) -> None:
    await database.write(bans.add, ground.persona.id, "lies", "you", NOW)

    seen = await database.read(personas.listed, "10")
    listed = await database.read(bans.listed)

    assert [(line.id, line.banned, line.standing) for line in seen] == [(edition, "lies", "banned")]
    assert [line.id for line in listed] == [ground.persona.id]


async def test_a_conversation_knows_whether_its_persona_may_speak(database: Database, ground: Ground) -> None:
    before = await database.read(bans.silenced, ground.conversation.id)
    await database.write(bans.add, ground.persona.id, "lies", "you", NOW)

    assert (before, await database.read(bans.silenced, ground.conversation.id)) == (None, "Ada")


async def test_what_was_about_to_be_said_is_taken_back_and_what_is_said_stays(
    database: Database, ids: Ids, ground: Ground, owing: Owing, edition: str
) -> None:
    scene = await database.write(a_scene, ids, edition, "2")
    for place, where in enumerate((ground.conversation.id, scene.id), start=1):
        owed = replace(owing.new(f"lane{place}"), conversation_id=where)
        await database.write(work.owe, owed, NOW)
        await database.write(outbox.owe, outbox.NewPart(ids.new("dlv"), owed.id, 0, where, place, "words"), NOW)
    said = (await database.write(outbox.claim, "discord", NOW + 1000, NOW, 1))[0]
    await database.write(outbox.sent, said, NOW)

    taken_back = await database.write(outbox.withdraw_unsent, ground.persona.id, NOW)

    assert taken_back == 1
    assert [one.content for one in await database.write(outbox.claim, "discord", NOW + 1000, NOW, 5)] == [""]


async def test_what_is_being_answered_is_found_for_the_persona_and_its_editions(
    database: Database, ids: Ids, ground: Ground, owing: Owing, edition: str
) -> None:
    scene = await database.write(a_scene, ids, edition, "2")
    owed = replace(owing.new("lane2"), conversation_id=scene.id)
    await database.write(work.owe, owed, NOW)
    await owing.claim()

    found = await database.read(work.running_of, ground.persona.id)

    assert [item.id for item in found] == [owed.id]
