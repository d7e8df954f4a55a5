"""Says what is owed: each part once, in order, whatever breaks in between."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Concatenate, ParamSpec

import structlog

from bot.bells import Bells
from bot.leases import Leases
from bot.outbox.doubt import SENTENCES, Drop, Instead, Repeat, Wait, after, resolve
from bot.outbox.fence import Fenced, Lost
from bot.outbox.pace import Pace
from bot.outbox.parcel import parcel_of
from bot.ports import Clock, Parcel, Receipt, Sender, SendFailed, SendFault, Stages
from bot.pump import Claimed, Errand, Pump, claim
from storage import outbox
from storage.database import Database
from storage.engines.base import Transaction
from storage.errors import StorageError
from storage.records import Delivery

_log = structlog.get_logger()
_SLOTS = 64
_LOOK_BACK_MS = 5_000  # the platform's clock and ours may differ by that much
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Post:
    """What saying things needs: the platforms' mouths by name, and the pace they share with drafts."""

    database: Database
    senders: Mapping[str, Sender]
    pace: Pace
    clock: Clock
    stages: Stages


class Deliverer:
    """Claims owed parts of the platforms it can speak on, and says them."""

    def __init__(self, post: Post, bells: Bells, leases: Leases) -> None:
        self._post = post
        self._bells = bells
        self._leases = leases
        self._held: dict[str, Delivery] = {}
        self._renewing = asyncio.Lock()  # an ending waits for it, because the end of a lease is its token
        self._unmarked: dict[str, tuple[Delivery, str]] = {}  # tried, and storage could not be told how it went
        self._pump: Pump[Delivery] = Pump(
            self._claim, self._deliver, bells.outbox, post.clock, _SLOTS, first=True, errand=self._errand
        )

    async def run(self) -> None:
        """Deliver until stopped."""
        await self._pump.run()

    async def stop(self, grace_s: float) -> None:
        """Take nothing new, let what is on its way arrive within that many seconds, and owe the rest again."""
        await self._pump.stop(grace_s)
        await self.release()

    async def release(self) -> int:
        """Owe again what storage could not be told about; for the clock. Returns how many parts that is."""
        unmarked, self._unmarked = self._unmarked, {}
        now = self._post.clock.now()
        for delivery, fault in unmarked.values():
            try:
                await self._post.database.write(outbox.wait, delivery, now, fault)
            except StorageError:
                self._unmarked[delivery.id] = delivery, fault
        if unmarked:
            self._bells.outbox.ring()
        return len(unmarked) - len(self._unmarked)

    async def renew(self) -> None:
        """Hold the leases of what is on its way from here; what was lost is not said any more."""
        async with self._renewing:
            held, until = tuple(self._held.values()), self._leases.end()
            ours = await self._post.database.write(outbox.renew, held, until) if held else frozenset()
            for delivery in (one for one in held if one.id in self._held):
                if delivery.id in ours:
                    self._hold(replace(delivery, run_after=until))
                else:
                    self._leases.let_go(delivery.id)

    def _hold(self, delivery: Delivery) -> None:
        self._held[delivery.id] = delivery
        self._leases.hold(delivery.id, delivery.run_after)

    async def _claim(self, most: int) -> Claimed[Delivery]:
        return await claim(self._post.database, self._errand(most))

    def _errand(self, most: int) -> Errand[Delivery]:
        post, until, now = self._post, self._leases.end(), self._post.clock.now()

        def hold(claimed: Claimed[Delivery]) -> None:
            for delivery in claimed.items:
                self._hold(delivery)

        return Errand(lambda tx: _claim(tx, tuple(post.senders), until, now, most), hold)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await self._try(delivery)
        except Lost:
            _log.warning("delivery_lost", delivery=delivery.id)
        except StorageError as error:
            _log.error("delivery_not_marked", work=delivery.work_id, delivery=delivery.id, reason=str(error))
            self._unmarked[delivery.id] = self._held[delivery.id], str(error)
        except asyncio.CancelledError:
            self._unmarked[delivery.id] = self._held.get(delivery.id, delivery), "stopped in the middle"
            raise
        finally:
            self._held.pop(delivery.id, None)
            self._leases.let_go(delivery.id)

    async def _try(self, delivery: Delivery) -> None:
        post = self._post
        post.stages("delivering", delivery.work_id, delivery=delivery.id)
        sender = Fenced(post.senders[delivery.platform], lambda: self._leases.held(delivery.id))
        try:
            await post.pace.keep(delivery.id, sender.pace_s)
            await say(post, sender, delivery, parcel_of(delivery))
            await self._end(outbox.sent, delivery, post.clock.now())
            post.stages("sent", delivery.work_id, delivery=delivery.id)
            post.pace.done(delivery.id)
        except SendFailed as failed:
            await self._failed(delivery, failed)
        except (StorageError, Lost):
            raise
        except Exception as error:
            _log.exception("sender_broke", work=delivery.work_id, delivery=delivery.id)
            await self._failed(delivery, SendFailed(SendFault.DOUBT, f"{type(error).__name__}: {error}"))

    async def _failed(self, delivery: Delivery, failed: SendFailed) -> None:
        decision = after(failed.fault, delivery.attempts, failed.retry_after_s)
        self._post.stages("unsaid", delivery.work_id, delivery=delivery.id, fault=failed.fault.name)
        _log.warning(
            "delivery_failed",
            work=delivery.work_id,
            delivery=delivery.id,
            fault=failed.fault.name,
            detail=failed.detail,
        )
        now, fault = self._post.clock.now(), f"{failed.fault.name}: {failed.detail}"[:500]
        match decision:
            case Wait(delay, certain):
                nothing_there = certain and not delivery.in_doubt
                await self._end(_wait, delivery, now + int(delay * 1000), fault, nothing_there)
            case Instead(text) if delivery.content not in SENTENCES:
                await self._end(outbox.replace, delivery, text, now, fault)
            case Instead() | Drop():
                deleted = failed.fault is SendFault.GONE and bool(delivery.platform_message_id)
                nothing_there = failed.fault is not SendFault.DOUBT and not delivery.in_doubt
                await self._end(_drop, delivery, now, fault, not deleted, nothing_there)
                self._post.pace.done(delivery.id)

    async def _end(
        self,
        ending: Callable[Concatenate[Transaction, Delivery, P], bool],
        delivery: Delivery,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Let it go; renewed until here, with the lease it has by now, and not any more from here on."""
        async with self._renewing:
            held = self._held.pop(delivery.id, delivery)
        try:
            await self._post.database.write(ending, held, *args, **kwargs)
        except StorageError:
            self._held[held.id] = held
            raise


async def say(post: Post, sender: Sender, delivery: Delivery, parcel: Parcel) -> Receipt | None:
    """Make the platform show the parcel, once; where it shows then, None for nowhere; raises SendFailed."""
    there = Receipt(delivery.platform_message_id, delivery.route) if delivery.platform_message_id else None
    if delivery.in_doubt:
        there = await _settle(post, sender, delivery, parcel)
        await post.pace.keep(delivery.id, sender.pace_s)
    if there is not None:
        at_its_place = replace(parcel, platform_message_id=there.platform_message_id, route=there.route)
        return await _bring_up_to_date(post, sender, delivery, at_its_place, there)
    if not parcel.text:
        return None  # taken back before anything of it was said
    return await _first(post, sender, delivery, parcel)


async def _bring_up_to_date(
    post: Post, sender: Sender, delivery: Delivery, parcel: Parcel, there: Receipt
) -> Receipt | None:
    if not parcel.text:
        await sender.remove(parcel)
        return None
    try:
        await sender.revise(parcel)
    except SendFailed as failed:
        if failed.fault is not SendFault.ORPHANED:
            raise
        return await _anew(post, sender, delivery, parcel)
    post.pace.wrote(parcel.delivery_id)
    post.stages("revised", parcel.work_id, delivery=parcel.delivery_id)
    return there


async def _anew(post: Post, sender: Sender, delivery: Delivery, parcel: Parcel) -> Receipt:
    """What said it is gone: take the old message away where we may, and say it again under the same row."""
    with suppress(SendFailed):
        await sender.remove(parcel)
    await post.database.write(_part_with, delivery, post.clock.now())
    return await _first(post, sender, delivery, replace(parcel, platform_message_id="", route=""))


async def _first(post: Post, sender: Sender, delivery: Delivery, parcel: Parcel) -> Receipt:
    receipt = await sender.post(parcel)
    post.pace.wrote(parcel.delivery_id)
    post.stages("posted", parcel.work_id, delivery=parcel.delivery_id)
    await _acknowledge(post, delivery, receipt)
    return receipt


async def _settle(post: Post, sender: Sender, delivery: Delivery, parcel: Parcel) -> Receipt | None:
    """Where an unacknowledged try left a message, or None when it certainly left none."""
    tried = replace(parcel, text=delivery.tried_content or parcel.text, buttons=())
    tried_at = delivery.tried_at or 0
    way = resolve(repeatable=sender.repeatable(tried), age_ms=post.clock.now() - tried_at)
    if isinstance(way, Repeat):
        return await _first(post, sender, delivery, replace(tried, buttons=parcel.buttons))
    if delivery.attempts <= 1:  # nobody has waited since the doubt arose
        await post.clock.sleep(way.after_s)
    since, place = tried_at - _LOOK_BACK_MS, parcel.place
    seen = await sender.find(tried, since)
    ids = [one.platform_message_id for one in seen]
    ours = await post.database.read(outbox.known, place.platform, place.channel_id, ids)
    receipt = next((one for one in seen if one.platform_message_id not in ours), None)
    if receipt is None:
        await post.database.write(_begin_again, delivery, post.clock.now())
    else:
        await _acknowledge(post, delivery, receipt)
    return receipt


async def _acknowledge(post: Post, delivery: Delivery, receipt: Receipt) -> None:
    await post.database.write(
        outbox.acknowledged, delivery, platform_message_id=receipt.platform_message_id, route=receipt.route
    )


def _claim(tx: Transaction, platforms: Sequence[str], until: int, now: int, most: int) -> Claimed[Delivery]:
    """Claim, and note each first try before it is made; the records still say how it stood before."""
    taken: list[Delivery] = []
    for platform in platforms:
        taken += outbox.claim(tx, platform, until, now, most - len(taken))
    for delivery in taken:
        outbox.trying(tx, delivery, now)
    # A part that waits for an earlier one is left to whoever has that: they look again when it is said.
    return Claimed(taken, outbox.next_due(tx, now), len(taken) == most or outbox.foreign(tx, platforms, now))


def _begin_again(tx: Transaction, delivery: Delivery, now: int) -> None:
    outbox.untried(tx, delivery)
    outbox.trying(tx, delivery, now)


def _part_with(tx: Transaction, delivery: Delivery, now: int) -> None:
    outbox.orphaned(tx, delivery)
    outbox.trying(tx, delivery, now)


def _wait(tx: Transaction, held: Delivery, run_after: int, fault: str, nothing_there: bool) -> bool:
    if not outbox.wait(tx, held, run_after, fault):
        return False
    if nothing_there:
        outbox.untried(tx, held)
    return True


def _drop(tx: Transaction, held: Delivery, now: int, fault: str, again: bool, nothing_there: bool) -> bool:
    """Give it up; of what may be there all the same it stays known when, so that it is looked for before it is said."""
    if not outbox.drop(tx, held, now, fault, again=again):
        return False
    if nothing_there:
        outbox.untried(tx, held)
    return True
