"""One work item from claim to kept outcome, however its capability ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from random import Random
from typing import Concatenate, ParamSpec

import structlog

from bot.bells import Bells
from bot.breakers import Breakers, in_order
from bot.capabilities.base import Budget, Capability, Desk, Outcome
from bot.keys.keyring import Keyring
from bot.leases import Leases
from bot.memory.memory import Memory
from bot.ports import Clock, Live, Model, ModelFailed, ModelFault, Stages
from bot.pump import Claimed, Errand, Pump, claim, hand_over
from bot.settings.snapshot import Snapshot
from bot.settings.snapshots import Snapshots
from bot.spending.budget import Declined
from bot.spending.purse import Purse
from bot.spending.till import Till
from bot.work import keep
from bot.work.decline import decline
from bot.work.keep import Ending
from bot.work.retry import BUG, CRASHED, DEADLINE, Failure, GiveUp, Limits, TryAgain, decide, name_of
from config import dynamic
from config.prices import Prices
from storage import work
from storage.database import Database
from storage.engines.base import Transaction
from storage.errors import StorageError
from storage.ids import Ids
from storage.records import ModelCall, WorkItem
from storage.work import Failed, Lease, LostLease

_log = structlog.get_logger()
_MOST_PARTS = 8  # of a reply, that are said at once; of a longer one the rest is found after them
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a worker works with; the same for every item."""

    database: Database
    memory: Memory
    settings: Snapshots
    capabilities: Mapping[str, Capability]
    models: tuple[Model, ...]
    keyring: Keyring
    breakers: Breakers
    budget: Budget
    limits: Limits
    live: Live
    bells: Bells
    leases: Leases
    clock: Clock
    ids: Ids
    random: Random
    stages: Stages
    prices: Prices = field(default_factory=Prices)
    purse: Purse | None = None


class _Late(Exception):
    """The deadline came before the outcome."""


