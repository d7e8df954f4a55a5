"""Rules, mutes and turns: one rule holds for one thing, what ended stays on record, a mute finds copies."""

from __future__ import annotations

from dataclasses import replace

from storage import access, mutes, personas, turns, work
from storage.access import ALLOW, DENY, OPERATOR, SERVERS, Rule
from storage.database import Database
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.work import NewWork
from tests.storage.conftest import NOW, Ground, a_persona, a_scene

RULE = Rule("acc_1", "discord", "10", "speak", "guild:10", DENY, NOW + 100, "", "Ann", NOW)


async def test_one_rule_holds_for_one_thing_and_the_ended_ones_stay_on_record(database: Database) -> None:
    assert await database.write(access.put, RULE)
    assert not await database.write(access.put, replace(RULE, id="acc_2"))
    assert await database.write(access.put, replace(RULE, id="acc_3", verdict=ALLOW, until=None, made_by="Tom"))
    for number, subject in enumerate((SERVERS, "guild:10", "guild:11", "person:7", "person:8")):
        above = replace(RULE, id=f"acc_9{number}", guild_id=OPERATOR, subject=subject, until=None)
        await database.write(access.put, above)

    bearing = await database.read(access.bearing, "discord", "10", "7", NOW)
    [ended] = [one for one in await database.read(access.history, "discord", "10") if one.ended_at is not None]

    assert {one.id for one in bearing} == {"acc_3", "acc_90", "acc_91", "acc_93"}
    assert (ended.id, ended.made_by, ended.ended_by, ended.ended_at) == ("acc_1", "Ann", "Tom", NOW)
    assert await database.read(access.bearing, "slack", "10", "7", NOW) == []


async def test_a_server_is_hushed_until_the_rule_is_over(database: Database, ground: Ground) -> None:
    await database.write(access.put, RULE)

    asked = [await database.read(access.hushed, ground.conversation.id, at) for at in (NOW, NOW + 99, NOW + 100)]

    assert asked == [NOW + 100, NOW + 100, None]
    assert await database.read(access.in_force, "discord", "10", NOW + 100) == []
    assert await database.write(access.put, replace(RULE, id="acc_2", until=NOW + 300, made_at=NOW + 200))


async def test_a_mute_covers_a_persona_with_its_copies_and_what_they_owe(
    database: Database, ground: Ground, ids: Ids
) -> None:
    copy = replace(a_persona(ids, "ada", "11"), origin_id=ground.persona.id)
    other = a_persona(ids, "bo")

    def owe(tx: Transaction) -> list[str]:
        owed = []
        for persona, channel, guild in ((ground.persona, "1", "10"), (copy, "2", "11"), (other, "1", "10")):
            if persona is not ground.persona:
                personas.add(tx, persona, NOW)
            scene = a_scene(tx, ids, persona.id, channel, guild)
            owed.append(work.owe(tx, NewWork(ids.new("wrk"), scene.id, "chat", scene.id, ground.person.id), NOW))
        return owed

    of_shared, of_copy, of_other = await database.write(owe)
    assert await database.write(mutes.begin, "discord", "7", copy.id, NOW)
    assert not await database.write(mutes.begin, "discord", "7", ground.persona.id, NOW)

    for muted in (copy, ground.persona):
        assert set(await database.read(work.open_with, ground.person.id, muted.id)) == {of_shared, of_copy}
    assert {line.id for line in await database.read(mutes.of_person, "discord", "7")} == {ground.persona.id, copy.id}
    assert set(await database.read(work.spoken_in, "discord", "10")) == {of_shared, of_other}
    assert await database.write(mutes.end, "discord", "7", copy.id)
    assert await database.read(mutes.of_person, "discord", "7") == []


async def test_turns_are_taken_up_to_a_bound_and_begin_anew(database: Database) -> None:
    taken = [await database.write(turns.take, "discord", "1", 2) for _ in range(3)]

    assert taken == [True, True, False] and await database.read(turns.taken, "discord", "1") == 2
    assert not await database.write(turns.take, "discord", "2", 0)
    assert await database.write(turns.begin_anew, "discord", "1")
    assert not await database.write(turns.begin_anew, "discord", "1")
