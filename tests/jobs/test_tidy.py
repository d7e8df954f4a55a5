"""When the tidying of memories is owed: once a night where something was learnt, and sooner where much was."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.bells import Bells
from bot.jobs.daily import last_turn
from bot.jobs.tidy import tidy_when_due
from bot.memory.consolidation import owing
from storage import memories, migrate, work
from storage.database import Database
from storage.engines.base import Transaction
from storage.records import WorkItem
from storage.work import Failed, Lease
from tests.memory.conftest import ground
from tests.memory.ground import NOW, Ground, laid
from tests.memory.tidying import DAY, TERMS, one_part, tidy
from tests.storage.outside import Outside

__all__ = ["ground"]
HOUR = 3_600_000
NIGHT = last_turn(NOW) + DAY  # the first one after what is told here


class Clock:
    """A clock that stands still."""

    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> int:
        return self.at

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody waits for this clock")


async def owed(ground: Ground, at: int) -> int:
    """For how many scenes it is owed when the timetable looks then."""
    return await tidy_when_due(ground.database, Bells(), ground.ids, Clock(at))


async def claim(ground: Ground, at: int) -> list[WorkItem]:
    """What is claimed then."""
    return await ground.database.write(work.claim, Lease("bot_1", at + HOUR, at + HOUR), at, 10)


async def done(ground: Ground, at: int) -> None:
    """All that is owed is done then."""
    ground.now = at
    for item in await claim(ground, at):
        scene = next(name for name, one in ground.scenes.items() if one.id == item.conversation_id)
        await tidy(ground, scene)
        await ground.database.write(work.finish, item, at)


async def test_it_waits_for_the_night_after_something_was_learnt(ground: Ground) -> None:
    await ground.tell("Mara lives in Oslo.")
    await ground.tell("Tom lives in Rome.", "dm of Tom", "Tom")

    assert [await owed(ground, NIGHT - 1), await owed(ground, NIGHT), await owed(ground, NIGHT)] == [0, 2, 0]


async def test_however_many_nights_were_missed_it_is_made_up_for_once(ground: Ground) -> None:
    await ground.tell("Mara lives in Oslo.")

    first = await owed(ground, NIGHT + 5 * DAY)
    await done(ground, NIGHT + 5 * DAY)

    assert (first, await owed(ground, NIGHT + 5 * DAY + HOUR), await owed(ground, NIGHT + 6 * DAY)) == (1, 0, 0)


async def test_of_two_schedulers_at_once_one_owes_it(ground: Ground) -> None:
    await ground.tell("Mara lives in Oslo.")

    await asyncio.gather(*(owed(ground, NIGHT) for _ in range(4)))

    assert len(await claim(ground, NIGHT)) == 1
    assert await owed(ground, NIGHT + 1) == 0  # one is at work


async def test_what_is_learnt_after_a_pass_is_due_the_next_night(ground: Ground) -> None:
    await ground.tell("Mara lives in Oslo.")
    await owed(ground, NIGHT)
    await done(ground, NIGHT)
    await ground.tell("Mara has two cats.")

    assert [await owed(ground, NIGHT + HOUR), await owed(ground, NIGHT + DAY)] == [0, 1]


async def test_what_is_learnt_while_a_pass_is_under_way_is_new_after_it(ground: Ground) -> None:
    for number in range(3):
        await ground.tell(f"Mara saw {number} herons.")
    await owed(ground, NIGHT)
    ground.now = NIGHT
    [item] = await claim(ground, NIGHT)
    await ground.database.write(one_part, ground, "general", TERMS, 2)

    await ground.tell("Mara has two cats.")
    await ground.database.write(one_part, ground, "general", TERMS, 9)
    await ground.database.write(work.finish, item, ground.now)

    assert await owed(ground, NIGHT + DAY) == 1


async def test_a_scene_from_before_the_news_were_counted_is_due_as_it_was(outside: Outside) -> None:
    ground = await laid(Database(await outside.open()))
    await ground.tell("Mara lives in Oslo.")
    await ground.tell("Tom lives in Rome.", "dm of Tom", "Tom")
    ground.now = NIGHT
    await tidy(ground, "dm of Tom")

    before = next(one.number for one in migrate.known("sqlite") if one.name == "linking") - 1
    await migrate.down(ground.database, before)
    await migrate.up(ground.database, lambda: ground.now)

    assert await ground.database.read(owing.due_scenes, ground.now, NIGHT) == [ground.scenes["general"].id]
    await ground.database.close()


def much(tx: Transaction, ground: Ground, memory: memories.Memory) -> None:
    for number in range(owing.MUCH - 1):
        memories.add(tx, replace(memory, id=f"mem_{number}", seq=1000 + number, statement_hash=str(number)))


async def test_after_much_new_it_is_not_left_for_the_night(ground: Ground) -> None:
    memory = await ground.tell("Mara lives in Oslo.")
    before = await owed(ground, ground.now)

    await ground.database.write(much, ground, memory)

    assert (before, await owed(ground, ground.now)) == (0, 1)


async def test_a_scene_that_is_silent_is_looked_at_once_a_week(ground: Ground) -> None:
    await ground.tell("Mara lives in Oslo.")
    await owed(ground, NIGHT)
    await done(ground, NIGHT)

    assert [await owed(ground, NIGHT + 7 * DAY), await owed(ground, NIGHT + 7 * DAY + HOUR)] == [0, 1]


async def test_one_that_was_given_up_is_owed_again_after_an_hour(ground: Ground) -> None:
    await ground.tell("Mara lives in Oslo.")
    await owed(ground, NIGHT)
    [item] = await claim(ground, NIGHT)
    await ground.database.write(work.bury, item, Failed("BUG", ""), NIGHT)

    assert [await owed(ground, NIGHT + HOUR - 1), await owed(ground, NIGHT + HOUR + 1)] == [0, 1]


@pytest.mark.parametrize("state", ["ready", "retrying"])
async def test_a_reply_that_is_due_goes_first_and_one_scene_is_tidied_at_a_time(ground: Ground, state: str) -> None:
    await ground.tell("Mara lives in Oslo.")
    await ground.tell("Tom lives in Rome.", "dm of Tom", "Tom")
    await owed(ground, NIGHT)
    if state == "retrying":
        for item in await claim(ground, NIGHT):
            await ground.database.write(work.retry, item, Failed("STALLED", ""), NIGHT)
    scene = ground.scenes["general"].id
    reply = work.NewWork(ground.ids.new("wrk"), scene, "chat", scene, run_after=NIGHT + HOUR)
    await ground.database.write(work.owe, reply, NIGHT)

    taken = [item.capability for item in await claim(ground, NIGHT + HOUR)]

    assert taken == ["chat", "consolidate"]
