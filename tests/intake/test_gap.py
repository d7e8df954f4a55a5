"""What is found after a gap is kept page by page; its replies wait for the end of the gap, but never long."""

from __future__ import annotations

from dataclasses import replace

from bot.clock import SystemClock
from bot.ports import Said, Speaker
from storage import cursors, messages, work
from storage.work import Lease
from tests.intake.conftest import HALL, Ear, heard

CID = Speaker("8", "Cid")
LONG_MS = 60_000


def missed(text: str, number: int, speaker: Speaker | None = None) -> Said:
    """Words that were read again by REST."""
    said = heard(text, number) if speaker is None else heard(text, number, speaker=speaker)
    return replace(said, caught_up=True, said_at=SystemClock().now())


async def answer(ear: Ear, later_ms: int = 0) -> list[str]:
    """Begin and end the replies that are due then; returns their ids."""
    now = SystemClock().now() + later_ms
    taken = await ear.database.write(work.claim, Lease("bot", now + LONG_MS, now + LONG_MS), now, 50)
    for item in taken:
        await ear.database.write(work.finish, item, now)
    return [item.id for item in taken if item.capability != "extract"]


async def test_a_burst_of_several_pages_is_answered_together_once_the_gap_is_read(ear: Ear) -> None:
    await ear.intake.hear_all([missed("Ada, a", 1), missed("Ada, b", 2)])
    between = await answer(ear)
    await ear.intake.hear_all([missed("Ada, c", 3)])

    await ear.intake.end_reading(HALL.platform, HALL.channel_id)

    [owed] = await answer(ear)
    asked = await ear.database.read(messages.asked, owed)
    assert between == []
    assert [message.content for message in asked] == ["Ada, a", "Ada, b", "Ada, c"]


async def test_each_person_of_a_gap_gets_a_reply(ear: Ear) -> None:
    await ear.intake.hear_all([missed("Ada, a", 1), missed("Ada, b", 2, CID), missed("Ada, c", 3)])

    await ear.intake.end_reading(HALL.platform, HALL.channel_id)

    assert [len(await answer(ear)) for _ in range(3)] == [1, 1, 0]


async def test_a_gap_whose_reader_died_is_answered_all_the_same(ear: Ear) -> None:
    await ear.intake.hear_all([missed("Ada, a", 1)])

    assert len(await answer(ear, LONG_MS)) == 1


async def test_what_was_due_before_the_gap_is_read_is_held_back_by_nothing(ear: Ear) -> None:
    before = await ear.intake.hear(heard("Ada, a", 1))

    await ear.intake.hear_all([missed("Ada, b", 2)])

    assert await answer(ear) == [before.work_id]


async def test_the_end_of_one_channel_s_gap_lets_go_of_no_other(ear: Ear) -> None:
    await ear.intake.hear_all([missed("Ada, a", 1)])

    await ear.intake.end_reading(HALL.platform, "another channel")

    assert await answer(ear) == []


async def test_a_page_moves_the_cursor_to_its_last_message_and_is_kept_once(ear: Ear) -> None:
    page = [missed("Ada, a", 1), missed("talk", 2), missed("Ada, b", 3)]

    await ear.intake.hear_all(page)
    await ear.intake.hear_all(page)

    positions = await ear.database.read(cursors.of_platform, HALL.platform)
    assert positions[HALL.channel_id] == page[-1].position
    assert [await ear.kept(str(number)) is not None for number in (1, 2, 3)] == [True, False, True]


async def test_what_waits_for_longer_than_a_gap_is_left_waiting(ear: Ear) -> None:
    await ear.intake.hear_all([missed("Ada, a", 1)])
    now = SystemClock().now()
    [item] = await ear.database.write(work.claim, Lease("bot", now + LONG_MS, now + LONG_MS), now + LONG_MS, 1)
    await ear.database.write(work.postpone, item, now + LONG_MS, now)

    await ear.intake.end_reading(HALL.platform, HALL.channel_id)

    assert (await answer(ear), await answer(ear, LONG_MS)) == ([], [item.id])
