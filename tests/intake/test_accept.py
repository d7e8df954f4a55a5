"""Event, message and work are kept once and together, however often and in whatever order they are heard."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random

from bot.intake.decide import Answer, Rule
from bot.ports import Deleted, Edited, Place, Speaker
from storage import cursors, messages, work
from storage.work import Lease
from tests.intake.conftest import HALL, NOW, Ear, heard
from tests.storage.outside import Outside

CID = Speaker("8", "Cid")


async def claim(ear: Ear, most: int = 50) -> list[str]:
    """The ids of what is owed now, taken in hand."""
    soon = NOW * 2
    taken = await ear.database.write(work.claim, Lease("bot", soon, soon), soon, most)
    return [item.id for item in taken if item.capability != "extract"]


async def test_one_message_heard_fifty_times_at_once_is_kept_once_and_owed_once(ear: Ear) -> None:
    accepted = await asyncio.gather(*(ear.intake.hear(heard()) for _ in range(50)))

    kept = await ear.kept("1")
    assert sum(one.first for one in accepted) == 1
    assert kept is not None and (kept.content, kept.seq, kept.revision) == ("Ada, hello", 1, 1)
    assert len(await claim(ear)) == 1


async def test_fifty_messages_at_once_are_numbered_one_by_one(ear: Ear) -> None:
    await asyncio.gather(*(ear.intake.hear(heard(f"Ada, {n}", n)) for n in range(1, 51)))

    kept = [await ear.kept(str(n)) for n in range(1, 51)]

    assert sorted(message.seq for message in kept if message) == list(range(1, 51))


async def test_words_of_one_person_that_wait_are_answered_together_and_another_s_apart(ear: Ear) -> None:
    first, second = await ear.intake.hear(heard("Ada, a", 1)), await ear.intake.hear(heard("Ada, b", 2))
    other = await ear.intake.hear(heard("Ada, c", 3, speaker=CID))

    asked = await ear.database.read(messages.asked, first.work_id)

    assert first.work_id == second.work_id != other.work_id
    assert [message.content for message in asked] == ["Ada, a", "Ada, b"]


async def test_two_personas_in_one_channel_have_a_conversation_each(ear: Ear) -> None:
    ada, bo = await ear.intake.hear(heard("Ada, a", 1)), await ear.intake.hear(heard("Bo, b", 2))

    assert ada.conversation_id != bo.conversation_id
    assert sorted(await claim(ear)) == sorted([ada.work_id, bo.work_id])


async def test_a_message_read_again_with_other_words_is_a_revision_and_owes_nothing_new(ear: Ear) -> None:
    await ear.intake.hear(heard("Ada, tea"))
    owed = await claim(ear)

    again = await ear.intake.hear(replace(heard("Ada, coffee"), caught_up=True))

    kept = await ear.kept("1")
    assert not again.first
    assert kept is not None and (kept.content, kept.revision) == ("Ada, coffee", 2)
    assert (len(owed), await claim(ear)) == (1, [])


async def test_an_edit_keeps_the_old_words_beside_the_new(ear: Ear) -> None:
    await ear.intake.hear(heard("Ada, tea"))

    first = await ear.intake.hear(Edited("1", HALL, "Ada, coffee", NOW))
    again = await ear.intake.hear(Edited("1", HALL, "Ada, coffee", NOW))

    kept = await ear.kept("1")
    assert (first.first, again.first) == (True, False)
    assert kept is not None and kept.content == "Ada, coffee"
    assert await ear.database.read(messages.revisions, kept.conversation_id, kept.id) == 1


async def test_an_edit_or_deletion_of_what_was_never_heard_is_nothing(ear: Ear) -> None:
    edited = await ear.intake.hear(Edited("404", HALL, "words", NOW))
    deleted = await ear.intake.hear(Deleted("404", HALL, NOW))

    assert not edited.first and not deleted.first


async def test_words_taken_back_before_their_reply_leave_nothing_owed(ear: Ear) -> None:
    await ear.intake.hear(heard())

    await ear.intake.hear(Deleted("1", HALL, NOW))

    kept = await ear.kept("1")
    assert kept is not None and kept.content == "" and kept.deleted_at is not None
    assert await claim(ear) == []


async def test_one_of_two_messages_taken_back_leaves_the_reply_to_the_other_owed(ear: Ear) -> None:
    first = await ear.intake.hear(heard("Ada, a", 1))
    await ear.intake.hear(heard("Ada, b", 2))

    await ear.intake.hear(Deleted("1", HALL, NOW))

    assert await claim(ear) == [first.work_id]


async def test_words_taken_back_while_their_reply_is_made_stop_it(ear: Ear) -> None:
    accepted = await ear.intake.hear(heard())
    await claim(ear)
    stops: list[bool] = []
    ear.bells.running(accepted.work_id, stops.append)

    await ear.intake.hear(Deleted("1", HALL, NOW))

    assert stops == [False]


async def test_what_is_said_to_nobody_is_not_kept(ear: Ear) -> None:
    accepted = await ear.intake.hear(heard("just talking"))

    assert not accepted.first
    assert await ear.kept("1") is None


async def test_a_message_moves_its_channel_s_cursor_unless_the_channel_is_behind(ear: Ear) -> None:
    await ear.intake.hear(heard("Ada, a", 5))
    await ear.intake.hear(heard("Ada, b", 9), move_cursor=False)

    assert await ear.database.read(cursors.of_platform, "discord") == {"1": 5}


async def test_judging_explains_and_keeps_nothing(ear: Ear) -> None:
    verdict = await ear.intake.judge(heard())

    assert verdict == Answer(ear.personas["ada"], Rule.NAMED)
    assert await ear.kept("1") is None


async def test_hundreds_of_cancelled_hearings_keep_a_message_whole_or_not_at_all(ear: Ear, outside: Outside) -> None:
    chance = Random(7)
    rooms = [Place("discord", str(number), "10") for number in range(20)]
    said = {number: chance.choice(rooms) for number in range(1, 401)}

    tasks = [
        asyncio.create_task(ear.intake.hear(heard(f"Ada, {number}", number, place))) for number, place in said.items()
    ]
    for task in chance.sample(tasks, 320):
        for _ in range(chance.randrange(3)):
            await asyncio.sleep(0)
        if chance.random() < 0.05:
            await ear.database.read(cursors.of_platform, "discord")  # let some come a good way further
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    after = await ear.intake.hear(heard("Ada, still there?", 5000))

    kept = [await ear.kept(str(number), place) for number, place in said.items()]
    assert after.first
    assert outside.idle()
    assert all(message is None or message.work_id for message in kept)
    assert all(message is not None for message, end in zip(kept, ended, strict=True) if not failed(end))
    assert 0 < sum(message is None for message in kept) < 400
    assert any(message is not None and failed(end) for message, end in zip(kept, ended, strict=True))


def failed(end: object) -> bool:
    """Whether a hearing was cut short."""
    return isinstance(end, BaseException)
