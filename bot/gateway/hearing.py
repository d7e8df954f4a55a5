"""Hears Discord without gaps: live events in order, and what was said while we were away by REST.

A channel's cursor moves with what is kept. While a channel is behind, only the catch-up moves it, so a crash in
the middle loses nothing. Hearing a message twice is harmless, so each reading begins a little earlier.

A resumed session replays what was missed, in order. At the start of a new one live events wait until it is known which
channels are behind: heard at once, they would stand before what was said earlier, and move the cursor past it.
"""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

import discord
import structlog

from bot.gateway.faults import FAILURES
from bot.gateway.line import MOST, Line
from bot.gateway.normalise import PLATFORM, gone
from bot.gateway.rooms import Rooms, moment, snowflake
from bot.gateway.shards import Shard, heard_of
from bot.intake.intake import Intake
from bot.ports import Clock, Deleted, Event, Place, Said
from storage import conversations, cursors, messages
from storage.database import Database
from storage.engines.base import Transaction
from storage.errors import StorageError

_log = structlog.get_logger()
_OVERLAP_MS = 60_000
_UNNOTICED_MS = 240_000  # a dead connection is noticed after 150 s and a heartbeat; until then it looks well
_AT_ONCE = 4
_UNKNOWN_CHANNEL = 10_003  # Discord's word for a channel that is there no longer


