"""Storage fails for a while and comes back; what was said meanwhile is not lost."""

from __future__ import annotations

import pytest

from storage.engines.base import Transaction
from storage.errors import StorageError
from tests.end_to_end.conftest import Start
from tests.end_to_end.ledger import Steps, watched
from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Person, Twin


def break_it(tx: Transaction) -> None:
    tx.script("ALTER TABLE events RENAME TO events_elsewhere;")


def mend_it(tx: Transaction) -> None:
    tx.script("ALTER TABLE events_elsewhere RENAME TO events;")


async def test_what_could_not_be_kept_is_read_again_when_storage_works(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start
) -> None:
    steps = Steps()
    bot = await troupe(world=watched(steps))
    await bot.house.database.write(break_it)
    await bob.say(channel, "Ada, are you there?")
    await bob.say(channel, "just talking")
    await steps.until("heard", 2)  # the channel's events are heard one after the other: the first has failed by now
    await bot.house.database.write(mend_it)
    await bot.house.save_cursors()  # as the timetable does
    await twin.wait_for(lambda t: len(t.visible(channel)) == 3)

    assert "are you there?" in twin.visible(channel)[2].content
    assert len(server.calls) == 1


async def test_a_start_that_storage_refuses_leaves_discord_and_says_why(
    twin: Twin, channel: Channel, troupe: Start
) -> None:
    bot = await troupe()
    await bot.house.database.write(break_work)
    await bot.stop()

    with pytest.raises(StorageError, match=r"no such table|does not exist"):
        await troupe()

    assert twin.messages(channel) == []


def break_work(tx: Transaction) -> None:
    tx.script("ALTER TABLE work RENAME TO work_elsewhere;")
