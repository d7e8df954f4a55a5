"""What was said in a channel that was deleted leaves as deleted messages do, with its threads' and nobody else's."""

from __future__ import annotations

from dataclasses import replace

from bot.ports import Gone, Place
from tests.intake.conftest import HALL, NOW, Ear, heard
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
