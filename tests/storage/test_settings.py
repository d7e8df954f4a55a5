"""What may change while the bot runs: kept with who, where, when and why, and read as it was at any moment."""

from __future__ import annotations

import asyncio

import pytest

from storage import settings, work
from storage.database import Database
from storage.engines.base import Transaction
from storage.settings import Change, Reach, Wish
from storage.work import Lease
from tests.storage.conftest import NOW, Owing

HERE = Reach("discord", "cnv_1", "7", "20", "30", "10")
CONVERSATION, USER, CHANNEL, PARENT, GUILD, GLOBAL = HERE.scopes
ELSEWHERE = Reach("discord", "cnv_2", "8", "21", "31", "11")


async def change(
    database: Database, scope: str, value: str | None, name: str = "temperature", by: str = "Bob"
) -> Change | None:
    return await database.write(settings.change, Wish(scope, name, value, by, "to try it"), NOW)


async def in_force(database: Database, reach: Reach = HERE, upto: int = 99) -> dict[str, str | None]:
    found = await database.read(settings.in_force, reach, upto)
    return {one.scope: one.new_value for one in found}


def test_scopes_stand_nearest_first() -> None:
    assert HERE.scopes == (
        "conversation:discord:cnv_1",
        "user:discord:7",
        "channel:discord:20",
        "channel:discord:30",
        "guild:discord:10",
        "global",
    )


def test_where_there_is_no_guild_or_thread_there_is_no_scope_of_it() -> None:
    assert Reach("terminal", person="you", channel_id="terminal").scopes == (
        "",
        "user:terminal:you",
        "channel:terminal:terminal",
        "",
        "",
        "global",
    )


async def test_every_change_keeps_who_where_when_why_and_what_was_before(database: Database) -> None:
    first = await change(database, GUILD, "0", by="Ann (9)")
    second = await change(database, GUILD, "1")
    third = await change(database, GUILD, None)

    found = await database.read(settings.history, HERE)

    assert found == [third, second, first]
    assert first == Change(1, GUILD, "temperature", None, "0", "Ann (9)", "to try it", NOW)
    assert [(one.old_value, one.new_value) for one in found] == [("1", None), ("0", "1"), (None, "0")]


@pytest.mark.parametrize("scope", [CONVERSATION, USER, CHANNEL, PARENT, GUILD, GLOBAL])
@pytest.mark.parametrize("value", ["0", "", "false"])
async def test_what_looks_like_nothing_is_kept_as_a_value(database: Database, scope: str, value: str) -> None:
    await change(database, scope, value)

    assert await in_force(database) == {scope: value}


async def test_what_is_unset_is_in_force_no_more(database: Database) -> None:
    await change(database, GUILD, "1")
    await change(database, GLOBAL, "2")

    await change(database, GUILD, None)

    assert await in_force(database) == {GLOBAL: "2"}


async def test_what_is_so_already_is_no_change(database: Database) -> None:
    await change(database, GUILD, "1")

    assert await change(database, GUILD, "1") is None
    assert await change(database, USER, None) is None
    assert len(await database.read(settings.history, HERE)) == 1


async def test_nothing_set_elsewhere_is_seen_here(database: Database) -> None:
    for scope in ELSEWHERE.scopes[:-1]:
        await change(database, scope, "1")

    assert await in_force(database) == {}
    assert await database.read(settings.history, HERE) == []


async def test_nothing_bears_on_a_place_without_people_and_servers_but_what_is_global(database: Database) -> None:
    for scope in HERE.scopes:
        await change(database, scope, "1")

    assert await in_force(database, Reach("discord")) == {GLOBAL: "1"}


async def test_what_was_in_force_can_be_read_again(database: Database) -> None:
    await change(database, GUILD, "1")
    await change(database, USER, "2")
    await change(database, GUILD, "3")
    await change(database, USER, None)

    told = [await in_force(database, upto=generation) for generation in range(5)]

    assert told == [{}, {GUILD: "1"}, {GUILD: "1", USER: "2"}, {GUILD: "3", USER: "2"}, {GUILD: "3"}]


