"""A local Discord: REST and gateway over real sockets, with state and a fault script, for real clients."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from aiohttp import web

from . import application, channels, guilds, webhooks  # noqa: F401  (they register their routes)
from .faults import Fault, Faults, Request, delay, error, hold_until, late, rate_limit, reset, status
from .interactions import Interaction, Response
from .messages import Message, Webhook
from .people import Person
from .places import Channel, Guild
from .point import point_at, pointed_at
from .rest import PREFIX, Rest
from .state import Permission, Refusal, User
from .world import World


class Twin(World):
    """A running local Discord, whose state outlives the clients that connect to it."""

    def __init__(self, token: str = "token") -> None:
        super().__init__(token)
        self._runner: web.AppRunner | None = None
        self.base_url = self.gateway_url = ""

    async def __aenter__(self) -> Twin:
        self._runner = web.AppRunner(Rest(self).app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.base_url, self.cdn_url = f"http://127.0.0.1:{port}{PREFIX}", f"http://127.0.0.1:{port}/cdn"
        self.gateway.url = self.gateway_url = f"ws://127.0.0.1:{port}/gateway"
        return self

    async def __aexit__(self, *_: Any) -> None:
        self.gateway.drop()
        if self._runner:
            await self._runner.cleanup()

    def pointed(self) -> AbstractContextManager[None]:
        """Point discord.py in this process at the twin while the context lasts."""
        return pointed_at(self.base_url, self.gateway_url)

    def add_user(self, name: str) -> Person:
        """Create a person, who then joins guilds."""
        person = Person(id=self.snowflake(), name=name, world=self)
        self.users[person.id] = person
        return person

    def add_guild(self, name: str, owner: Person | None = None, *, shard: int | None = None) -> Guild:
        """Create a guild of which the bot is a member, on a shard of those there are where one is named."""
        owner = owner or self.add_user(f"{name} owner")
        guild_id = self.snowflake()
        while shard is not None and (guild_id >> 22) % self.gateway.shards != shard:
            guild_id = self.last_id = guild_id + (1 << 22)
        guild = Guild(self, guild_id, name, owner, self.snowflake(), self.snowflake())
        self.guilds[guild.id] = guild
        guild.members = {owner.id: owner, self.bot.id: self.bot}
        self.emit("GUILD_CREATE", guild.payload(whole=True), 1)
        return guild

    def add_thread(self, parent: Channel, name: str = "thread", owner: User | None = None) -> Channel:
        """Create a public thread below a channel."""
        if parent.guild is None:
            raise ValueError("direct messages have no threads")
        return parent.guild.add_thread(parent, name, owner)

    def remove_guild(self, guild: Guild) -> None:
        """Remove the bot from a guild."""
        del self.guilds[guild.id]
        for channel in guild.channels.values():
            del self.channels[channel.id]
        self.emit("GUILD_DELETE", {"id": str(guild.id)}, 1)

    def set_bot_permissions(self, place: Guild | Channel, value: int) -> None:
        """Set exactly what the bot may do in a guild, or in one channel whatever the guild says."""
        if isinstance(place, Guild):
            place.bot_permissions = value
            role = next(each for each in place.roles() if each["id"] == str(place.bot_role))
            self.emit("GUILD_ROLE_UPDATE", {"guild_id": str(place.id), "role": role}, 1)
        else:
            self.update_channel(place, permissions=int(value))

    def messages(self, channel: Channel) -> list[Message]:
        """Give all messages of a channel in order, deleted ones included."""
        return list(channel.log)

    def visible(self, channel: Channel) -> list[Message]:
        """Give the messages of a channel in order, without deleted ones."""
        return [message for message in channel.log if not message.deleted]

    def backlog(
        self, channel: Channel, author: User, n: int, text: str = "message {}", age: float = 0.0
    ) -> list[Message]:
        """Create n messages nobody is told of, as said while the bot was away, age seconds ago."""
        start = self.snowflake(age) if age else 0
        made = []
        for number in range(1, n + 1):
            place: dict[str, Any] = {"id": start + number} if start else {}
            body = {"content": text.format(number)}
            made.append(self.post(channel, body, author=author, silent=True, **place))
        return made


__all__ = [
    "Channel",
    "Fault",
    "Faults",
    "Guild",
    "Interaction",
    "Message",
    "Permission",
    "Person",
    "Refusal",
    "Request",
    "Response",
    "Twin",
    "User",
    "Webhook",
    "delay",
    "error",
    "hold_until",
    "late",
    "point_at",
    "rate_limit",
    "reset",
    "status",
]
