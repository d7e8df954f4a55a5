"""Who writes faster than replies may come gets every reply, later, and is told so once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.ports import Parcel
from tests.fakes.model_server import ModelServer
from tests.settings.world import Town, running


@pytest.fixture
async def town(tmp_path: Path, server: ModelServer) -> AsyncIterator[Town]:
    async with running(tmp_path, server) as town:
        yield town


async def heard(town: Town, work_id: str, words: str) -> list[Parcel]:
    """All that was said for a piece of work, once these words were."""
    async with asyncio.timeout(20):
        while True:
            said = [one for one in town.mouth.said if one.work_id == work_id]
            if any(words in one.text for one in said):
                return said
            await town.steps.next()


async def test_what_is_too_much_is_told_once_and_answered_later_in_the_same_message(town: Town) -> None:
    await town.order("config set", name="person_pace", value="1", level="global")
    await town.talk()

    waits = await town.talk("Ada, and now?")
    await heard(town, waits.id, "at once!")
    joined, since = await town.say("Ada, hello?"), len(town.steps.taken)
    await town.order("config set", name="person_pace", value="1", level="channel")
    await town.answered(waits.id, since)
    for level in ("global", "channel"):
        await town.order("config unset", name="person_pace", level=level)
    said = await heard(town, waits.id, "and now?")

    told = [one.text for one in said if one.text.startswith("-# So many words at once! I answer in about ")]
    assert joined == waits.id and waits.state == "ready" and waits.run_after > waits.created_at + 30_000
    assert len(told) == 1 and len({one.delivery_id for one in said}) == 1
