"""Says what is owed: each part once, in order, whatever breaks in between."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

import structlog

from bot.bells import Bells
from bot.outbox.doubt import Drop, Instead, Repeat, Wait, after, resolve
from bot.outbox.pace import Pace
from bot.outbox.parcel import parcel_of
from bot.ports import Clock, Parcel, Receipt, Sender, SendFailed, SendFault, Stages
from bot.pump import Claimed, Pump
from storage import outbox
from storage.database import Database
from storage.engines.base import Transaction
from storage.errors import StorageError
from storage.records import Delivery

_log = structlog.get_logger()
_SLOTS = 64
_LOOK_BACK_MS = 5_000  # the platform's clock and ours may differ by that much


@dataclass(frozen=True, slots=True)
class Post:
    """What saying things needs: the platforms' mouths by name, and the pace they share with drafts."""

    database: Database
    senders: Mapping[str, Sender]
    pace: Pace
    clock: Clock
    stages: Stages


class Deliverer:
    """Claims owed parts and says them."""

    def __init__(self, post: Post, bells: Bells) -> None:
        self._post = post
        self._bells = bells
        self._unmarked: dict[str, str] = {}  # what was tried, and storage could not be told how it went
        self._pump: Pump[Delivery] = Pump(self._claim, self._deliver, bells.outbox, post.clock, _SLOTS)

    async def run(self) -> None:
        """Deliver until stopped."""
        await self._pump.run()

    async def stop(self, grace_s: float) -> None:
        """Take nothing new and let what is on its way arrive within that many seconds."""
        await self._pump.stop(grace_s)

    async def release(self) -> int:
        """Owe again what storage could not be told about; for the clock. Returns how many parts that is."""
        unmarked, self._unmarked = self._unmarked, {}
        now = self._post.clock.now()
        for delivery_id, fault in unmarked.items():
            try:
                await self._post.database.write(outbox.wait, delivery_id, now, fault)
            except StorageError:
                self._unmarked[delivery_id] = fault
        if unmarked:
            self._bells.outbox.ring()
        return len(unmarked) - len(self._unmarked)

    async def _claim(self, most: int) -> Claimed[Delivery]:
        return await self._post.database.write(_claim, self._post.clock.now(), most)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            await self._try(delivery)
        except StorageError as error:
            _log.error("delivery_not_marked", work=delivery.work_id, delivery=delivery.id, reason=str(error))
            self._unmarked[delivery.id] = str(error)

    async def _try(self, delivery: Delivery) -> None:
        post = self._post
        post.stages("delivering", delivery.work_id, delivery=delivery.id)
        sender = post.senders.get(delivery.platform)
        try:
            if sender is None:
                raise SendFailed(SendFault.LATER, f"{delivery.platform} is not connected", retry_after_s=30)
            await post.pace.keep(delivery.id, sender.pace_s)
            await say(post, sender, delivery, parcel_of(delivery))
            await post.database.write(outbox.sent, delivery.id, post.clock.now())
            post.stages("sent", delivery.work_id, delivery=delivery.id)
            post.pace.done(delivery.id)
        except SendFailed as failed:
            await self._failed(delivery, failed)
        except StorageError:
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
        database, fault = self._post.database, f"{failed.fault.name}: {failed.detail}"[:500]
        match decision:
            case Wait(delay, certain):
                run_after = self._post.clock.now() + int(delay * 1000)
                nothing_there = certain and not delivery.in_doubt
                await database.write(_wait, delivery.id, run_after, fault, nothing_there)
            case Instead(text) if delivery.content != text:
                await database.write(outbox.replace, delivery.id, text, self._post.clock.now(), fault)
            case Instead() | Drop():
                await database.write(outbox.drop, delivery.id, fault)
                self._post.pace.done(delivery.id)


