"""A scene's memories are tidied step by step: nothing is lost, nobody learns more, and all of it can be undone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.memory.consolidation.carry import ACTOR
from bot.memory.consolidation.steps import Terms
from bot.memory.learn import doubt_message
from bot.memory.mending import forget_for_good, undo
from storage import consolidations, memories, memory_changes, vectors
from storage.engines.base import Transaction
from storage.memories import Memory
from storage.vectors import Embedded
from tests.memory.ground import Ground
from tests.memory.tidying import DAY, TERMS, known, one_part, tidy


async def state(ground: Ground, memory: Memory) -> str:
    return (await ground.find(memory)).state


# ── what is there twice ──


async def test_two_that_say_the_same_become_one_in_the_richer_words(ground: Ground) -> None:
    first = await known(ground, "Mara plays the old piano daily.")
    second = await known(ground, "Mara plays the old piano daily, after dinner.")

    [step] = await tidy(ground)

    assert step.what == "merge"
    assert await ground.known() == ["Mara plays the old piano daily, after dinner."]
    assert await state(ground, second) == "archived"
    assert await ground.database.read(memories.related, second.conversation_id, second.id, "duplicates") == [first.id]
    assert len(await ground.database.read(memories.sources, first.conversation_id, first.id)) == 2


async def test_one_undo_brings_back_all_that_was_merged(ground: Ground) -> None:
    first = await known(ground, "Mara plays the old piano daily.")
    second = await known(ground, "Mara plays the old piano daily, after dinner.")
    third = await known(ground, "Mara plays the old piano daily, after tea.")
    await tidy(ground)

    await ground.database.write(undo, await ground.find(first), ground.pen())

    for one in (first, second, third):
        assert (await ground.find(one)).snapshot() == one.snapshot()
    assert await ground.database.read(memories.relating, first.conversation_id, first.id, "duplicates") == []


async def test_what_a_person_took_back_is_not_done_again(ground: Ground) -> None:
    first = await known(ground, "Mara plays the old piano daily.")
    await known(ground, "Mara plays the old piano daily, after dinner.")
    await tidy(ground)
    await ground.database.write(undo, await ground.find(first), ground.pen())

    assert await tidy(ground) == []


@pytest.mark.parametrize(
    ("one", "other", "more"),
    [
        ("Mara has 2 grey cats at home.", "Mara has 3 grey cats at home.", {}),
        ("Mara likes the old piano a lot.", "Mara never likes the old piano a lot.", {}),
        ("Mara plays the old piano daily.", "Mara plays the old piano daily.", {"who": "Tom"}),
        ("Mara plays the old piano daily.", "Mara plays the old piano daily, too.", {"reach": "guild"}),
        ("Mara likes green tea.", "Mara likes green trees.", {}),
    ],
)
async def test_what_differs_or_has_another_audience_stays_apart(
    ground: Ground, one: str, other: str, more: dict[str, str]
) -> None:
    await known(ground, one)
    await known(ground, other, **more)  # type: ignore[arg-type]

    assert await tidy(ground) == []


def embed(tx: Transaction, vector_of: dict[str, list[float]]) -> None:
    lacking = vectors.lacking(tx, "tiny/3", 100)
    vectors.keep(tx, "tiny/3", [Embedded(one, vector_of[one.words]) for one in lacking if one.words in vector_of])


@pytest.mark.parametrize(("angle", "left"), [([1.0, 0.1, 0.0], 1), ([0.0, 1.0, 0.0], 2)])
async def test_where_there_are_vectors_words_and_meaning_must_agree(
    ground: Ground, angle: list[float], left: int
) -> None:
    one, other = "Mara plays the old piano daily.", "Mara plays the old piano daily, after dinner."
    await known(ground, one)
    await known(ground, other)
    await ground.database.write(embed, {one: [1.0, 0.0, 0.0], other: angle})

    await tidy(ground)

    assert len(await ground.known()) == left


async def test_a_pinned_one_takes_in_the_other_and_keeps_its_words(ground: Ground) -> None:
    await known(ground, "Mara plays the old piano daily, after dinner.")
    pinned = await known(ground, "Mara plays the old piano daily.", pinned=1)

    await tidy(ground)

    assert await ground.known() == ["Mara plays the old piano daily."]
    assert (await ground.find(pinned)).pinned == 1


async def test_forgetting_what_took_in_another_forgets_both(ground: Ground) -> None:
    first = await known(ground, "Mara plays the old piano daily.")
    second = await known(ground, "Mara plays the old piano daily, after dinner.")
    await tidy(ground)

    await ground.database.write(forget_for_good, await ground.find(second), ground.pen())

    assert await ground.database.read(memories.by_id, first.conversation_id, first.id) is None
    assert await ground.database.read(memories.by_id, second.conversation_id, second.id) is None


async def test_when_a_message_of_two_merged_ones_is_edited_they_are_read_again_as_one(ground: Ground) -> None:
    first = await known(ground, "Mara plays the old piano daily.")
    second = await known(ground, "Mara plays the old piano daily, after dinner.")
    [message] = await ground.database.read(memories.sources, second.conversation_id, second.id)
    await tidy(ground)

    await ground.database.write(doubt_message, second.conversation_id, message, ground.pen(), gone=False)

    assert await state(ground, first) == "doubted"
    assert await ground.database.read(memories.by_id, second.conversation_id, second.id) is None


# ── what is over ──


async def test_of_one_topic_only_the_newest_holds(ground: Ground) -> None:
    oslo = await known(ground, "Mara lives in Oslo.", topic="a")
    bergen = await known(ground, "Mara lives in Bergen.", topic="b")
    for one in (oslo, bergen):
        await ground.database.write(memories.put, replace(one, topic="home"))

    [step] = await tidy(ground)

    assert step.what == "replace"
    assert (await ground.find(oslo)).valid_to == bergen.valid_from
    assert (await ground.find(bergen)).valid_to is None
    assert await ground.database.read(memories.related, bergen.conversation_id, bergen.id, "supersedes") == [oslo.id]


async def test_what_was_closed_holds_again_when_that_is_undone_and_stays_so(ground: Ground) -> None:
    oslo = await known(ground, "Mara lives in Oslo.", topic="a")
    bergen = await known(ground, "Mara lives in Bergen.", topic="b")
    for one in (oslo, bergen):
        await ground.database.write(memories.put, replace(one, topic="home"))
    await tidy(ground)

    await ground.database.write(undo, await ground.find(oslo), ground.pen())
    await tidy(ground)

    assert (await ground.find(oslo)).valid_to is None
    assert await ground.database.read(memories.related, bergen.conversation_id, bergen.id, "supersedes") == []


# ── what recurs, and what nobody uses ──


async def test_what_is_told_again_matters_more_and_never_more_than_ten(ground: Ground) -> None:
    cats = await ground.tell("Mara has two cats.", importance=8)
    for _ in range(4):
        await ground.tell("Mara has two cats.")

    await tidy(ground)

    assert (await ground.find(cats)).importance == 10


async def test_the_same_telling_counts_once(ground: Ground) -> None:
    cats = await ground.tell("Mara has two cats.")
    await ground.tell("Mara has two cats.")
    await tidy(ground)

    assert await tidy(ground) == []

    await ground.tell("Mara has two cats.")
    await tidy(ground)
    assert (await ground.find(cats)).importance == 7


async def test_what_nobody_uses_is_put_away_and_found_no_more(ground: Ground) -> None:
    memory = await ground.tell("Mara saw a heron.", importance=3)
    ground.now += 181 * DAY

    [step] = await tidy(ground)

    assert step.what == "fade"
    assert await ground.known() == []
    found = await ground.database.read(memory_changes.last, memory.conversation_id, memory.id)
    assert found is not None and found.actor == ACTOR and "180 days" in found.reason


async def test_what_was_put_away_comes_back_by_an_undo_and_stays(ground: Ground) -> None:
    memory = await ground.tell("Mara saw a heron.", importance=3)
    ground.now += 181 * DAY
    await tidy(ground)

    await ground.database.write(undo, await ground.find(memory), ground.pen())
    await tidy(ground)

    assert await ground.known() == ["Mara saw a heron."]


async def test_what_is_pinned_or_was_used_of_late_stays(ground: Ground) -> None:
    await known(ground, "Mara saw a heron.", importance=1, pinned=1)
    used = await ground.tell("Mara saw a crane.", importance=1)
    ground.now += 181 * DAY
    reply = await ground.say("Ada", "A crane!")
    await ground.database.write(memories.use, (used.conversation_id, reply), 1, used, "{}", ground.now)

    assert await tidy(ground) == []


# ── passes ──


async def test_a_second_pass_right_after_changes_nothing(ground: Ground) -> None:
    await known(ground, "Mara plays the old piano daily.")
    await known(ground, "Mara plays the old piano daily, after dinner.")
    await ground.tell("Mara has two cats.", importance=3)
    await ground.tell("Mara has two cats.")
    first = await tidy(ground)

    assert first and await tidy(ground) == []


async def test_a_pass_goes_on_where_it_had_come_to(ground: Ground) -> None:
    for number in range(7):
        await known(ground, f"Mara plays the old piano number{number} daily.", importance=3)
    ground.now += 400 * DAY
    scene = ground.scenes["general"].id

    first, more = await ground.database.write(one_part, ground, "general", TERMS, 3)
    reached = await ground.database.read(consolidations.of_scene, scene)
    rest = await tidy(ground, most=3)

    assert more and reached is not None and reached.through > 0 and reached.ran_at is None
    ids = [edit.before.id for step in [*first, *rest] for edit in step.edits]
    assert len(ids) == len(set(ids)) == 7
    ended = await ground.database.read(consolidations.of_scene, scene)
    assert ended is not None and (ended.through, ended.changed) == (0, 7) and ended.ran_at == reached.began_at


async def test_where_it_is_off_nothing_is_done(ground: Ground) -> None:
    await ground.tell("Mara saw a heron.", importance=3)
    ground.now += 400 * DAY

    assert await tidy(ground, terms=Terms(False, 180, 6)) == []
