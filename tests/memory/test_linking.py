"""What belongs together without being one is linked: within a scene, a few each, entered, and undone for good."""

from __future__ import annotations

from math import sqrt

import pytest

from bot.memory.consolidation.plan import MOST_LINKS
from bot.memory.mending import forget_for_good, reword, undo, undo_links
from storage import consolidations, memories, memory_changes
from storage.memories import Memory
from tests.memory.ground import Ground
from tests.memory.test_consolidation import embed
from tests.memory.tidying import DAY, known, tidy

CHESS, KNIGHT, HERON = "Mara joined a chess club.", "Tom bought a wooden knight.", "Mara saw herons at dawn."


def at(cosine: float) -> list[float]:
    """As near as that to [1, 0, 0]."""
    return [cosine, sqrt(1 - cosine * cosine), 0.0]


async def near(ground: Ground, cosine: float = 0.8, scene: str = "general") -> tuple[Memory, Memory]:
    """Two of whom nobody would say that they are one, so near in meaning."""
    first = await known(ground, CHESS, scene)
    second = await known(ground, KNIGHT, scene, "Tom")
    await known(ground, HERON, scene)
    vector_of = {CHESS: [1.0, 0.0, 0.0], KNIGHT: at(cosine), HERON: [0.0, 0.0, 1.0]}
    await ground.database.write(embed, vector_of)
    return first, second


async def linked(ground: Ground, memory: Memory) -> list[str]:
    return await ground.database.read(memories.related, memory.conversation_id, memory.id, "related")


async def test_two_near_in_meaning_are_linked_and_stay_as_they_are(ground: Ground) -> None:
    first, second = await near(ground)

    [step] = await tidy(ground)

    assert step.what == "link"
    assert (await linked(ground, second), await linked(ground, first)) == ([first.id], [])
    assert [await ground.find(one) for one in (first, second)] == [first, second]
    [entry, *_] = await ground.database.read(memory_changes.of_memory, second.conversation_id, second.id)
    assert (entry.action, entry.likeness, first.id in entry.reason) == ("link", 80, True)


async def test_a_second_pass_links_nothing_more(ground: Ground) -> None:
    await near(ground)
    await tidy(ground)

    assert await tidy(ground) == [] and await tidy(ground, most=2) == []


@pytest.mark.parametrize(("cosine", "count"), [(0.64, 0), (0.66, 1), (0.9, 1)])
async def test_only_what_is_near_enough_is_linked(ground: Ground, cosine: float, count: int) -> None:
    _, second = await near(ground, cosine)

    await tidy(ground)

    assert len(await linked(ground, second)) == count


async def test_links_that_were_taken_back_are_not_made_again_and_all_else_goes_on(ground: Ground) -> None:
    first, second = await near(ground)
    await tidy(ground)

    action, _ = await ground.database.write(undo_links, await ground.find(second), ground.pen())

    assert action == "link" and await linked(ground, second) == []
    assert await tidy(ground) == []
    ground.now += 400 * DAY
    faded = {edit.before.id for step in await tidy(ground) if step.what == "fade" for edit in step.edits}
    assert {first.id, second.id} <= faded


async def test_an_undo_after_a_link_takes_back_what_was_said_before_it(ground: Ground) -> None:
    _, second = await near(ground)
    edited = await ground.database.write(reword, second, second.statement + " It was a bargain.", ground.pen())
    await ground.database.write(embed, {edited.statement: [1.0, 0.0, 0.0]})
    await tidy(ground)
    given = await linked(ground, second)

    action, after = await ground.database.write(undo, await ground.find(second), ground.pen())

    assert given and action == "edit" and after.statement == second.statement
    assert await linked(ground, second) == []  # which were made for the other words


async def test_what_was_merged_after_it_was_linked_is_undone_step_by_step(ground: Ground) -> None:
    first, second = await near(ground)
    await tidy(ground)
    twin = await known(ground, "Tom bought a wooden knight, too.", who="Tom")
    await tidy(ground)

    merged, _ = await ground.database.write(undo, await ground.find(second), ground.pen())
    link, _ = await ground.database.write(undo_links, await ground.find(second), ground.pen())

    assert (merged, link) == ("merge", "link")
    assert (await ground.find(twin)).snapshot() == twin.snapshot()
    assert await linked(ground, second) == [] and await linked(ground, first) == []


async def test_none_has_more_links_than_a_few(ground: Ground) -> None:
    told = [f"Mara likes {word}." for word in ("tea", "jazz", "rain", "boats", "moss", "kites", "salt", "owls", "ink")]
    kept = [await known(ground, one) for one in told]
    await ground.database.write(embed, {one: [1.0, 0.0, 0.0] for one in told})

    await tidy(ground, most=4)

    for one in kept:
        taken = await ground.database.read(memories.relating, one.conversation_id, one.id, "related")
        assert 0 < len(await linked(ground, one)) + len(taken) <= MOST_LINKS
    assert await tidy(ground, most=4) == []


async def test_nothing_is_linked_across_scenes_or_with_what_others_may_know(ground: Ground) -> None:
    first = await known(ground, CHESS)
    elsewhere = await known(ground, KNIGHT, "secret")
    opened = await known(ground, HERON, reach="guild")
    await ground.database.write(embed, {one: [1.0, 0.0, 0.0] for one in (CHESS, KNIGHT, HERON)})

    assert await tidy(ground) == [] and await tidy(ground, "secret") == []
    assert [await linked(ground, one) for one in (first, elsewhere, opened)] == [[], [], []]


async def test_without_vectors_nothing_is_linked(ground: Ground) -> None:
    await known(ground, CHESS)
    await known(ground, KNIGHT)

    assert await tidy(ground) == []


async def test_links_go_with_the_words_that_made_them(ground: Ground) -> None:
    first, second = await near(ground)
    await tidy(ground)

    await ground.database.write(reword, await ground.find(first), "Mara left the club.", ground.pen())

    assert await linked(ground, second) == []


async def test_links_go_with_what_is_forgotten(ground: Ground) -> None:
    first, second = await near(ground)
    await tidy(ground)

    await ground.database.write(forget_for_good, await ground.find(first), ground.pen())

    assert await linked(ground, second) == []


async def test_a_link_counts_as_a_change_of_its_pass(ground: Ground) -> None:
    await near(ground)

    await tidy(ground)

    reached = await ground.database.read(consolidations.of_scene, ground.scenes["general"].id)
    assert reached is not None and reached.changed == 1