class Hearing:
    """The order in which the channels of one shard are heard, and how far."""

    def __init__(self, intake: Intake, database: Database, clock: Clock, shard: Shard) -> None:
        self.shard = shard
        self._intake = intake
        self._database = database
        self._clock = clock
        self._lines: WeakValueDictionary[int, Line] = WeakValueDictionary()
        self._rooms: Rooms | None = None
        self._behind: dict[int, int] = {}  # channels not read to their end yet, with how far they were heard
        self._untried: set[int] = set()  # those of them that were not read since the session began
        self._met: set[str] = set()  # direct channels that have a cursor
        self._placed = False  # whether _behind is known to be all that is behind
        self._gapless = asyncio.Event()  # unset while live events may come before what was said earlier
        self._session = 0
        self._closed = False
        self.connected = False

    # ── the connection ──

    def new_session(self) -> None:
        """Discord replays nothing of what came before; live events wait until we know which channels are behind."""
        self._session += 1
        self._placed = False
        self._gapless.clear()

    def close(self) -> None:
        """Keep nothing any more: storage is about to close."""
        self._closed, self.connected = True, False

    async def catch_up(self, rooms: Rooms) -> int:
        """Read what was said while we were away; returns how many messages were read."""
        session, began = self._session, self._clock.now()
        self._rooms = rooms
        try:
            known, guilds = await self._database.read(_known, self.shard)
            everywhere = heard_of(known, self.shard)
            self._behind = {} if everywhere is None else rooms.behind(known, guilds, everywhere, began)
            if everywhere is None:
                await self._note(began)  # before the first word is kept: from here on nothing may be missed
            self._untried = set(self._behind)
            self._placed = True
        finally:
            if session == self._session:
                self._gapless.set()
        gate = asyncio.Semaphore(_AT_ONCE)
        read = await asyncio.gather(*(self._read_once(channel, gate) for channel in list(self._behind)))
        await self._note(began)
        return sum(read)

    async def save(self) -> None:
        """Read what could not be read before, then note how far all of Discord was heard; for the clock."""
        if not self.connected or self._rooms is None or not self._gapless.is_set():
            return
        if not self._placed:
            await self.catch_up(self._rooms)
            return
        began = self._clock.now()
        for channel in list(self._behind):
            async with self._line(channel):
                await self._read(channel)
        await self._note(began)

    # ── what is heard ──

    async def hear(self, event: Event) -> None:
        """One live event, after everything said before it in its channel."""
        await self._gapless.wait()
        channel = int(event.place.channel_id)
        line = self._line(channel)
        one, most = line.join(event), MOST
        async with line:
            if not one.heard and channel in self._untried and not self._closed:
                await self._read(channel)
            while not one.heard and not self._closed:  # what is not heard at the end, the next start hears
                page = line.first(most)
                try:
                    await self._keep(channel, [waiting.event for waiting in page])
                except Exception as error:
                    if len(page) > 1:
                        most = 1  # what can't be kept must not take its neighbours with it
                        continue
                    line.leave(page)
                    if not isinstance(error, StorageError):
                        raise
                    self._not_kept(channel, page[0].event, error)
                else:
                    line.leave(page)

    async def _keep(self, channel: int, page: list[Event]) -> None:
        """Words that were said in a breath, or one other event."""
        move_cursor = self._placed and channel not in self._behind
        await self._meet(page[0])
        said = [event for event in page if isinstance(event, Said)]
        if said:
            await self._intake.hear_all(said, move_cursor=move_cursor)
        else:
            await self._intake.hear(page[0], move_cursor=move_cursor)

    def _not_kept(self, channel: int, event: Event, error: StorageError) -> None:
        _log.error("not_kept", key=event.client_message_id, channel=channel, reason=str(error))
        if isinstance(event, Said):  # the clock reads it again, and no cursor passes it until then
            self._behind.setdefault(channel, event.position - 1)

    async def _meet(self, event: Event) -> None:
        """Note a direct channel at its first word: Discord lists none, so after a crash it would be out of sight."""
        channel = event.place.channel_id
        if event.place.kind == "dm" and isinstance(event, Said) and channel not in self._met:
            await self._database.write(cursors.move, PLATFORM, channel, event.position - 1, self._clock.now())
            self._met.add(channel)

    async def _read_once(self, channel: int, gate: asyncio.Semaphore) -> int:
        async with gate, self._line(channel):
            return await self._read(channel) if channel in self._untried else 0

    async def _read(self, channel: int) -> int:
        """Read a channel to its end, its line held, so that live events of it wait and all come in order."""
        self._untried.discard(channel)
        if self._rooms is None or channel not in self._behind:
            return 0
        seen: set[str] = set()
        after = max(0, self._behind[channel] - (_OVERLAP_MS << 22))
        try:
            async for page in self._rooms.since(channel, after):
                await self._intake.hear_all(page)
                seen.update(words.client_message_id for words in page)
            await self._take_back(channel, after, seen)
            await self._intake.end_reading(PLATFORM, str(channel))
        except (discord.Forbidden, discord.NotFound) as error:
            _log.info("channel_closed", channel=channel)
            if error.code == _UNKNOWN_CHANNEL:
                await self._gone(channel)
        except (*FAILURES, StorageError) as error:
            _log.warning("not_caught_up", channel=channel, reason=str(error))
            return len(seen)
        self._behind.pop(channel, None)
        return len(seen)

    async def _take_back(self, channel: int, after: int, seen: set[str]) -> None:
        """What we heard there and is there no longer was deleted meanwhile; an empty reading proves nothing."""
        if not seen:
            return
        heard = await self._database.read(messages.heard_in, PLATFORM, str(channel), moment(after))
        for lost in (one for one in heard if int(one) > after and one not in seen):
            await self._intake.hear(Deleted(lost, Place(PLATFORM, str(channel)), self._clock.now()))

    async def _gone(self, channel: int) -> None:
        """It was deleted meanwhile, as far as it was a guild's: a direct channel may only be closed."""
        guild_id = (await self._database.read(conversations.guilds, PLATFORM)).get(str(channel))
        if guild_id:
            await self._intake.hear(gone(channel, guild_id, self._clock.now()))

    def _line(self, channel: int) -> Line:
        return self._lines.setdefault(channel, Line())

    async def _note(self, moment: int) -> None:
        """Everything was heard until a little before that moment, unless something is behind."""
        if not self._behind:
            position = snowflake(moment - _UNNOTICED_MS)
            await self._database.write(cursors.move, PLATFORM, self.shard.cursor, position, self._clock.now())


def _known(tx: Transaction, shard: Shard) -> tuple[dict[str, int], dict[str, str]]:
    """How far channels were heard, and where it matters whose shard they are on, their guilds."""
    guilds = conversations.guilds(tx, PLATFORM) if shard.count > 1 else {}
    return cursors.of_platform(tx, PLATFORM), guilds
