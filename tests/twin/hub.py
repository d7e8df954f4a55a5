"""The registry of all objects: gives ids, finds things, and spreads news."""

from __future__ import annotations

import asyncio
import bisect
import re
import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from .faults import Faults, Request
from .gateway import Gateway
from .messages import Message, Webhook
from .places import Channel, Guild
from .state import EPOCH, Json, Permission, Refusal, User

if TYPE_CHECKING:
    from .interactions import Interaction

T = TypeVar("T")
File = tuple[str, bytes]


class Hub:
    """All objects with their ids, and the news about them."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.last_id = 0
        self.cdn_url = ""
        self.allow_message_content = True
        self.team: Json | None = None  # whose application it is, when it is not one person's
        self.nonce_window = 300.0
        self.interaction_deadline, self.interaction_lifetime = 3.0, 900.0
        self.bot = User(id=self.snowflake(), name="Troupe", bot=True)
        self.application_id = self.bot.id
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.interactions: dict[str, Interaction] = {}
        self.nonces: dict[tuple[int, str], Message] = {}
        self.commands: dict[int | None, list[Json]] = {}
        self.command_syncs: list[list[Json]] = []
        self.emojis: list[Json] = []
        self.files: dict[str, bytes] = {}
        self.requests: list[Request] = []
        self.faults = Faults()
        self.gateway = Gateway(self)
        self._pulse = asyncio.Event()

    def snowflake(self, age: float = 0.0) -> int:
        """Give an id made of the present time; only an aged one may be smaller than the last."""
        now = int((time.time() - age) * 1000 - EPOCH) << 22
        if age:
            return now + secrets.randbits(22)
        self.last_id = max(self.last_id + 1, now)
        return self.last_id

    def changed(self) -> None:
        """Let everyone in wait_for look again."""
        pulse, self._pulse = self._pulse, asyncio.Event()
        pulse.set()

    async def wait_for(self, predicate: Callable[[Any], T | None], timeout: float = 60) -> T:  # noqa: ASYNC109
        """Wait until a predicate of the twin is true and give its value."""
        try:
            async with asyncio.timeout(timeout):
                while not (value := predicate(self)):
                    await self._pulse.wait()
                return value
        except TimeoutError:
            recent = [f"{r.method} {r.path} -> {r.status}" for r in self.requests[-12:]]
            raise TimeoutError(f"not within {timeout} s; last requests: {recent}") from None

    def emit(
        self,
        event: str,
        data: Json,
        intent: int = 0,
        *,
        channel: Channel | None = None,
        bare: Json | None = None,
    ) -> None:
        """Tell the gateway's sessions of an event if the bot sees the channel."""
        self.changed()
        if channel is None or channel.can(Permission.VIEW_CHANNEL):
            self.gateway.dispatch(event, data, bare or data, intent)

    def announce(self, event: str, message: Message) -> None:
        """Tell of a message as created or updated."""
        if message.ephemeral:
            return self.changed()
        full = message.payload(self.bot, event=True)
        bare = message.payload(self.bot, full=False, event=True)
        intent = 1 << 9 if message.channel.guild else 1 << 12
        return self.emit(event, full, intent, channel=message.channel, bare=bare)

    def find_channel(self, channel_id: int | str, *permissions: Permission) -> Channel:
        """Give a channel the bot sees, insisting on permissions."""
        channel = self.channels.get(int(channel_id))
        if channel is None:
            raise Refusal(404, 10003, "Unknown Channel")
        if not channel.can(Permission.VIEW_CHANNEL):
            raise Refusal(403, 50001, "Missing Access")
        if not all(channel.can(permission) for permission in permissions):
            raise Refusal(403, 50013, "Missing Permissions")
        return channel

    def find_message(self, channel: Channel, message_id: int | str) -> Message:
        """Give a message that is still there."""
        at = bisect.bisect_left(channel.log, int(message_id), key=lambda each: each.id)
        if at == len(channel.log) or channel.log[at].id != int(message_id) or channel.log[at].deleted:
            raise Refusal(404, 10008, "Unknown Message")
        return channel.log[at]

    def attach(self, files: list[File]) -> list[Json]:
        """Keep files and give their attachment objects."""
        made = []
        for name, data in files:
            key = self.snowflake()
            self.files[f"attachments/{key}/{name}"] = data
            url = f"{self.cdn_url}/attachments/{key}/{name}"
            made.append({"id": str(key), "filename": name, "size": len(data), "url": url, "proxy_url": url})
        return made

    def mentions(self, content: str, allowed: Json | None) -> list[User]:
        """Give the users a text mentions, as far as allowed."""
        named = [self.users.get(int(each)) for each in re.findall(r"<@!?(\d+)>", content)]
        found = [user for user in dict.fromkeys(named) if user]
        if allowed is None or "users" in allowed.get("parse", []):
            return found
        listed = {int(each) for each in allowed.get("users", [])}
        return [user for user in found if user.id in listed]