class Worker:
    """Claims items and does them, each lane in order, until stopped."""

    def __init__(self, shop: Workshop, name: str, slots: int) -> None:
        self._shop = shop
        self._name = name
        self._running: dict[str, WorkItem] = {}
        self._left: list[WorkItem] = []
        self._pump: Pump[WorkItem] = Pump(
            self._claim, self._do, shop.bells.work, shop.clock, slots, errand=self._errand
        )

    async def run(self) -> None:
        """Work until stopped."""
        await self._pump.run()

    async def stop(self, grace_s: float) -> None:
        """Take nothing new, let what runs come to its end within that many seconds, and hand back the rest."""
        await self._pump.stop(grace_s)
        left, self._left = self._left, []
        for item in left:
            with suppress(LostLease, StorageError):
                await self._shop.database.write(work.retry, item, Failed("", "", item.partial), self._shop.clock.now())

    async def renew(self) -> None:
        """Hold the leases of what runs here, and of nothing else; what was lost is not gone on with."""
        shop, items = self._shop, tuple(self._running.values())
        until = shop.leases.end()
        ours = await shop.database.write(work.renew, items, until) if items else frozenset()
        for item in items:
            if item.id in ours:
                shop.leases.hold(_key(item), until)
            else:
                shop.leases.let_go(_key(item))
                shop.bells.stop_here(item.id, keep=False)

    async def _claim(self, most: int) -> Claimed[WorkItem]:
        return await claim(self._shop.database, self._errand(most))

    def _errand(self, most: int) -> Errand[WorkItem]:
        shop, now = self._shop, self._shop.clock.now()
        lease = Lease(self._name, shop.leases.end(), now + int(shop.limits.deadline_s * 1000))

        def hold(claimed: Claimed[WorkItem]) -> None:
            for item in claimed.items:
                shop.leases.hold(_key(item), lease.until)

        return Errand(lambda tx: _claim(tx, lease, now, most), hold)

    async def _do(self, item: WorkItem) -> None:
        shop = self._shop
        shop.stages("claimed", item.id, attempt=item.attempts, settings=item.settings_generation)
        self._running[item.id] = item
        try:
            settings = await shop.settings.of(item)
            wanted = in_order(shop.models, settings[dynamic.MODELS])
            async with shop.keyring.lent(item, [model.name for model in wanted]) as own:
                models = own or shop.breakers.up(wanted)
                await self._try(item, self._desk(item, settings, models, brought=bool(own)))
        except LostLease:
            _log.warning("lease_lost", item=item.id, attempt=item.attempts)
        except asyncio.CancelledError:
            self._left.append(item)
            raise
        except StorageError as error:
            _log.error("outcome_not_kept", item=item.id, reason=str(error))
        finally:
            if self._running.get(item.id) is item:
                del self._running[item.id]
            shop.leases.let_go(_key(item))
            shop.bells.passages.ring()

    def _desk(self, item: WorkItem, settings: Snapshot, models: tuple[Model, ...], *, brought: bool) -> Desk:
        """What the item is done with, by the settings it began with."""
        shop, purse = self._shop, None if brought else self._shop.purse
        if purse is not None:
            settings = purse.trimmed(settings)
        till = Till(shop.database, settings, shop.prices, shop.models, item, shop.clock, brought)
        till.saving = purse is not None and purse.thrifty
        tokens = {"history_tokens": settings[dynamic.HISTORY_TOKENS], "reply_tokens": settings[dynamic.REPLY_TOKENS]}
        return Desk(
            shop.database,
            shop.memory,
            settings,
            models,
            replace(shop.budget, **tokens),
            shop.clock,
            shop.ids,
            shop.live,
            till,
            lambda: shop.leases.held(_key(item)),
            lambda stage: shop.stages(stage, item.id),
        )

    async def _try(self, item: WorkItem, desk: Desk) -> None:
        if item.attempts > self._shop.limits.attempts:
            return await self._fail(item, desk, Failure(CRASHED, item.attempts), "")
        try:
            ended = await self._run(item, desk)
        except ModelFailed as failed:
            other = item.attempts < len(desk.models) and failed.fault is not ModelFault.TOO_LONG
            failure = Failure(failed.fault, item.attempts, other, failed.retry_after_s)
            return await self._fail(item, desk, failure, failed.detail)
        except _Late:
            return await self._fail(item, desk, Failure(DEADLINE, self._shop.limits.attempts), "")
        except Declined as declined:
            self._shop.stages("declined", item.id)
            silent = self._shop.capabilities[item.capability].silent
            ended = decline(declined, desk.unfinished, silent, self._shop.clock.now())
        except StorageError:
            raise
        except Exception as error:
            _log.exception("capability_broke", item=item.id, capability=item.capability)
            return await self._fail(item, desk, Failure(BUG, item.attempts), f"{type(error).__name__}: {error}")
        if isinstance(ended, Outcome) and ended.not_before is not None:
            await self._end(keep.postpone, item, desk, ended)
            return self._shop.stages("postponed", item.id)
        if isinstance(ended, Outcome):
            await self._end(keep.keep, item, desk, ended)
            return self._shop.stages("kept", item.id)
        return await self._stopped(item, desk, ended)

    async def _run(self, item: WorkItem, desk: Desk) -> Outcome | Stopped:
        """The capability's outcome, or somebody's wish to stop it; a task of its own, so only it is cancelled."""
        job = asyncio.create_task(self._shop.capabilities[item.capability].run(item, desk))
        wishes: list[Stopped] = []

        def stop(keep_partial: bool) -> None:
            wishes.append(Stopped(keep_partial))
            job.cancel()

        self._shop.bells.running(item.id, stop)
        try:
            return await self._in_time(item, job)
        except (asyncio.CancelledError, Exception) as error:
            if wishes and (job.cancelled() or not isinstance(error, asyncio.CancelledError)):
                return wishes[0]  # even where it failed just as it was ended: it is not tried again
            raise  # the bot itself is stopping: the row says running, and the next start takes it up
        finally:
            self._shop.bells.over(item.id)
            if desk.draft is not None:
                await desk.draft.settle()

    async def _in_time(self, item: WorkItem, job: asyncio.Task[Outcome]) -> Outcome:
        """Its outcome; raises _Late at the deadline, and lets a TimeoutError of its own through as what it is."""
        limit = asyncio.timeout(self._left_s(item))
        try:
            async with limit:
                return await job
        except TimeoutError as error:
            if limit.expired():
                raise _Late from error
            raise

    async def _fail(self, item: WorkItem, desk: Desk, failure: Failure, detail: str) -> None:
        jitter = self._shop.random.random()
        decision = decide(failure, self._shop.limits, left_s=self._left_s(item), jitter=jitter)
        partial = max(item.partial, desk.draft.text if desk.draft else "", key=len)
        failed = Failed(name_of(failure.fault), detail[:500], partial)
        self._shop.stages("failed", item.id, outcome=failed.fault)
        _log.info("work_failed", item=item.id, attempt=item.attempts, fault=failed.fault, detail=failed.detail)
        match decision:
            case TryAgain(delay):
                await self._end(keep.try_again, item, desk, failed, self._shop.clock.now() + int(delay * 1000))
            case GiveUp(words) if partial.strip() and desk.unfinished is not None:
                footnote = f"That is as far as I got. {words}"
                reply = replace(desk.unfinished, text=partial, whole=False, footnote=footnote)
                await self._end(keep.keep, item, desk, Outcome(reply=reply))
            case GiveUp(words):
                capability = self._shop.capabilities.get(item.capability)
                told = None if capability and capability.silent else keep.told(words, desk.unfinished)
                await self._end(keep.give_up, item, desk, failed, told)

    async def _stopped(self, item: WorkItem, desk: Desk, stopped: Stopped) -> None:
        self._shop.stages("stopped", item.id, outcome="STOPPED")
        text = desk.draft.text if desk.draft else ""
        reply = None
        if stopped.keep_partial and text.strip() and desk.unfinished is not None:
            reply = replace(desk.unfinished, text=text, whole=False, footnote="Stopped.", buttons=())
        await self._end(keep.stopped, item, desk, reply)

    async def _end(
        self,
        ending: Callable[Concatenate[Transaction, Ending, P], None],
        item: WorkItem,
        desk: Desk,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        for call in desk.calls:
            self._called(item, call)
        shop, till = self._shop, desk.till
        now, calls = shop.clock.now(), till.bill(desk.calls)
        end = Ending(item, calls, shop.live.limit, shop.ids, now, holds=till.used, counts=not till.brought)
        await hand_over(shop.database, shop.bells.outbox, _MOST_PARTS, ending, end, *args, **kwargs)

    def _called(self, item: WorkItem, call: ModelCall) -> None:
        self._shop.stages(
            "called",
            item.id,
            model=call.model,
            outcome=call.outcome,
            prompt_tokens=call.prompt_tokens,
            completion_tokens=call.completion_tokens,
            total_ms=call.total_ms,
        )

    def _left_s(self, item: WorkItem) -> float:
        return max(0.0, ((item.deadline_at or 0) - self._shop.clock.now()) / 1000)


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody ended a running reply, keeping what it had said so far or nothing of it."""

    keep_partial: bool


def _key(item: WorkItem) -> tuple[str, int]:
    return item.id, item.attempts


def _claim(tx: Transaction, lease: Lease, now: int, most: int) -> Claimed[WorkItem]:
    return Claimed(taken := work.claim(tx, lease, now, most), work.next_due(tx, now), len(taken) == most)