async def say(post: Post, sender: Sender, delivery: Delivery, parcel: Parcel) -> Receipt | None:
    """Make the platform show the parcel, once; where it shows then, None for nowhere; raises SendFailed."""
    there = Receipt(delivery.platform_message_id, delivery.route) if delivery.platform_message_id else None
    if delivery.in_doubt:
        there = await _settle(post, sender, delivery, parcel)
        await post.pace.keep(delivery.id, sender.pace_s)
    if there is not None:
        at_its_place = replace(parcel, platform_message_id=there.platform_message_id, route=there.route)
        return await _bring_up_to_date(post, sender, at_its_place, there)
    if not parcel.text:
        return None  # taken back before anything of it was said
    return await _first(post, sender, parcel)


async def _bring_up_to_date(post: Post, sender: Sender, parcel: Parcel, there: Receipt) -> Receipt | None:
    if not parcel.text:
        await sender.remove(parcel)
        return None
    try:
        await sender.revise(parcel)
    except SendFailed as failed:
        if failed.fault is not SendFault.ORPHANED:
            raise
        return await _anew(post, sender, parcel)
    post.pace.wrote(parcel.delivery_id)
    post.stages("revised", parcel.work_id, delivery=parcel.delivery_id)
    return there


async def _anew(post: Post, sender: Sender, parcel: Parcel) -> Receipt:
    """What said it is gone: take the old message away where we may, and say it again under the same row."""
    with suppress(SendFailed):
        await sender.remove(parcel)
    await post.database.write(_part_with, parcel.delivery_id, post.clock.now())
    return await _first(post, sender, replace(parcel, platform_message_id="", route=""))


async def _first(post: Post, sender: Sender, parcel: Parcel) -> Receipt:
    receipt = await sender.post(parcel)
    post.pace.wrote(parcel.delivery_id)
    post.stages("posted", parcel.work_id, delivery=parcel.delivery_id)
    await _acknowledge(post, parcel.delivery_id, receipt)
    return receipt


async def _settle(post: Post, sender: Sender, delivery: Delivery, parcel: Parcel) -> Receipt | None:
    """Where an unacknowledged try left a message, or None when it certainly left none."""
    tried = replace(parcel, text=delivery.tried_content or parcel.text, buttons=())
    tried_at = delivery.tried_at or 0
    way = resolve(repeatable=sender.repeatable(tried), age_ms=post.clock.now() - tried_at)
    if isinstance(way, Repeat):
        return await _first(post, sender, replace(tried, buttons=parcel.buttons))
    if delivery.attempts <= 1:  # nobody has waited since the doubt arose
        await post.clock.sleep(way.after_s)
    since, place = tried_at - _LOOK_BACK_MS, parcel.place
    seen = await sender.find(tried, since)
    ids = [one.platform_message_id for one in seen]
    ours = await post.database.read(outbox.known, place.platform, place.channel_id, ids)
    receipt = next((one for one in seen if one.platform_message_id not in ours), None)
    if receipt is None:
        await post.database.write(_begin_again, delivery.id, post.clock.now())
    else:
        await _acknowledge(post, delivery.id, receipt)
    return receipt


async def _acknowledge(post: Post, delivery_id: str, receipt: Receipt) -> None:
    await post.database.write(
        outbox.acknowledged, delivery_id, platform_message_id=receipt.platform_message_id, route=receipt.route
    )


def _claim(tx: Transaction, now: int, most: int) -> Claimed[Delivery]:
    """Claim, and note each first try before it is made; the records still say how it stood before."""
    taken = outbox.claim(tx, now, most)
    for delivery in taken:
        outbox.trying(tx, delivery.id, now)
    return Claimed(taken, outbox.next_due(tx, now))


def _begin_again(tx: Transaction, delivery_id: str, now: int) -> None:
    outbox.untried(tx, delivery_id)
    outbox.trying(tx, delivery_id, now)


def _part_with(tx: Transaction, delivery_id: str, now: int) -> None:
    outbox.orphaned(tx, delivery_id)
    outbox.trying(tx, delivery_id, now)


def _wait(tx: Transaction, delivery_id: str, run_after: int, fault: str, nothing_there: bool) -> None:
    if nothing_there:
        outbox.untried(tx, delivery_id)
    outbox.wait(tx, delivery_id, run_after, fault)
