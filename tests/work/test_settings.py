"""A piece of work is done by the settings it began with, which cost nothing as long as nobody changes any."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Concatenate, ParamSpec, TypeVar

import pytest

from bot.breakers import in_order
from bot.capabilities.base import Desk, Outcome
from bot.models.openai_chat import OpenAIModel
from bot.ports import Model, ModelFailed, ModelFault
from bot.settings.snapshots import Snapshots
from config.dynamic import HISTORY_TOKENS, REPLY_TOKENS, SUGGESTIONS, TEMPERATURE
from storage import settings, work
from storage.database import Database
from storage.engines.base import Transaction
from storage.records import WorkItem
from storage.settings import Wish
from storage.work import Lease
from tests.work.conftest import NOW, Shop

P = ParamSpec("P")
T = TypeVar("T")
USER = "user:discord:7"


class Counting(Database):
    """A database that counts how often it is read."""

    reads = 0

    async def read(self, function: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Read and count."""
        self.reads += 1
        return await super().read(function, *args, **kwargs)


async def put(shop: Shop, name: str, value: str | None, scope: str = USER) -> None:
    await shop.database.write(settings.change, Wish(scope, name, value, "Bob", ""), NOW)


async def claimed(shop: Shop) -> WorkItem:
    """An item as a worker gets it."""
    await shop.owe("chat", shop.ids.new("lane"))
    [item] = await shop.database.write(work.claim, Lease("bot_1", NOW + 1000, NOW + 5000), NOW, 1)
    return item


async def postponed(shop: Shop) -> None:
    """Wait until an item was put off."""
    async with asyncio.timeout(5):
        while "postponed" not in shop.steps:
            await shop.bells.outbox.wait(None)


async def counted(shop: Shop, item: WorkItem, known: Snapshots, database: Counting) -> int:
    before = database.reads
    await known.of(item)
    return database.reads - before


async def test_what_is_set_is_what_the_work_is_done_with(shop: Shop) -> None:
    seen: list[Desk] = []

    async def look(item: WorkItem, desk: Desk) -> Outcome:
        seen.append(desk)
        return Outcome()

    shop.does["look"] = look
    await put(shop, "temperature", "0")
    await put(shop, "suggestions", "off")
    await put(shop, "history_tokens", "500")
    await put(shop, "reply_tokens", "50", "user:discord:8")

    async with shop.working():
        await shop.ended(await shop.owe("look"), "done")

    [desk] = seen
    assert desk.settings[TEMPERATURE] == 0.0
    assert desk.settings[SUGGESTIONS] is False
    assert (desk.settings[HISTORY_TOKENS], desk.budget.history_tokens) == (500, 500)
    assert (desk.settings[REPLY_TOKENS], desk.budget.reply_tokens) == (1024, 1024)
    assert desk.settings.generation == 4


async def test_a_later_try_goes_on_with_what_the_first_began_with(shop: Shop) -> None:
    seen: list[float | None] = []

    async def fail_once(item: WorkItem, desk: Desk) -> Outcome:
        seen.append(desk.settings[TEMPERATURE])
        if len(seen) == 1:
            await put(shop, "temperature", "2")
            raise ModelFailed(ModelFault.RATE_LIMITED, retry_after_s=0.0)
        return Outcome()

    shop.does["fail_once"] = fail_once
    await put(shop, "temperature", "1")

    async with shop.working():
        first = await shop.ended(await shop.owe("fail_once"), "done")
        next_one = await shop.ended(await shop.owe("fail_once"), "done")

    assert seen == [1.0, 1.0, 2.0]
    assert (first.attempts, first.settings_generation, next_one.settings_generation) == (2, 1, 2)


async def test_the_first_change_of_all_leaves_alone_what_began_before_it(shop: Shop) -> None:
    seen: list[float | None] = []

    async def fail_once(item: WorkItem, desk: Desk) -> Outcome:
        seen.append(desk.settings[TEMPERATURE])
        if len(seen) == 1:
            await put(shop, "temperature", "2")
            raise ModelFailed(ModelFault.RATE_LIMITED, retry_after_s=0.0)
        return Outcome()

    shop.does["fail_once"] = fail_once

    async with shop.working():
        await shop.ended(await shop.owe("fail_once"), "done")

    assert seen == [None, None]


