"""Processes that speak in one channel without a session with Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord

from bot.gateway.webhooks import Webhooks
from tests.twin import Channel, Fault, Guild, Permission, Twin, hold_until


@asynccontextmanager
async def mouth() -> AsyncIterator[Webhooks]:
    """The webhooks of a client that is logged in and never connects."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login("token")
        webhooks = Webhooks(client)
        yield webhooks
        await webhooks.close()


async def test_two_that_make_a_webhook_at_once_end_with_one(twin: Twin, guild: Guild, channel: Channel) -> None:
    both = asyncio.Event()
    making = f"/channels/{channel.id}/webhooks"
    twin.faults.add(Fault("POST", making, hold_until(both), times=2))
    async with mouth() as first, mouth() as second:
        found = asyncio.gather(*(one.of_channel(guild.id, channel.id) for one in (first, second)))
        await twin.wait_for(lambda twin: sum((r.method, r.path) == ("POST", making) for r in twin.requests) == 2)
        both.set()

        ours, theirs = await found

    assert ours is not None and theirs is not None and ours.id == theirs.id
    assert list(twin.webhooks) == [ours.id]


async def test_a_channel_where_webhooks_are_forbidden_is_asked_for_once(
    twin: Twin, guild: Guild, channel: Channel
) -> None:
    twin.set_bot_permissions(channel, Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)
    async with mouth() as webhooks:
        found = [await webhooks.of_channel(guild.id, channel.id) for _ in range(3)]

    assert found == [None, None, None]
    assert [request.status for request in twin.requests].count(403) == 1
