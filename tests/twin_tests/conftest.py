"""A twin with one guild, one channel and one person, and clients connected to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import discord
import pytest
from discord import app_commands

from tests.twin import Channel, Guild, Person, Twin


class Listener(discord.Client):
    """A client that keeps what it hears."""

    def __init__(self, *, content: bool = True, **options: Any) -> None:
        intents = discord.Intents.default()
        intents.message_content = content
        super().__init__(intents=intents, guild_ready_timeout=0.05, **options)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        self.resumed = self.readied = 0
        self.pulse = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify at once instead of after five seconds."""

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)
        self.pulse.set()

    async def on_ready(self) -> None:
        self.readied += 1
        self.pulse.set()

    async def on_resumed(self) -> None:
        self.resumed += 1
        self.pulse.set()

    async def until(self, predicate: Callable[[], Any]) -> None:
        """Wait until something became true by an event of this client."""
        async with asyncio.timeout(60):
            while not predicate():
                self.pulse.clear()
                await self.pulse.wait()

    @property
    def texts(self) -> list[str]:
        return [message.content for message in self.heard]


@dataclass
class Scene:
    """What most tests need."""

    twin: Twin
    guild: Guild
    channel: Channel
    bob: Person


Connect = Callable[..., Awaitable[Listener]]


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with Twin() as twin:
        guild = twin.add_guild("Guild")
        bob = twin.add_user("Bob")
        guild.join(bob)
        with twin.pointed():
            yield Scene(twin, guild, guild.add_text_channel("general"), bob)


@pytest.fixture
async def connect(scene: Scene) -> AsyncIterator[Connect]:
    clients: list[Listener] = []

    async def start(client: Listener | None = None, **options: Any) -> Listener:
        client = client or Listener(**options)
        clients.append(client)
        await client.login(scene.twin.token)
        client.task = asyncio.create_task(client.connect())
        await client.until(lambda: client.readied)
        return client

    yield start
    for client in clients:
        await client.close()
        if client.task:
            await asyncio.gather(client.task, return_exceptions=True)
