"""What people say of a memory moves it within bounds, never the wrong way, and nothing said moves nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.capabilities.chat import notes
from bot.memory.query import understand
from bot.memory.ranking import trust
from bot.memory.reminding import Asked, Reminder, remind
from storage import feedback, memories
from storage.memories import Memory
from tests.memory.ground import NOW, Ground
from tests.memory.test_reminding import a_memory
from tests.memory.tidying import DAY, known, tidy

people = st.integers(0, 500)
signal = st.floats(0, 1)


@given(people, people)
def test_what_people_say_moves_a_memory_within_bounds_and_never_the_wrong_way(helpful: int, wrong: int) -> None:
    now = trust(helpful, wrong)

    assert 0.5 <= now <= 1.25
    assert trust(helpful + 1, wrong) >= now >= trust(helpful, wrong + 1)


def test_where_nobody_says_anything_nothing_is_changed() -> None:
    assert trust(0, 0) == 1.0


def test_many_of_one_mind_count_for_more_than_one() -> None:
    assert trust(0, 9) < trust(0, 1) < 1 < trust(1, 0) < trust(9, 0)


@given(signal, signal, signal, people, people)
def test_more_who_call_it_helpful_never_lower_its_score(
    words: float, meaning: float, subject: float, helpful: int, wrong: int
) -> None:
    one = Reminder(a_memory(), words, meaning, subject, trust=trust(helpful, wrong))

    assert replace(one, trust=trust(helpful + 1, wrong)).score >= one.score
    assert replace(one, trust=trust(helpful, wrong + 1)).score <= one.score


async def brought_up(ground: Ground) -> list[Reminder]:
    asked = Asked(understand("Where is the key?", (), NOW, "Mara", "Ada"), "", ground.people["Mara"].id, ground.now)
    return await ground.database.read(remind, ground.audience("general", "Mara"), asked, None, 5)


async def say(ground: Ground, who: str, verdict: feedback.Verdict, memory: Memory, at: int = NOW) -> None:
    await ground.database.write(feedback.give, memory, ground.people[who].id, verdict, at)


async def test_of_two_that_fit_alike_the_doubted_one_goes_last_and_says_so(ground: Ground) -> None:
    fern = await ground.tell("Mara keeps a key under the fern.")
    stone = await ground.tell("Mara keeps a key under the stone.")
    before = [one.memory.id for one in await brought_up(ground)]

    await say(ground, "Mara", "wrong", stone)
    after = await brought_up(ground)

    assert before == [stone.id, fern.id]
    assert [one.memory.id for one in after] == [fern.id, stone.id]
    assert [one.doubted for one in notes.known(after, "", ground.now)] == [False, True]
    assert '"trust"' in after[1].why() and '"trust"' not in after[0].why()


async def test_what_helped_goes_before_what_fits_alike(ground: Ground) -> None:
    fern = await ground.tell("Mara keeps a key under the fern.")
    await ground.tell("Mara keeps a key under the stone.")

    await say(ground, "Mara", "helpful", fern)

    [first, _] = await brought_up(ground)
    assert first.memory.id == fern.id


async def test_each_person_s_last_word_counts_and_only_of_that_memory(ground: Ground) -> None:
    fern, stone = await ground.tell("Mara grows a fern."), await ground.tell("Mara has a stone.")
    for who in ("Mara", "Tom"):
        await say(ground, who, "helpful", fern)
    await say(ground, "Tom", "wrong", fern, NOW + 1)

    found = await ground.database.read(feedback.opinions, [fern, stone])

    assert found == {fern.id: feedback.Opinion(fern.id, 1, 1)}


async def test_taken_back_is_what_was_called_wrong_then_and_nothing_else(ground: Ground) -> None:
    fern = await ground.tell("Mara grows a fern.")
    await say(ground, "Mara", "wrong", fern, NOW)
    await say(ground, "Tom", "wrong", fern, NOW + 1)

    await ground.database.write(feedback.take_back, fern, NOW)

    assert await ground.database.read(feedback.said, fern, ground.people["Mara"].id) is None
    assert await ground.database.read(feedback.said, fern, ground.people["Tom"].id) == "wrong"


async def test_what_is_forgotten_takes_what_was_said_of_it_along(ground: Ground) -> None:
    fern = await ground.tell("Mara grows a fern.")
    await say(ground, "Mara", "wrong", fern)

    assert await ground.database.write(memories.forget, fern.conversation_id, fern.id)
    assert await ground.database.read(feedback.opinions, [fern]) == {}


@pytest.mark.parametrize("doubted", [True, False])
async def test_what_is_called_wrong_is_neither_merged_with_another_nor_closes_one(
    ground: Ground, doubted: bool
) -> None:
    await known(ground, "Mara plays the old oboe daily.")
    double = await known(ground, "Mara plays the old oboe daily, too.")
    older = await known(ground, "Mara lives in Oslo.", topic="a")
    newer = await known(ground, "Mara lives in Bergen.", topic="b")
    for one in (older, newer):
        await ground.database.write(memories.put, replace(one, topic="home"))
    if doubted:
        for one in (double, newer):
            await say(ground, "Mara", "wrong", one)

    steps = await tidy(ground)

    assert sorted(one.what for one in steps) == ([] if doubted else ["merge", "replace"])


@pytest.mark.parametrize("doubted", [True, False])
async def test_what_is_called_wrong_is_not_summed_up(ground: Ground, doubted: bool) -> None:
    told = [await known(ground, f"Mara saw {what}.") for what in ("a heron", "the opera", "two cats")]
    if doubted:
        await say(ground, "Mara", "wrong", told[0])
    ground.now += DAY

    steps = await tidy(ground)

    assert [one.what for one in steps] == ([] if doubted else ["sum"])
