"""What was said in a channel that was deleted leaves as deleted messages do, with its threads' and nobody else's."""

from __future__ import annotations

from dataclasses import replace

from bot.memory.journal import Pen
from bot.memory.mending import change
from bot.memory.wishes import Wish, keep_wish
from bot.ports import Gone, Place
from storage import bindings, conversations, lore, people, settings
from storage.bindings import ChannelKey
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.lore import Entry, Signed
from storage.records import Binding
from storage.settings import Reach
from tests.intake.conftest import BOB, HALL, NOW, Ear, heard
from tests.storage.outside import Outside

THREAD = replace(HALL, channel_id="11", parent_id="1", kind="thread")
ATTIC = replace(HALL, channel_id="2")
ALONE = Place("discord", "3", kind="dm")


async def test_a_deleted_channel_takes_its_words_its_threads_and_what_was_remembered_of_them(
    ear: Ear, outside: Outside
) -> None:
    places = (HALL, THREAD, ATTIC, ALONE)
    for number, place in enumerate(places, 1):
        await ear.intake.hear(heard(f"Ada, remember that I saw {number} herons", number, place))
    await ear.intake.hear(heard("Bo, hello", 5))

    taken = await ear.intake.hear(Gone(HALL, NOW + 1))
    again = await ear.intake.hear(Gone(HALL, NOW + 2))
    closed = await ear.intake.hear(Gone(ALONE, NOW + 3))

    assert (taken.first, again.first, closed.first) == (True, False, False)
    found = [await ear.kept(str(number), place) for number, place in enumerate((*places, HALL), 1)]
    words = [kept.content for kept in found if kept is not None]
    assert ["herons" in one or "hello" in one for one in words] == [False, False, True, True, False]
    remembered = outside.rows("SELECT statement FROM memories ORDER BY id")
    assert [statement.split()[-2] for (statement,) in remembered] == ["3", "4"]
    assert outside.rows("SELECT count(*) FROM work WHERE capability = 'chat' AND state = 'ready'") == [(2,)]


async def test_a_deleted_thread_leaves_its_channel_as_it_is(ear: Ear) -> None:
    await ear.intake.hear(heard("Ada, one", 1))
    await ear.intake.hear(heard("Ada, two", 2, THREAD))

    await ear.intake.hear(Gone(THREAD, NOW + 1))

    first, second = await ear.kept("1"), await ear.kept("2", THREAD)
    assert first is not None and second is not None
    assert (first.content, second.content) == ("Ada, one", "")


async def test_a_deleted_channel_takes_what_was_added_and_set_there_and_in_its_threads(
    ear: Ear, outside: Outside
) -> None:
    for number, place in enumerate((HALL, THREAD, ATTIC), 1):
        await ear.intake.hear(heard("Ada, hello", number, place))
        await ear.database.write(_set_up, ear, place)

    await ear.intake.hear(Gone(HALL, NOW + 1))
    again = await ear.intake.hear(Gone(HALL, NOW + 2))

    assert not again.first
    kept = sorted(statement for (statement,) in outside.rows("SELECT statement FROM memories"))
    doors = [f"Bob asked to remember: “the door of {number} is green”" for number in (1, 2)]
    assert kept == [*doors, "Bob likes boat 2"]  # the door of 1 was opened to the server
    assert outside.rows("SELECT scope FROM lore") == [("channel:discord:10:2",)]
    assert outside.rows("SELECT channel_id FROM bindings") == [("2",)]
    assert outside.rows("SELECT channel_id FROM cursors WHERE channel_id <> ''") == [("2",)]
    for channel_id, values in (("1", {None}), ("11", {None}), ("2", {"short"})):
        reach = Reach("discord", await _conversation(ear, channel_id), channel_id=channel_id)
        changes = await ear.database.read(settings.history, reach)
        newest = {change.scope: change for change in reversed(changes)}
        assert {one.new_value for one in newest.values()} == values and len(newest) == 2
    gone = outside.rows("SELECT reason FROM lore_changes WHERE after_state = '' ORDER BY scope")
    assert gone == [("the channel was deleted",)] * 2


async def _conversation(ear: Ear, channel_id: str) -> str:
    found = await ear.database.read(conversations.of_scene, "discord", channel_id, "10", ear.personas["ada"])
    assert found is not None
    return found.id


def _set_up(tx: Transaction, ear: Ear, place: Place) -> None:
    """What commands leave in a place: memories without a message, an entry, settings and a persona."""
    ids, ada = Ids(lambda: NOW), ear.personas["ada"]
    scene = conversations.of_scene(tx, "discord", place.channel_id, place.guild_id, ada)
    bob = people.known(tx, "discord", BOB.platform_id)
    assert scene is not None and bob is not None
    pen, where = Pen(ids, NOW, "Bob"), place.channel_id
    keep_wish(tx, Wish(scene.id, bob, f"remember that I like boat {where}", NOW), pen)
    [door] = keep_wish(tx, Wish(scene.id, bob, f"remember that the door of {where} is green", NOW), pen)
    change(tx, "edit", door, replace(door, reach="guild" if place == HALL else "scene"), "opened", pen)
    entry = Entry(
        ids.new("lor"), lore.of_channel("discord", "10", where), where, "[]", where, 1, 0, 1, "person", "", 0, 0
    )
    lore.add(tx, entry, Signed(ids.new("lch"), "Ann", "", NOW))
    for scope in (f"channel:discord:{where}", f"conversation:discord:{scene.id}"):
        settings.change(tx, settings.Wish(scope, "reply_length", "short", "Ann", ""), NOW)
    bindings.bind(tx, ChannelKey("discord", where, "10"), Binding(ada, "always"), "Ann", NOW)