async def test_history_tells_of_one_setting_or_of_all_and_no_more_than_asked_for(database: Database) -> None:
    await change(database, GUILD, "1", "temperature")
    await change(database, GUILD, "1", "top_p")
    await change(database, GUILD, "2", "temperature")

    one = await database.read(settings.history, HERE, "temperature")
    newest = await database.read(settings.history, HERE, "", 1)

    assert [change.new_value for change in one] == ["2", "1"]
    assert [change.generation for change in newest] == [3]


async def test_many_who_change_one_setting_at_once_are_all_recorded_one_after_the_other(database: Database) -> None:
    values = [str(number) for number in range(20)]

    made = await asyncio.gather(*(change(database, GUILD, value) for value in values))

    found = list(reversed(await database.read(settings.history, HERE, "", 50)))
    assert {one.new_value for one in found} == set(values)
    assert [one.generation for one in found] == list(range(1, 21))
    assert [one.old_value for one in found] == [None, *(one.new_value for one in found[:-1])]
    assert len([one for one in made if one]) == 20


async def test_a_change_that_fails_later_leaves_nothing(database: Database) -> None:
    def fails(tx: Transaction) -> None:
        settings.change(tx, Wish(GUILD, "temperature", "1", "Bob", ""), NOW)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(fails)

    assert await database.read(settings.generation) == 0
    assert await database.read(settings.history, HERE) == []


# ── work keeps what it began with ──


async def test_work_is_held_to_the_generation_of_its_first_try(owing: Owing) -> None:
    await change(owing.database, GLOBAL, "1")
    await owing.owe()
    [first] = await owing.claim()
    await change(owing.database, GLOBAL, "2")
    await owing.database.write(work.release_all, NOW)

    [again] = await owing.claim()

    assert (first.settings_generation, again.settings_generation) == (1, 1)


async def test_work_that_waits_begins_with_what_is_set_by_then(owing: Owing) -> None:
    work_id = await owing.owe()
    await change(owing.database, GLOBAL, "1")
    waiting = await owing.find(work_id)

    [begun] = await owing.claim()

    assert (waiting.settings_generation, begun.settings_generation) == (None, 1)


async def test_work_that_is_postponed_is_as_if_it_had_never_begun(owing: Owing) -> None:
    work_id = await owing.owe(key="chat:bob")
    [item] = await owing.claim()

    await owing.database.write(work.postpone, item, NOW + 500, NOW)

    found = await owing.find(work_id)
    assert (found.state, found.attempts, found.run_after) == ("ready", 0, NOW + 500)
    assert found.settings_generation is None and found.deadline_at is None
    assert await owing.owe(key="chat:bob") == work_id
    assert await owing.claim(NOW + 499) == []
    assert [one.id for one in await owing.claim(NOW + 500)] == [work_id]


async def test_settings_changed_since_work_began_are_asked_again_when_it_is_postponed(owing: Owing) -> None:
    await change(owing.database, GLOBAL, "1")
    work_id = await owing.owe()
    [item] = await owing.claim()
    await change(owing.database, GLOBAL, "2")

    await owing.database.write(work.postpone, item, NOW + 500, NOW)

    [again] = await owing.claim()
    assert (again.id, again.settings_generation) == (work_id, 2)


async def test_words_that_came_while_work_was_being_postponed_are_answered_too(owing: Owing) -> None:
    first = await owing.owe(key="chat:bob")
    [item] = await owing.claim()
    second = await owing.owe(key="chat:bob")

    await owing.database.write(work.postpone, item, NOW + 500, NOW)

    assert [one.id for one in await owing.claim(NOW + 500)] == [first]
    assert (await owing.find(second)).state == "ready"


async def test_who_lost_the_lease_postpones_nothing(owing: Owing) -> None:
    await owing.owe()
    [item] = await owing.claim()
    await owing.database.write(work.release_all, NOW)
    await owing.database.write(work.claim, Lease("bot_2", NOW + 1000, NOW + 5000), NOW, 1)

    with pytest.raises(work.LostLease):
        await owing.database.write(work.postpone, item, NOW + 500, NOW)


@pytest.mark.parametrize(("guild_id", "woken"), [("", 1), ("10", 1), ("11", 0)])
async def test_replies_that_wait_for_a_time_are_woken_in_one_guild_or_in_all(
    owing: Owing, guild_id: str, woken: int
) -> None:
    await owing.owe(run_after=NOW + 500)

    assert await owing.database.write(work.wake, guild_id, NOW) == woken
    assert len(await owing.claim(NOW)) == woken
