"""Personas, prompts and who answers where: a guild's own stands before the shared one, and history stays."""

from __future__ import annotations

import pytest

from storage import bindings, personas, prompts
from storage.bindings import ChannelKey
from storage.database import Database
from storage.engines.base import Transaction
from storage.errors import ConstraintBroken
from storage.ids import Ids
from storage.personas import NewPersona
from storage.prompts import NewPrompt
from storage.records import Binding
from tests.storage.conftest import NOW, Ground, a_persona

HERE = ChannelKey("discord", "1", "10")


async def add(database: Database, persona: NewPersona) -> str:
    await database.write(personas.add, persona, NOW)
    return persona.id


async def called(database: Database, guild_id: str, word: str) -> str:
    found = await database.read(personas.called, guild_id, word)
    return found.id if found else ""


async def test_a_guild_s_own_persona_stands_before_the_shared_one_in_that_guild_only(
    database: Database, ids: Ids, ground: Ground
) -> None:
    own = await add(database, a_persona(ids, "ada", "10"))

    names = [await called(database, guild, "Ada") for guild in ("10", "11", "")]
    listed = {guild: [line.id for line in await database.read(personas.listed, guild)] for guild in ("10", "11")}

    assert names == [own, ground.persona.id, ground.persona.id]
    assert listed == {"10": [own], "11": [ground.persona.id]}


async def test_an_alias_of_a_shared_persona_that_a_guild_replaced_calls_nobody_there(
    database: Database, ids: Ids
) -> None:
    shared = await add(database, a_persona(ids, "bo", aliases=("captain",)))
    await add(database, a_persona(ids, "bo", "10"))

    assert (await called(database, "10", "captain"), await called(database, "11", "captain")) == ("", shared)


@pytest.mark.parametrize("word", ["ADA", "  ada ", "Ada", "The  Countess", "the countess"])
async def test_case_and_spaces_of_a_name_do_not_matter(word: str, database: Database, ids: Ids) -> None:
    made = await add(database, a_persona(ids, "ada", aliases=("The Countess",)))

    assert await called(database, "10", word) == made


async def test_another_guild_s_persona_is_out_of_reach(database: Database, ids: Ids) -> None:
    other = await add(database, a_persona(ids, "zoe", "11"))

    found = await database.read(personas.in_reach, other, "10")

    assert found is None
    assert await called(database, "10", "zoe") == ""


async def test_two_personas_of_one_name_in_a_guild_are_refused(database: Database, ids: Ids, ground: Ground) -> None:
    with pytest.raises(ConstraintBroken):
        await add(database, a_persona(ids, "ada"))


async def test_a_change_is_a_version_and_the_old_names_are_let_go(database: Database, ids: Ids) -> None:
    first = a_persona(ids, "ada", "10", aliases=("countess",))
    await add(database, first)
    changed = a_persona(ids, "ada", "10", aliases=("lady",))
    await database.write(
        personas.change,
        NewPersona(first.id, changed.version_id, "10", "ada", "active", "person", "", changed.sheet, "Bob", "why"),
        NOW,
    )

    versions = await database.read(personas.versions, first.id)

    assert [version.number for version in versions] == [2, 1]
    assert (await called(database, "10", "lady"), await called(database, "10", "countess")) == (first.id, "")


async def publish(database: Database, ids: Ids, template: str) -> bool:
    new = NewPrompt(ids.new("pmt"), "prs_x", "voice", template, "Bob", "a reason")
    return await database.write(prompts.publish, new, NOW)


async def test_the_newest_wording_is_the_active_one_and_the_same_wording_is_no_version(
    database: Database, ids: Ids
) -> None:
    made = [await publish(database, ids, template) for template in ("one", "two", "two")]

    history = await database.read(prompts.history, "prs_x", "voice")

    assert made == [True, True, False]
    assert [(one.number, one.template, one.active) for one in history] == [(2, "two", 1), (1, "one", 0)]


async def test_an_older_wording_comes_back_as_it_was(database: Database, ids: Ids) -> None:
    await publish(database, ids, "one")
    await publish(database, ids, "two")

    done = await database.write(prompts.activate, "prs_x", "voice", 1)
    unknown = await database.write(prompts.activate, "prs_x", "voice", 7)

    active = await database.read(prompts.active, "prs_x", "voice")
    assert (done, unknown) == (True, False)
    assert active is not None and (active.number, active.template) == (1, "one")


async def test_two_active_wordings_are_impossible(database: Database, ids: Ids) -> None:
    await publish(database, ids, "one")

    def second(tx: Transaction) -> None:
        tx.run(
            "prompts.add",
            id=ids.new("pmt"),
            persona_id="prs_x",
            slot="voice",
            template="two",
            author="Bob",
            reason="",
            now=NOW,
        )

    with pytest.raises(ConstraintBroken):
        await database.write(second)


async def test_a_channel_has_one_persona_and_no_guild_reaches_another_s(
    database: Database, ids: Ids, ground: Ground
) -> None:
    zoe = await add(database, a_persona(ids, "zoe"))
    await database.write(bindings.bind, HERE, Binding(ground.persona.id, "always"), "Bob", NOW)
    await database.write(bindings.bind, HERE, Binding(zoe, "mention"), "Bob", NOW)
    stranger = ChannelKey("discord", "1", "11")

    unbound_by_stranger = await database.write(bindings.unbind, stranger)
    found = [await database.read(bindings.of_channel, key) for key in (HERE, stranger)]
    unbound = [await database.write(bindings.unbind, HERE) for _ in range(2)]

    assert not unbound_by_stranger
    assert found == [Binding(zoe, "mention"), None]
    assert unbound == [True, False]


async def test_a_person_s_choice_holds_in_its_guild_only(database: Database, ground: Ground) -> None:
    await database.write(bindings.choose, "discord", "7", "10", ground.persona.id, NOW)

    chosen = [await database.read(bindings.chosen, "discord", "7", guild) for guild in ("10", "11", "")]

    assert chosen == [ground.persona.id, None, None]


async def test_bindings_and_choices_move_with_a_guild_s_own_copy(database: Database, ids: Ids, ground: Ground) -> None:
    copy = await add(database, a_persona(ids, "ada", "10"))
    await database.write(bindings.bind, HERE, Binding(ground.persona.id, "always"), "Bob", NOW)
    await database.write(bindings.choose, "discord", "7", "10", ground.persona.id, NOW)
    await database.write(bindings.choose, "discord", "7", "11", ground.persona.id, NOW)

    await database.write(bindings.move, "10", ground.persona.id, copy)

    assert await database.read(bindings.of_channel, HERE) == Binding(copy, "always")
    assert await database.read(bindings.chosen, "discord", "7", "10") == copy
    assert await database.read(bindings.chosen, "discord", "7", "11") == ground.persona.id
