"""The places of Discord where words can be read again, and how far behind each may be."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import discord

from bot.gateway.normalise import Us, said
from bot.gateway.shards import Shard
from bot.ports import Said

KEEP_MS = 7 * 24 * 3_600_000  # what was said earlier than that is not fetched at all
_PAGE = 100  # as many as one request to Discord gives
_MOST_STRANGERS = 500  # channels known only by their cursor: direct messages and archived threads

Room = discord.TextChannel | discord.VoiceChannel | discord.StageChannel
_READABLE = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.Thread, discord.DMChannel)


def snowflake(moment: int) -> int:
    """The least id of anything made at that moment, in milliseconds since the Unix epoch."""
    return max(0, moment - discord.utils.DISCORD_EPOCH) << 22


def moment(snowflake: int) -> int:
    """When something of that id was made, in milliseconds since the Unix epoch."""
    return (snowflake >> 22) + discord.utils.DISCORD_EPOCH


class Rooms:
    """What one shard can read."""

    def __init__(self, client: discord.Client, us: Us, shard: Shard) -> None:
        self._client = client
        self._us = us
        self._shard = shard

    def behind(self, known: dict[str, int], guilds: dict[str, str], everywhere: int, now: int) -> dict[int, int]:
        """How far each place that may hold something new was heard.

        ``known`` are the cursors by channel, ``guilds`` the guilds of channels, and ``everywhere`` is how far all was.

        What was busy shortly before everything was heard last is among them: its words may have been edited since.
        """
        least = max(everywhere, snowflake(now - KEEP_MS))
        seen = {room.id for room in self._shown() if (room.last_message_id or 0) > everywhere}
        return {room: max(known.get(str(room), 0), least) for room in [*seen, *self._strangers(known, guilds)]}

    def _strangers(self, known: dict[str, int], guilds: dict[str, str]) -> list[int]:
        """Channels we have heard that Discord does not tell of at a start, the newest first."""
        ours = [int(channel) for channel in known if channel.isdigit() and self._shard.holds(guilds.get(channel))]
        missing = [channel for channel in ours if self._client.get_channel(channel) is None]
        missing.sort(key=lambda channel: known[str(channel)], reverse=True)
        return missing[:_MOST_STRANGERS]

    def _shown(self) -> Iterator[Room | discord.Thread]:
        """What Discord tells of at a start and lets us read."""
        for guild in (guild for guild in self._client.guilds if self._shard.holds(guild.id)):
            rooms: list[Room] = [*guild.text_channels, *guild.voice_channels, *guild.stage_channels]
            for room in rooms:
                allowed = room.permissions_for(guild.me)
                if allowed.view_channel and allowed.read_message_history:
                    yield room
            yield from guild.threads

    async def since(self, channel_id: int, after: int) -> AsyncIterator[list[Said]]:
        """What was said there after that id, oldest first, a page at a time; raises Discord's errors."""
        room = self._client.get_channel(channel_id) or await self._client.fetch_channel(channel_id)
        if not isinstance(room, _READABLE):
            return
        page: list[Said] = []
        async for message in room.history(after=discord.Object(after), limit=None, oldest_first=True):
            page.append(said(message, self._us, caught_up=True))
            if len(page) == _PAGE:
                yield page
                page = []
        if page:
            yield page
