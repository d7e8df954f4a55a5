"""Drafts: a reply shown while it grows, in the very deliveries that its final wording will use."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from bot.outbox.deliver import Post, say
from bot.outbox.fence import Fenced, Lost
from bot.ports import Growing, Parcel, Receipt, Sender, SendFailed, SendFault
from bot.text.split import Part, split
from storage import conversations, outbox
from storage.engines.base import Transaction
from storage.errors import StorageError
from storage.ids import Ids
from storage.records import Delivery

_log = structlog.get_logger()
_TYPING_EVERY_S = 8.0
_TYPING_AFTER_S = 0.25  # the model is asked first: to say that somebody types takes time from that


class Drafts:
    """Opens drafts on the platforms we can speak on."""

    def __init__(self, post: Post, ids: Ids) -> None:
        self._post = post
        self._ids = ids

    def open(self, growing: Growing, held: Callable[[], bool]) -> GrowingDraft:
        """A draft for this reply, showing soon that somebody is typing, and nothing any more once it is lost."""
        sender = self._post.senders.get(growing.place.platform)
        return GrowingDraft(self._post, self._ids, Fenced(sender, held) if sender else None, growing)

    def limit(self, platform: str) -> int:
        """The most characters one message may have on that platform."""
        sender = self._post.senders.get(platform)
        return sender.limit if sender else 2000


@dataclass(slots=True)
class _Shown:
    delivery_id: str
    receipt: Receipt | None
    text: str


class GrowingDraft:
    """One growing reply; a failed try silences it, and the final delivery settles what is in doubt."""

    def __init__(self, post: Post, ids: Ids, sender: Sender | None, growing: Growing) -> None:
        self._post = post
        self._ids = ids
        self._sender = sender
        self._growing = growing
        self._text = ""
        self._shown: list[_Shown] = []
        self._fresh = asyncio.Event()
        self._over = asyncio.Event()
        self._tasks = [asyncio.create_task(self._keep_showing()), asyncio.create_task(self._type())]
        self._asking = False  # whether either has begun to ask the platform for something

    @property
    def text(self) -> str:
        """The whole text so far."""
        return self._text

    def show(self, text: str) -> None:
        """Show the whole text so far as soon as the pace allows."""
        self._text = text
        self._fresh.set()

    async def settle(self) -> None:
        """Let a request that is out come back, and show nothing more."""
        self._over.set()
        self._fresh.set()
        self._tasks[1].cancel()
        if not self._asking:  # as of most replies, which are whole before that
            self._tasks[0].cancel()
            return
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep_showing(self) -> None:
        sender = self._sender
        if sender is None or self._growing.whole:
            return
        try:
            await self._fresh.wait()
            await self._breathe(sender.pace_s / 2)  # a reply that is done by then is said whole, in one message
            self._asking = True
            while not self._over.is_set():
                self._fresh.clear()
                await self._bring_up(sender)
                await self._fresh.wait()
        except (SendFailed, StorageError, Lost) as error:
            _log.info("draft_silent", work=self._growing.work_id, reason=str(error) or "lost")

    async def _bring_up(self, sender: Sender) -> None:
        """Show every part that reads differently by now, each at its own pace and in its newest wording."""
        while (number := self._stale(split(self._text, sender.limit))) is not None:
            if number < len(self._shown):
                await self._breathe(self._post.pace.left_s(self._shown[number].delivery_id, sender.pace_s))
            if self._over.is_set():
                return
            parts = split(self._text, sender.limit)
            if number == len(self._shown):
                await self._begin(sender, number, parts[number].shown)
            else:
                await self._revise(sender, self._shown[number], number, parts[number].shown)

    def _stale(self, parts: Sequence[Part]) -> int | None:
        """The first part that people do not see as it reads by now."""
        for number, part in enumerate(parts):
            if number >= len(self._shown) or self._shown[number].text != part.shown:
                return number
        return None

    async def _begin(self, sender: Sender, number: int, text: str) -> None:
        delivery = await self._post.database.write(
            _open, self._growing, number, text, self._ids, self._post.clock.now()
        )
        if delivery is None:
            raise Lost
        self._post.stages("drafted", self._growing.work_id, delivery=delivery.id)
        try:
            said = await say(self._post, sender, delivery, self._parcel(delivery.id, number, text))
        except SendFailed as failed:
            if failed.fault is not SendFault.DOUBT and not delivery.in_doubt:
                await self._post.database.write(outbox.untried, delivery)
            raise
        self._shown.append(_Shown(delivery.id, said, text))

    async def _revise(self, sender: Sender, shown: _Shown, number: int, text: str) -> None:
        await sender.revise(self._parcel(shown.delivery_id, number, text, shown.receipt))
        self._post.pace.wrote(shown.delivery_id)
        shown.text = text

    def _parcel(self, delivery_id: str, number: int, text: str, there: Receipt | None = None) -> Parcel:
        growing = self._growing
        return Parcel(
            delivery_id=delivery_id,
            work_id=growing.work_id,
            place=growing.place,
            face=growing.face,
            text=text,
            part=number,
            answered=growing.answered,
            reply_to=growing.reply_to,
            final=False,
            last=False,
            platform_message_id=there.platform_message_id if there else "",
            route=there.route if there else "",
        )

    async def _breathe(self, seconds: float) -> None:
        """Wait that long, or until the draft is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._over.wait()

    async def _type(self) -> None:
        await self._breathe(_TYPING_AFTER_S)
        self._asking = True
        while self._sender is not None and not self._shown and not self._over.is_set():
            await self._sender.typing(self._growing.place)
            await self._post.clock.sleep(_TYPING_EVERY_S)


def _open(tx: Transaction, growing: Growing, number: int, text: str, ids: Ids, now: int) -> Delivery | None:
    """A part's row, made or taken over, and the note that a first try is about to be made."""
    place = outbox.place_of(tx, growing.work_id)
    if place is None:
        place = conversations.next_seq(tx, growing.conversation_id)
    new = outbox.NewPart(
        id=ids.new("dlv"),
        work_id=growing.work_id,
        part=number,
        conversation_id=growing.conversation_id,
        place=place,
        content=text,
        answered=growing.answered,
        reply_to=growing.reply_to,
    )
    delivery = outbox.open(tx, new, now)
    if delivery is not None:
        outbox.trying(tx, delivery, now)
    return delivery
