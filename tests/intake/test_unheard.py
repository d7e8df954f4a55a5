"""Words of those who asked not to be heard, or who were forgotten since, are not kept, wherever they come from."""

from __future__ import annotations

from dataclasses import replace

from bot.intake import accept as kept
from bot.intake.accept import Hand
from bot.intake.decide import Answer, Ignore, Rule
from bot.memory.owing import Patience
from bot.ports import Edited, Place
from storage import forgetting, messages, opt_outs, work
from storage.ids import Ids
from storage.work import Lease
from tests.intake.conftest import HALL, NOW, Ear, heard

BOB = ("discord", "7")
DM = Place("discord", "2", kind="dm")


async def opt_out(ear: Ear, now: int = NOW - 10) -> None:
    await ear.database.write(opt_outs.begin, *BOB, now)


async def owed(ear: Ear) -> list[str]:
    """What is owed, by capability."""
    lease, late = Lease("bot_1", NOW * 2, NOW * 2), NOW * 2
    return [item.capability for item in await ear.database.write(work.claim, lease, late, 10)]


async def test_nothing_is_kept_of_somebody_who_asked_not_to_be_heard(ear: Ear) -> None:
    await opt_out(ear)

    accepted = await ear.intake.hear(heard("Ada, my secret"))

    assert (accepted.first, await ear.kept("1")) == (False, None)
    verdict = await ear.intake.judge(heard("Ada, my secret"))
    assert verdict == Ignore(Rule.OPTED_OUT)


async def test_they_are_told_once_how_to_be_heard_again(ear: Ear) -> None:
    await opt_out(ear)

    for number in (1, 2, 3):
        await ear.intake.hear(heard("Ada, hello", number, place=DM))

    assert await owed(ear) == ["unheard"]


async def test_who_speaks_to_nobody_is_told_nothing(ear: Ear) -> None:
    await opt_out(ear)

    await ear.intake.hear(heard("lovely weather"))

    assert await owed(ear) == []


async def test_who_opts_in_is_heard_but_what_was_said_meanwhile_is_not_found_later(ear: Ear) -> None:
    await opt_out(ear)
    await ear.database.write(opt_outs.end, *BOB, NOW + 10)

    meanwhile = await ear.intake.hear(replace(heard("Ada, meanwhile"), caught_up=True))
    waited = await ear.intake.hear(heard("Ada, live, but after a while", 3))
    later = await ear.intake.hear(replace(heard("Ada, later", 2), said_at=NOW + 11))

    assert (meanwhile.first, waited.first, later.first) == (False, False, True)
    assert "chat" in await owed(ear)


async def test_others_are_heard_as_ever(ear: Ear) -> None:
    await opt_out(ear)

    accepted = await ear.intake.hear(replace(heard(), speaker=replace(heard().speaker, platform_id="8", name="Ann")))

    assert accepted.first


async def test_who_asks_what_became_of_their_words_learns_that_they_are_not_heard(ear: Ear) -> None:
    await opt_out(ear)

    told, after = await ear.intake.hear(heard("Ada, hi")), await ear.intake.hear(heard("Ada, again", 2))

    assert (told.unheard, told.first, bool(told.work_id)) == (True, False, True)
    assert (after.unheard, after.first, after.work_id) == (True, False, "")


async def test_an_edit_by_somebody_who_is_not_heard_changes_nothing(ear: Ear) -> None:
    await ear.intake.hear(heard("Ada, before"))
    await opt_out(ear)

    await ear.intake.hear(Edited("1", HALL, "Ada, my secret", NOW + 5))

    message = await ear.kept("1")
    assert message is not None and message.content == "Ada, before"


async def test_what_was_kept_before_is_no_part_of_a_history(ear: Ear) -> None:
    accepted = await ear.intake.hear(heard("Ada, before"))
    assert len(await ear.database.read(messages.newest, accepted.conversation_id, 0, 10)) == 1

    await opt_out(ear)

    assert await ear.database.read(messages.newest, accepted.conversation_id, 0, 10) == []


async def test_words_from_before_somebody_was_forgotten_are_not_kept_when_a_gap_is_read(ear: Ear) -> None:
    await ear.database.write(forgetting.forget, *BOB, NOW, NOW)

    before = await ear.intake.hear(replace(heard("Ada, my secret"), caught_up=True))
    after = await ear.intake.hear(replace(heard("Ada, hello", 2), said_at=NOW + 1))

    assert (before.first, await ear.kept("1")) == (False, None)
    assert after.first
    assert await ear.intake.judge(replace(heard("Ada"), caught_up=True)) == Ignore(Rule.FORGOTTEN)


async def test_live_words_are_new_words_however_far_the_platform_s_clock_is_behind(ear: Ear) -> None:
    await ear.database.write(forgetting.forget, *BOB, NOW + 60_000, NOW)

    assert (await ear.intake.hear(heard("Ada, hello again"))).first


async def test_what_was_judged_before_somebody_was_forgotten_is_not_kept_after_it(ear: Ear) -> None:
    said, ids = heard("Ada, my secret"), Ids(lambda: NOW)
    verdict = await ear.intake.judge(said)
    assert isinstance(verdict, Answer)
    await ear.database.write(forgetting.forget, *BOB, NOW, NOW)

    hand = Hand(ids, NOW, Patience(60_000, 10))
    accepted = await ear.database.write(kept.accept, said, verdict, hand, move_cursor=True)

    assert (accepted.first, await ear.kept("1")) == (False, None)