async def test_a_reply_given_up_begins_anew_with_what_is_set_when_it_is_tried_again(shop: Shop) -> None:
    seen: list[float | None] = []

    async def refuse_once(item: WorkItem, desk: Desk) -> Outcome:
        seen.append(desk.settings[TEMPERATURE])
        if len(seen) == 1:
            raise ModelFailed(ModelFault.REFUSED)
        return Outcome()

    shop.does["refuse_once"] = refuse_once

    async with shop.working():
        buried = await shop.ended(await shop.owe("refuse_once"), "buried")
        await put(shop, "temperature", "2")
        await shop.database.write(work.revive, buried.id, NOW)
        shop.bells.work.ring()
        await shop.ended(buried.id, "done")

    assert seen == [None, 2.0]


async def test_as_long_as_nobody_ever_set_anything_nothing_is_read(shop: Shop) -> None:
    database = Counting(shop.database._engine)
    known = Snapshots(database, shop.defaults)

    assert await counted(shop, await claimed(shop), known, database) == 0


async def test_each_generation_is_read_once_for_a_person_in_a_conversation(shop: Shop) -> None:
    database = Counting(shop.database._engine)
    known = Snapshots(database, shop.defaults)
    await put(shop, "temperature", "1")
    first, second = await claimed(shop), await claimed(shop)
    await put(shop, "temperature", "2")
    third = await claimed(shop)

    reads = [await counted(shop, item, known, database) for item in (first, second, third, first)]

    assert reads == [1, 0, 1, 0]
    assert (await known.of(first))[TEMPERATURE] == 1.0
    assert (await known.of(third))[TEMPERATURE] == 2.0


async def test_two_people_in_one_conversation_have_their_own(shop: Shop) -> None:
    await put(shop, "temperature", "1")
    known = Snapshots(shop.database, shop.defaults)
    of_bob = await claimed(shop)
    of_nobody = replace(of_bob, person_id=None)

    assert (await known.of(of_bob))[TEMPERATURE] == 1.0
    assert (await known.of(of_nobody))[TEMPERATURE] is None


async def test_a_change_another_process_made_holds_for_the_next_work(shop: Shop) -> None:
    """Two databases' worth of memory on one database: neither is told of the other's change."""
    here, there = Snapshots(shop.database, shop.defaults), Snapshots(shop.database, shop.defaults)
    await put(shop, "temperature", "1")
    await here.of(await claimed(shop))
    await there.of(await claimed(shop))
    await put(shop, "temperature", None)

    item = await claimed(shop)

    assert (await here.of(item))[TEMPERATURE] is None
    assert (await there.of(item))[TEMPERATURE] is None


async def test_work_that_is_not_to_begin_yet_waits_and_begins_then(shop: Shop) -> None:
    asked: list[int] = []

    async def later(item: WorkItem, desk: Desk) -> Outcome:
        asked.append(item.attempts)
        return Outcome(not_before=NOW + 500) if len(asked) == 1 else Outcome()

    shop.does["later"] = later

    async with shop.working():
        work_id = await shop.owe("later")
        await postponed(shop)
        waiting = await shop.find(work_id)
        shop.clock.at = NOW + 500
        shop.bells.work.ring()
        await shop.ended(waiting.id, "done")

    assert (waiting.state, waiting.run_after) == ("ready", NOW + 500)
    assert asked == [1, 1]


@pytest.mark.parametrize(
    ("names", "order"),
    [
        (None, ["large", "small"]),
        (("small",), ["small"]),
        (("small", "large"), ["small", "large"]),
        (("gone", "small"), ["small"]),
        (("gone",), ["large", "small"]),
    ],
)
def test_models_are_asked_in_the_order_that_was_set(names: tuple[str, ...] | None, order: list[str]) -> None:
    models: tuple[Model, ...] = (OpenAIModel("large", "http://127.0.0.1:1"), OpenAIModel("small", "http://127.0.0.1:1"))

    assert [model.name for model in in_order(models, names)] == order
