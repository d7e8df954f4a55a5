"""What is said while somebody's memory is paused is answered, and neither read for memories nor found again."""

from __future__ import annotations

from dataclasses import replace

from bot.ports import Said, Speaker
from storage import pauses, readings
from tests.intake.conftest import NOW, Ear, heard
from tests.storage.outside import Outside

CID = Speaker("8", "Cid")
BOB = ("discord", "7")


def later(said: Said, seconds: int) -> Said:
    """The same words, said so long after."""
    return replace(said, said_at=said.said_at + seconds * 1000)


async def test_only_what_was_said_before_and_after_a_pause_is_remembered(ear: Ear, outside: Outside) -> None:
    first = await ear.intake.hear(heard("Ada, before", 1))
    await ear.database.write(pauses.begin, *BOB, NOW)
    meanwhile = await ear.intake.hear(heard("Ada, meanwhile I keep bees", 2))
    await ear.database.write(pauses.end, *BOB, NOW + 3000)
    await ear.intake.hear(later(heard("Ada, after", 3), 3))
    await ear.intake.hear(later(heard("Ada, and wasps, heard late", 4), 2))

    unread = await ear.database.read(readings.unread, first.conversation_id, 9)
    found = outside.rows("SELECT m.content FROM passages p JOIN messages m ON m.id = p.source_id ORDER BY m.seq")

    assert [line.content for line in unread] == [
        "Ada, before",
        "Ada, after",
    ]  # and nothing of what was said meanwhile and heard late
    assert found == [("Ada, before",), ("Ada, after",)]
    assert meanwhile.work_id == first.work_id  # it is answered like the rest


async def test_what_is_asked_for_by_name_is_remembered_all_the_same(ear: Ear, outside: Outside) -> None:
    await ear.intake.hear(heard("Ada, hello", 1))
    await ear.database.write(pauses.begin, *BOB, NOW)

    await ear.intake.hear(heard("Ada, remember that my sister is called Zoe", 2))

    assert len(outside.rows("SELECT 1 FROM memories WHERE state = 'live'")) == 1


async def test_the_words_of_others_are_remembered_as_ever(ear: Ear) -> None:
    await ear.intake.hear(heard("Ada, hello", 1))
    await ear.database.write(pauses.begin, *BOB, NOW)

    other = await ear.intake.hear(heard("Ada, I keep goats", 2, speaker=CID))

    unread = await ear.database.read(readings.unread, other.conversation_id, 9)
    assert [line.content for line in unread] == ["Ada, hello", "Ada, I keep goats"]
