"""Discord's mouth without ears: speaks by REST only, for a process that works and does not listen."""

from __future__ import annotations

import asyncio

import discord

from bot.gateway.avatars import Avatars
from bot.gateway.connect import Face, refusals, without_voice
from bot.gateway.normalise import PLATFORM
from bot.gateway.sender import DiscordSender
from bot.gateway.webhooks import Webhooks


async def speak(face: Face, stopping: asyncio.Event) -> None:
    """Be able to speak until ``stopping`` is set; raises Refusal."""
    without_voice()
    client = discord.Client(intents=discord.Intents(guilds=True), max_messages=None, **face.options)
    webhooks = Webhooks(client)
    try:
        with refusals():
            await client.login(face.token)
        face.senders[PLATFORM] = DiscordSender(client, webhooks, Avatars(client, face.pictures))
        await face.begin()
        face.say(f"Discord: speaks as {client.user}.")
        await stopping.wait()
        await face.rest()
    finally:
        await webhooks.close()
        await client.close()
