"""The work of tidying a scene: a model settles doubts, one part owes the next, and no crash or failure loses any."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.memory.consolidation.look import MOST
from bot.memory.consolidation.owing import owe_tidying
from storage import consolidations, memories, memory_changes, usage, work
from storage.engines.base import Transaction
from storage.work import Lease
from tests.fakes.model_script import Says, server_error
from tests.fakes.model_server import ModelServer
from tests.memory.ground import Ground
from tests.memory.test_consolidation import embed
from tests.memory.test_extract import Reader, offline, reader
from tests.memory.tidying import known

__all__ = ["offline", "reader"]
ONE, OTHER = "Mara works in a hospital.", "Mara works nights in a big hospital in Bergen."


async def tidied(reader: Reader, scene: str = "general", most: int = MOST) -> list[str]:
    """Owe it and wait until the scene is through; the ids of the work that was done."""
    ground, before = reader.ground, len(reader.kept)
    ground.now += 1
    conversation = ground.scenes[scene].id
    await ground.database.write(owe_tidying, conversation, ground.ids, ground.now)
    async with replace(reader, part=most).working():
        while not await ground.database.read(_through, conversation, ground.now):
            await reader.bells.outbox.wait(10)
    return reader.kept[before:]


def _through(tx: Transaction, conversation_id: str, since: int) -> bool:
    """Whether a pass that began then has ended."""
    reached = consolidations.of_scene(tx, conversation_id)
    return reached is not None and not reached.through and (reached.ran_at or 0) >= since


def verdicts(*found: dict[str, Any]) -> str:
    """A model's whole answer."""
    return json.dumps({"verdicts": list(found)})


@pytest.mark.parametrize(
    ("decision", "left"),
    [("same", [OTHER]), ("richer", [OTHER]), ("replaces", [OTHER, ONE]), ("add", [OTHER, ONE]), ("drop", [OTHER, ONE])],
)
async def test_a_model_settles_what_words_can_t(
    ground: Ground, reader: Reader, server: ModelServer, decision: str, left: list[str]
) -> None:
    first = await known(ground, ONE)
    await known(ground, OTHER)
    server.replies(Says(verdicts({"candidate": 1, "decision": decision, "known": 1})))

    await tidied(reader)

    assert await ground.known() == left
    assert ((await ground.find(first)).valid_to is not None) is (decision == "replaces")


async def test_what_shares_no_word_and_means_the_same_is_put_to_a_model(
    ground: Ground, reader: Reader, server: ModelServer
) -> None:
    doctor, ward = "Mara is a physician.", "Mara treats patients as a doctor."
    await known(ground, doctor)
    await known(ground, ward)
    await ground.database.write(embed, {doctor: [1.0, 0.0, 0.0], ward: [1.0, 0.1, 0.0]})
    server.replies(Says(verdicts({"candidate": 1, "decision": "same", "known": 1})))

    await tidied(reader)

    assert await ground.known() == [ward]


async def test_a_model_is_asked_once_about_the_same_two(ground: Ground, reader: Reader, server: ModelServer) -> None:
    await known(ground, ONE)
    await known(ground, OTHER)
    server.replies(Says(verdicts()))
    await tidied(reader)

    await tidied(reader)

    assert len(server.calls) == 1


async def test_without_a_model_or_where_it_fails_both_stand(
    ground: Ground, reader: Reader, offline: Reader, server: ModelServer
) -> None:
    await known(ground, ONE)
    await known(ground, OTHER)
    server.replies(server_error(), server_error())

    done = [*await tidied(offline), *await tidied(reader)]

    assert len(done) == 2
    assert await ground.known() == [OTHER, ONE]


async def test_a_model_that_can_only_take_notes_is_asked_for_nothing_else(ground: Ground, offline: Reader) -> None:
    for one in (ONE, OTHER, "Mara saw a heron."):
        await known(ground, one)
    ground.now += 7 * 3_600_000

    done = await tidied(offline)

    assert await ground.database.read(memories.known, ground.audience("general")) != []
    assert [await ground.database.read(usage.of_work, one) for one in done] == [[]] * len(done)


async def test_a_pinned_one_is_not_closed_whatever_a_model_says(
    ground: Ground, reader: Reader, server: ModelServer
) -> None:
    first = await known(ground, ONE, pinned=1)
    await known(ground, OTHER)
    server.replies(Says(verdicts({"candidate": 1, "decision": "replaces", "known": 1})))

    await tidied(reader)

    assert (await ground.find(first)).valid_to is None


async def test_one_part_owes_the_next_until_the_scene_is_through(ground: Ground, offline: Reader) -> None:
    for number in range(5):
        await known(ground, f"Number {number} was Mara's.")
    twins = [
        await known(ground, "Mara plays the old piano daily."),
        await known(ground, "Mara plays the old piano daily, too."),
    ]

    items = await tidied(offline, most=3)

    reached = await ground.database.read(consolidations.of_scene, ground.scenes["general"].id)
    assert len(items) == 3
    assert reached is not None and (reached.through, reached.changed) == (0, 1)
    assert (await ground.find(twins[1])).state == "archived"


async def test_a_crash_in_the_middle_of_a_part_is_made_up_for_and_done_once(ground: Ground, offline: Reader) -> None:
    kept = await known(ground, "Mara plays the old piano daily.")
    await known(ground, "Mara plays the old piano daily, too.")
    conversation = ground.scenes["general"].id
    await ground.database.write(owe_tidying, conversation, ground.ids, ground.now)
    lost = await ground.database.write(work.claim, Lease("bot_0", ground.now, ground.now + 60_000), ground.now, 1)
    assert await ground.database.write(work.release_expired, ground.now + 1) == 1

    ground.now += 2
    async with offline.working():
        while (item := await ground.database.read(work.by_id, lost[0].id)) and item.state != "done":
            await offline.bells.outbox.wait(10)

    entries = await ground.database.read(memory_changes.of_memory, kept.conversation_id, kept.id)
    assert [one.action for one in entries].count("merge") == 1
    assert await ground.known() == ["Mara plays the old piano daily, too."]
    assert await ground.database.read(memories.relating, kept.conversation_id, kept.id, "duplicates") != []
