"""Messages and webhooks, and the payloads they travel as."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass, field

from .places import Channel
from .state import EPHEMERAL, Json, User, clock, moment


@dataclass(eq=False)
class Webhook:
    """A webhook of a channel."""

    id: int
    token: str
    channel: Channel
    name: str
    owner: User
    application_id: int | None

    def payload(self) -> Json:
        """Give the webhook object with its token."""
        application = str(self.application_id) if self.application_id else None
        guild_id = str(self.channel.guild.id) if self.channel.guild else None
        data = {"id": str(self.id), "type": 1, "token": self.token, "name": self.name, "avatar": None}
        place = {"channel_id": str(self.channel.id), "guild_id": guild_id}
        return {**data, **place, "application_id": application, "user": self.owner.payload()}


@dataclass(eq=False, kw_only=True)
class Message:
    """A message as the platform keeps it, deleted ones included."""

    id: int
    channel: Channel
    author: User | None
    webhook: Webhook | None = None
    kind: int = 0
    username: str | None = None
    avatar_url: str | None = None
    content: str = ""
    components: list[Json] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    mentions: list[User] = field(default_factory=list)
    reactions: list[tuple[int, str]] = field(default_factory=list)
    reference: Message | None = None
    nonce: str | None = None
    allowed_mentions: Json | None = None
    flags: int = 0
    application_id: int | None = None
    interaction: Json | None = None
    extra: Json = field(default_factory=dict)
    edits: list[tuple[str, float]] = field(default_factory=list)
    deleted: bool = False
    posted_at: float = field(default_factory=time.monotonic)

    @property
    def author_id(self) -> int:
        """Give the id of the author, which for a webhook's message is the webhook's."""
        return self.webhook.id if self.webhook else self.author.id if self.author else 0

    @property
    def webhook_id(self) -> int | None:
        """Give the id of the webhook that posted this, or for an interaction's answer the application's."""
        return self.webhook.id if self.webhook else self.application_id if self.interaction else None

    @property
    def ephemeral(self) -> bool:
        """Tell whether only one person sees this message."""
        return bool(self.flags & EPHEMERAL)

    def readable_without_intent(self, bot: User) -> bool:
        """Tell whether the bot reads the content without the message content intent."""
        return self.channel.guild is None or self.author is bot or bot in self.mentions

    def payload(self, bot: User, *, full: bool = True, event: bool = False, quote: bool = True) -> Json:
        """Give the message object, emptied by the intent rule unless full."""
        guild = self.channel.guild
        author = self.author.payload() if self.author else {"id": str(self.author_id), "bot": True}
        if self.webhook:
            avatar = hashlib.md5(self.avatar_url.encode()).hexdigest() if self.avatar_url else None
            author |= {"username": self.username, "discriminator": "0000", "avatar": avatar}
        data: Json = {"id": str(self.id), "channel_id": str(self.channel.id), "type": self.kind}
        data |= {"author": author, "timestamp": moment(self.id), "tts": False, "pinned": False}
        data |= {"edited_timestamp": clock(self.edits[-1][1]) if self.edits else None, "flags": self.flags}
        data |= {"mention_everyone": False, "mention_roles": re.findall(r"<@&(\d+)>", self.content)}
        data["mentions"] = []
        if full or self.readable_without_intent(bot):
            data |= {"content": self.content, "embeds": self.embeds}
            data |= {"attachments": self.attachments, "components": self.components, **self.extra}
        else:
            data |= {"content": "", "embeds": [], "attachments": [], "components": []}
        for user in self.mentions:
            joined = event and guild and user.id in guild.members
            member = {"member": guild.member(user, with_user=False)} if joined and guild else {}
            data["mentions"].append(user.payload() | member)
        if self.reference:
            data["message_reference"] = {"type": 0, "message_id": str(self.reference.id)}
            data["message_reference"]["channel_id"] = str(self.reference.channel.id)
            if quote:
                gone = self.reference.deleted
                data["referenced_message"] = None if gone else self.reference.payload(bot, full=full, quote=False)
        optional = {"nonce": self.nonce, "interaction_metadata": self.interaction}
        optional["webhook_id"] = str(self.webhook_id) if self.webhook_id else None
        optional["application_id"] = str(self.application_id) if self.application_id else None
        data |= {key: value for key, value in optional.items() if value is not None}
        if event and guild:
            data["guild_id"] = str(guild.id)
            if self.author and self.author.id in guild.members:
                data["member"] = guild.member(self.author, with_user=False)
        return data
