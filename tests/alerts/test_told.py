"""The owners' channel is told once in each pause, its buttons outlive a restart, and the end is told as well."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from bot.alerts.tell import CALM_MS
from bot.commands import registry
from bot.commands.base import Forbidden, Refused
from bot.office import make_office
from storage import alerts, usage
from tests.alerts.test_found import called
from tests.fakes.model_server import ModelServer
from tests.settings.world import EVERYTHING, Town, running

MINUTE = 60_000


class Then:
    """A clock that stands at one moment."""

    def __init__(self, at: int) -> None:
        self.at = at

    def now(self) -> int:
        return self.at

    async def sleep(self, seconds: float) -> None: ...


async def look(town: Town, at: int) -> None:
    await replace(town.house.watched_for(), clock=Then(at)).look()


async def fails(town: Town, model: str, at: int) -> None:
    calls = [called(next(town.numbers), model, "UNREACHABLE", at) for _ in range(5)]
    await town.house.database.write(usage.add_all, calls)


async def told(town: Town, times: int) -> str:
    """The last words, once there were so many."""
    await town.steps.until("sent", times)
    return town.mouth.said[-1].text


async def test_one_post_a_pause_acknowledged_after_a_restart_and_told_when_over(
    tmp_path: Path, server: ModelServer
) -> None:
    async with running(tmp_path, server) as town:
        now = town.house.world.clock.now() - 120 * MINUTE  # so that nothing owed is for later
        await town.order("alerts here")
        await fails(town, "one", now)
        await look(town, now)
        first = await told(town, 1)
        button = town.mouth.said[-1].buttons[0]
        await fails(town, "two", now)
        for minutes in (1, 2):
            await look(town, now + minutes * MINUTE)
        assert town.steps.count("sent") == 1 and "Alerts" not in first
        assert first == "-# ⚠️ 1. one rests: it failed 5 times in a row"
        listed = await town.order("alerts list")
        assert "seen 3 times" in listed and "seen 2 times" in listed
    async with running(tmp_path, server) as town:
        office = make_office(town.house)
        with pytest.raises(Forbidden):
            await registry.press(office, replace(EVERYTHING, operates=False), button.key)
        await registry.press(office, EVERYTHING, button.key)
        with pytest.raises(Refused, match="acknowledged it already"):
            await registry.press(office, EVERYTHING, button.key)
        town.numbers = count(100)
        await town.house.database.write(
            usage.add_all, [called(90 + n, one, "OK", now + 1) for n, one in enumerate(("one", "two"))]
        )
        await fails(town, "three", now + 59 * MINUTE)
        await look(town, now + 59 * MINUTE)
        words = await told(town, 1)
        await look(town, now + 60 * MINUTE + 1)
        last = await told(town, 2)

        assert words == "-# ✅ Over: one rests: it failed 5 times in a row (seen 3 times in 2 min)"
        assert last == "-# ⚠️ 1. three rests: it failed 5 times in a row (seen 2 times in 1 min)"
        assert await town.house.database.read(alerts.open_count) == 1
        assert "Bob (7)" in await town.order("alerts list")


async def test_without_a_channel_it_is_kept_and_told_once_there_is_one(town: Town) -> None:
    now = town.house.world.clock.now() - 120 * MINUTE
    await fails(town, "one", now)
    for at in (now, now + MINUTE):
        await look(town, at)
    assert town.mouth.said == [] and "1 alert open" in await town.order("status")

    await town.order("alerts here")
    await look(town, now + 2 * MINUTE)

    assert "seen 3 times in 2 min" in await told(town, 1)
    assert "off" in await town.order("alerts list")
    await town.order("alerts here", EVERYTHING, off="off")
    await look(town, now + 2 * MINUTE + CALM_MS)
    assert "No channel is told" in await town.order("alerts list")
