"""Hears Discord without gaps: live events in order, and what was said while we were away by REST.

A channel's cursor moves with what is kept. While a channel is behind, only the catch-up moves it, so a crash in
the middle loses nothing. Hearing a message twice is harmless, so each reading begins a little earlier.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from weakref import WeakValueDictionary

import discord
import structlog

from bot.gateway.faults import FAILURES
from bot.gateway.normalise import PLATFORM, Us, said
from bot.intake.intake import Intake
from bot.ports import Clock, Event
from storage import cursors
from storage.database import Database
from storage.engines.base import Transaction

_log = structlog.get_logger()
_OVERLAP_MS = 60_000
_KEEP_MS = 7 * 24 * 3_600_000  # what was said earlier than that is not fetched at all
_AT_ONCE = 4
_MOST_STRANGERS = 500  # channels known only by their cursor: direct messages and archived threads


def snowflake(moment: int) -> int:
    """The least id of anything made at that moment, in milliseconds since the Unix epoch."""
    return max(0, moment - discord.utils.DISCORD_EPOCH) << 22


Room = discord.TextChannel | discord.VoiceChannel | discord.StageChannel
Readable = Room | discord.Thread | discord.DMChannel
_READABLE = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.Thread, discord.DMChannel)


class Hearing:
    """The order in which channels are heard, and how far."""

    def __init__(self, intake: Intake, database: Database, clock: Clock) -> None:
        self._intake = intake
        self._database = database
        self._clock = clock
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._behind: dict[int, int] = {}  # channels not read to their end yet, with how far they were heard
        self._everything_behind = True
        self.connected = False

    async def hear(self, event: Event) -> None:
        """One live event, after everything heard before it in its channel."""
        async with self._lock(event.place.channel_id):
            behind = self._everything_behind or int(event.place.channel_id) in self._behind
            await self._intake.hear(event, move_cursor=not behind)

    async def catch_up(self, client: discord.Client, us: Us) -> int:
        """Read what was said while we were away; returns how many messages were read."""
        known = await self._database.read(cursors.of_platform, PLATFORM)
        began = self._clock.now()
        if cursors.EVERYWHERE not in known:
            self._everything_behind = False
            await self._move_everywhere(began)
            return 0
        least = max(known[cursors.EVERYWHERE], snowflake(began - _KEEP_MS))
        waiting = _waiting(client, known, least)
        self._behind = {channel.id: after for channel, after in waiting}
        self._everything_behind = False
        waiting += [(channel, known[str(channel.id)]) for channel in await _strangers(client, known)]
        gate = asyncio.Semaphore(_AT_ONCE)
        read = await asyncio.gather(*(self._read(channel, after, us, gate) for channel, after in waiting))
        if not self._behind:
            await self._move_everywhere(began)
        return sum(read)

    async def save(self, client: discord.Client, us: Us) -> None:
        """Read what could not be read before, then note how far all of Discord was heard; for the clock."""
        if not self.connected or self._everything_behind:
            return
        began, gate = self._clock.now(), asyncio.Semaphore(_AT_ONCE)
        for channel_id, after in list(self._behind.items()):
            channel = client.get_channel(channel_id)
            if isinstance(channel, _READABLE):
                await self._read(channel, after, us, gate)
            else:
                del self._behind[channel_id]
        if not self._behind:
            await self._move_everywhere(began)

    async def _read(self, channel: Readable, after: int, us: Us, gate: asyncio.Semaphore) -> int:
        """Read one channel to its end, with live events of it waiting, so that all come in order."""
        count = 0
        start = discord.Object(max(0, after - (_OVERLAP_MS << 22)))
        async with gate, self._lock(str(channel.id)):
            try:
                async for message in channel.history(after=start, limit=None, oldest_first=True):
                    await self._intake.hear(said(message, us, caught_up=True))
                    count += 1
            except (discord.Forbidden, discord.NotFound):
                _log.info("channel_closed", channel=channel.id)
            except FAILURES as error:
                _log.warning("not_caught_up", channel=channel.id, reason=str(error))
                self._behind.setdefault(channel.id, after)
                return count
            self._behind.pop(channel.id, None)
        return count

    def _lock(self, channel_id: str) -> asyncio.Lock:
        return self._locks.setdefault(channel_id, asyncio.Lock())

    async def _move_everywhere(self, moment: int) -> None:
        position = snowflake(moment - _OVERLAP_MS)
        await self._database.write(_move, position, self._clock.now())


def _move(tx: Transaction, position: int, now: int) -> None:
    cursors.move(tx, PLATFORM, cursors.EVERYWHERE, position, now)


def _waiting(client: discord.Client, known: dict[str, int], least: int) -> list[tuple[Readable, int]]:
    """The channels and threads whose newest message we have not heard, with how far they were heard."""
    found: list[tuple[Readable, int]] = []
    for channel in _readable(client):
        heard = max(known.get(str(channel.id), 0), least)
        if (channel.last_message_id or 0) > heard:
            found.append((channel, heard))
    return found


def _readable(client: discord.Client) -> Iterator[Room | discord.Thread]:
    for guild in client.guilds:
        rooms: list[Room] = [
            *guild.text_channels,
            *guild.voice_channels,
            *guild.stage_channels,
        ]
        for channel in rooms:
            allowed = channel.permissions_for(guild.me)
            if allowed.view_channel and allowed.read_message_history:
                yield channel
        yield from guild.threads


async def _strangers(client: discord.Client, known: dict[str, int]) -> list[Readable]:
    """Channels we have heard that Discord does not tell of at a start, the newest first."""
    ids = [int(channel) for channel in known if channel != cursors.EVERYWHERE]
    missing = [channel for channel in ids if client.get_channel(channel) is None]
    missing.sort(key=lambda channel: known[str(channel)], reverse=True)
    found: list[Readable] = []
    for channel_id in missing[:_MOST_STRANGERS]:
        try:
            channel = await client.fetch_channel(channel_id)
        except FAILURES:
            continue  # deleted, or closed to us: there is nothing to hear
        if isinstance(channel, _READABLE):
            found.append(channel)
    return found
