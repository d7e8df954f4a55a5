"""A budget is never overspent, however many ask at once, and what a crash left held is free again in the end."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.capabilities.base import Desk, Outcome
from bot.models.offline import OfflineModel
from bot.spending.budget import Admitted, Busy, Claim, Exhausted, Limit, admit
from bot.spending.till import Wish
from config.budgets import Budget
from storage import settings, spending, usage
from storage.engines.base import Transaction
from storage.records import ModelCall, WorkItem
from storage.settings import GLOBAL
from storage.settings import Wish as Change
from storage.spending import BOT, DAY_MS, Spent
from tests.work.conftest import NOW, Shop

DAY = NOW // DAY_MS
LIMIT = Limit("bot_day_budget", BOT, Budget(1000, 1000), DAY, (DAY + 1) * DAY_MS)


def claim(number: int, tokens: int = 100) -> Claim:
    return Claim(f"wrk_{number}", (LIMIT,), Spent(tokens, tokens), None, 80, Spent(), NOW + 1000)


def settle(tx: Transaction, holder: str, spent: Spent) -> None:
    spending.add(tx, BOT, spent, NOW)
    spending.release(tx, holder)


async def test_a_hundred_at_once_never_spend_more_than_there_is(shop: Shop) -> None:
    waiting, spent, rounds = [claim(number) for number in range(100)], 0, 0
    while waiting:
        verdicts = await asyncio.gather(*(shop.database.write(admit, one, NOW) for one in waiting))
        admitted = [one for one, told in zip(waiting, verdicts, strict=True) if isinstance(told, Admitted)]
        assert spent + sum(one.most.tokens for one in admitted) <= 1000

        await asyncio.gather(*(shop.database.write(settle, one.holder, Spent(60, 60)) for one in admitted))
        spent += 60 * len(admitted)
        waiting = [one for one, told in zip(waiting, verdicts, strict=True) if isinstance(told, Busy)]
        rounds += 1

    assert await shop.database.read(spending.since, BOT, DAY) == Spent(spent, spent)
    assert 1000 - 100 < spent <= 1000 and rounds > 1


async def test_what_nobody_gave_back_is_held_until_its_time_is_over(shop: Shop) -> None:
    await shop.database.write(admit, claim(1, 950), NOW)

    assert await shop.database.write(admit, claim(2), NOW + 999) == Busy()
    assert await shop.database.write(admit, claim(2), NOW + 1000) == Admitted(False)


async def test_a_new_try_of_the_same_work_holds_nothing_twice(shop: Shop) -> None:
    await shop.database.write(admit, claim(1, 950), NOW)

    assert await shop.database.write(admit, claim(1, 950), NOW) == Admitted(False)


async def test_near_its_end_the_cheaper_one_is_taken_and_none_where_even_that_is_too_much(shop: Shop) -> None:
    cheaper = replace(claim(1, 900), thrifty=Spent(900, 5))

    assert await shop.database.write(admit, replace(cheaper, most=Spent(700, 700)), NOW) == Admitted(False)
    assert await shop.database.write(admit, cheaper, NOW) == Admitted(True)
    assert await shop.database.write(admit, claim(2, 2000), NOW) == Exhausted(LIMIT)


async def test_what_a_try_spends_is_counted_for_bot_guild_and_person_and_held_by_nobody_after_it(shop: Shop) -> None:
    await shop.database.write(settings.change, Change(GLOBAL, "person_day_budget", "5000 tokens", "Ann", ""), NOW)
    held: list[Spent] = []

    async def ask(item: WorkItem, desk: Desk) -> Outcome:
        await desk.till.afford(Wish(OfflineModel(), 100, 50), desk.calls)
        held.append(await shop.database.read(spending.held, f"person:{item.person_id}", "", NOW))
        call = ModelCall("cal_1", item.id, 1, "gpt-4o", "OK", 30, 12, 1, 1, 1, None, None, NOW)
        desk.calls.append(call)
        return Outcome()

    shop.does["ask"] = ask
    async with shop.working():
        item = await shop.ended(await shop.owe("ask"), "done")

    assert held == [Spent(200, 0)]
    for subject in (BOT, spending.of_guild("discord", "10"), spending.of_person(shop.person_id)):
        assert (await shop.database.read(spending.since, subject, DAY)).tokens == 42
        assert await shop.database.read(spending.held, subject, "", NOW) == Spent()
    assert [call.id for call in await shop.database.read(usage.of_work, item.id)] == ["cal_1"]


async def test_nothing_at_all_is_a_budget_and_silent_work_waits_for_its_end(shop: Shop) -> None:
    await shop.database.write(settings.change, Change(GLOBAL, "bot_day_budget", "10 tokens", "Ann", ""), NOW)

    async def ask(item: WorkItem, desk: Desk) -> Outcome:
        await desk.till.afford(Wish(OfflineModel(), 100, 50), desk.calls)
        return Outcome()

    shop.does |= {"ask": ask, "chat": ask}
    shop.silent.add("ask")
    async with shop.working():
        later = await shop.owe("ask", "other")
        await shop.ended(await shop.owe("chat"), "done")
        async with asyncio.timeout(5):
            while "postponed" not in shop.steps:
                await shop.bells.outbox.wait(None)

    assert (await shop.find(later)).run_after == (DAY + 1) * DAY_MS
    await shop.database.write(settings.change, Change(GLOBAL, "bot_day_budget", "0", "Ann", ""), NOW)
    async with shop.working():
        refused = await shop.owe("chat")
        await shop.ended(refused, "done")
    assert "when my operator allows it" in (await shop.parts(refused))[0].content
