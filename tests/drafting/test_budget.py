"""A draft holds of every budget what it may cost, and is counted for whoever ordered it."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.drafting.writer import NoDraft
from bot.office import make_office
from storage import people, spending
from storage.spending import BOT, Spent
from tests.settings.conftest import town
from tests.settings.world import EVERYTHING, Town

__all__ = ["town"]
IDEA = "a grumpy lighthouse keeper"


async def test_drafts_at_once_never_overshoot_and_are_counted_for_their_person(town: Town) -> None:
    await town.talk()
    person = await town.house.database.read(people.known, "discord", "7")
    assert person is not None
    mine, before = spending.of_person(person.id), len(town.server.calls)
    spent = await town.house.database.read(spending.since, mine, 0)
    await town.order("config set", name="person_day_budget", value="22000 tokens", level="global")
    town.server.answer = lambda body: json.dumps({"verdict": "person"})
    draft = make_office(town.house).draft

    async with town.server.hold() as gate:
        drafts = [asyncio.create_task(draft(EVERYTHING, IDEA)) for _ in range(3)]
        await town.server.called(before + 1)
        gate.open()
        told = await asyncio.gather(*drafts, return_exceptions=True)

    assert sum("others use what is left" in str(one) for one in told) == 2
    assert len(town.server.calls) - before <= 2
    after = await town.house.database.read(spending.since, mine, 0)
    assert after.tokens > spent.tokens and await town.house.database.read(spending.held, mine, "", 0) == Spent()
    assert (await town.house.database.read(spending.since, BOT, 0)).tokens >= after.tokens
    await town.order("config set", name="person_day_budget", value="9000 tokens", level="global")
    with pytest.raises(NoDraft, match="person_day_budget"):
        await draft(EVERYTHING, IDEA)
