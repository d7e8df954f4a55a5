"""One webhook per channel, shared by all personas: found again after a restart, made once when it is gone."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict

import aiohttp
import discord
import structlog

from bot.gateway.faults import TOO_MANY_WEBHOOKS, MaybeSaid

_log = structlog.get_logger()
NAME = "Troupe"
Speaking = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel
_REFUSED_FOR_S = 300.0  # a missing permission is not asked for again sooner: refusals count towards a ban


async def _no_second_post(response: aiohttp.ClientResponse) -> None:
    """Raise before discord.py would post again what the server may have taken already."""
    if response.status >= 500:
        raise MaybeSaid(f"webhook answered {response.status}")


class Webhooks:
    """Our webhooks by channel; their tokens are asked for at first use and kept in memory only."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._session: aiohttp.ClientSession | None = None
        self._found: dict[int, discord.Webhook] = {}
        self._refused: dict[int, float] = {}
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def of_channel(self, guild_id: int, channel_id: int) -> discord.Webhook | None:
        """The channel's webhook, or None where we may not have one; raises Discord's errors when it can't be known."""
        async with self._locks[channel_id]:
            if channel_id in self._found:
                return self._found[channel_id]
            if self._refused.get(channel_id, 0.0) > time.monotonic():
                return None
            hook = await self._find_or_make(guild_id, channel_id)
            if hook is None:
                self._refused[channel_id] = time.monotonic() + _REFUSED_FOR_S
            else:
                self._found[channel_id] = hook
            return hook

    def forget(self, channel_id: int) -> None:
        """It is gone or has moved: look again at the next use."""
        self._found.pop(channel_id, None)
        self._refused.pop(channel_id, None)

    async def is_home(self, hook: discord.Webhook, channel_id: int) -> bool:
        """Whether a webhook still speaks in that channel; somebody may have moved it. Raises Discord's errors."""
        try:
            return (await hook.fetch()).channel_id == channel_id
        except discord.NotFound:
            return False

    async def close(self) -> None:
        """Let connections go."""
        if self._session is not None:
            await self._session.close()

    async def _find_or_make(self, guild_id: int, channel_id: int) -> discord.Webhook | None:
        try:
            channel = await self._channel(guild_id, channel_id)
            found = None if channel is None else await self._ours(channel) or await self._make(channel)
        except discord.HTTPException as error:
            if error.code not in TOO_MANY_WEBHOOKS and error.status not in (403, 404):
                raise
            _log.warning("no_webhook", channel=channel_id, reason=str(error))
            return None
        return None if found is None else self._bound(found)

    async def _channel(self, guild_id: int, channel_id: int) -> Speaking | None:
        """The channel, where we are not known to lack the right; another process's guilds are asked for by REST."""
        guild = self._client.get_guild(guild_id)
        channel = guild.get_channel(channel_id) if guild else await self._client.fetch_channel(channel_id)
        if not isinstance(channel, Speaking):
            return None
        return channel if guild is None or channel.permissions_for(guild.me).manage_webhooks else None

    async def _ours(self, channel: Speaking) -> discord.Webhook | None:
        """The oldest of ours, so that all processes find the same."""
        ours = [hook for hook in await channel.webhooks() if self._made_by_us(hook)]
        return min(ours, key=lambda hook: hook.id, default=None)

    async def _make(self, channel: Speaking) -> discord.Webhook | None:
        """Make one, and let it go again where another process was first."""
        made = await channel.create_webhook(name=NAME, reason="personas speak through it")
        first = await self._ours(channel)
        if first is None or first.id == made.id:
            return made
        await made.delete(reason="another process made one at the same time")
        return first

    def _made_by_us(self, hook: discord.Webhook) -> bool:
        return hook.token is not None and hook.user is not None and hook.user == self._client.user

    def _bound(self, hook: discord.Webhook) -> discord.Webhook:
        if self._session is None:
            self._session = aiohttp.ClientSession(raise_for_status=_no_second_post)
        assert hook.token is not None  # _made_by_us and creation give one
        return discord.Webhook.partial(hook.id, hook.token, session=self._session, client=self._client)
