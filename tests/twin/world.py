"""The rules of the platform over the objects: who may post what, and what everybody is told."""

from __future__ import annotations

import bisect
import secrets
import time
from collections.abc import Sequence
from typing import Any

from .hub import File, Hub
from .messages import Message, Webhook
from .places import Channel, Guild
from .state import COMPONENTS_V2, DM, FORUM, THREAD, Json, Refusal, User


class World(Hub):
    """The operations on the objects that REST and people share."""

    def add_channel(self, kind: int, name: str, guild: Guild | None, **more: Any) -> Channel:
        """Create a channel and tell of it; a thread started from a message is given its id."""
        channel = Channel(more.pop("id", None) or self.snowflake(), kind, name, guild, **more)
        self.channels[channel.id] = channel
        if guild is not None:
            guild.channels[channel.id] = channel
            event = "THREAD_CREATE" if kind == THREAD else "CHANNEL_CREATE"
            extra = {"newly_created": True} if kind == THREAD else {}
            self.emit(event, channel.payload() | extra, 1, channel=channel)
        return channel

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads and webhooks."""
        for child in [each for each in self.channels.values() if each.parent is channel]:
            self.delete_channel(child)
        for hook in [each for each in self.webhooks.values() if each.channel is channel]:
            del self.webhooks[hook.id]
        del self.channels[channel.id]
        if channel.guild:
            del channel.guild.channels[channel.id]
        event = "THREAD_DELETE" if channel.kind == THREAD else "CHANNEL_DELETE"
        self.emit(event, channel.payload(), 1, channel=channel)

    def update_channel(self, channel: Channel, **changes: Any) -> None:
        """Change attributes of a channel, such as archived, locked, name or nsfw, and tell of it."""
        for key, value in changes.items():
            setattr(channel, key, value)
        self.emit("THREAD_UPDATE" if channel.kind == THREAD else "CHANNEL_UPDATE", channel.payload(), 1)

    def dm(self, user: User) -> Channel:
        """Give the direct message channel between a user and the bot."""
        for channel in self.channels.values():
            if channel.kind == DM and channel.recipient is user:
                return channel
        return self.add_channel(DM, user.name, None, recipient=user)

    def check_body(self, body: Json, files: list[File], before: Message | None = None) -> None:
        """Refuse a message body that is empty or too long."""
        old = {"content": before.content, "embeds": before.embeds, "flags": before.flags} if before else {}
        old |= {"components": before.components, "attachments": before.attachments} if before else {}
        now = {**old, **body}
        content, v2 = now.get("content") or "", (now.get("flags") or 0) & COMPONENTS_V2
        if len(content) > 2000:
            raise Refusal(400, 50035, "Invalid Form Body\nIn content: Must be 2000 or fewer in length.")
        if v2 and (content or now.get("embeds")):
            raise Refusal(400, 50035, "Invalid Form Body\nIn content: not with MessageFlags.IS_COMPONENTS_V2.")
        rest = [now.get(key) for key in ("embeds", "attachments", "sticker_ids", "poll")]
        if not (content.strip() or any(rest) or files or (v2 and now.get("components"))):
            raise Refusal(400, 50006, "Cannot send an empty message")

    def post(
        self,
        channel: Channel,
        body: Json,
        files: list[File] | None = None,
        *,
        author: User | None = None,
        silent: bool = False,
        **more: Any,
    ) -> Message:
        """Store a message and tell of it."""
        allowed, content = body.get("allowed_mentions"), body.get("content") or ""
        message = Message(
            id=more.pop("id", None) or self.snowflake(),
            channel=channel,
            author=author,
            content=content,
            components=body.get("components") or [],
            embeds=body.get("embeds") or [],
            attachments=self.attach(files or []),
            flags=body.get("flags") or 0,
            nonce=None if body.get("nonce") is None else str(body["nonce"]),
            allowed_mentions=allowed,
            mentions=self.mentions(content, allowed),
            **more,
        )
        if message.reference and message.reference.author and not message.reference.webhook:
            pinged = message.reference.author
            if (allowed is None or allowed.get("replied_user")) and pinged not in message.mentions:
                message.mentions.append(pinged)
        if channel.archived:
            self.update_channel(channel, archived=False)
        if not message.ephemeral:
            bisect.insort(channel.log, message, key=lambda each: each.id)
        if not silent:
            self.announce("MESSAGE_CREATE", message)
        return message

    def edit(self, message: Message, body: Json, files: list[File] | None = None) -> Message:
        """Change a message and tell of it."""
        for key in ("content", "components", "embeds"):
            if key in body:
                setattr(message, key, body[key] or ("" if key == "content" else []))
        if "attachments" in body:
            kept = {str(each.get("id")) for each in body["attachments"]}
            message.attachments = [each for each in message.attachments if each["id"] in kept]
        message.attachments += self.attach(files or [])
        message.flags |= (body.get("flags") or 0) & COMPONENTS_V2
        message.edits.append((message.content, time.monotonic()))
        message.mentions = self.mentions(message.content, body.get("allowed_mentions"))
        self.announce("MESSAGE_UPDATE", message)
        return message

    def delete(self, message: Message) -> None:
        """Delete a message and tell of it."""
        message.deleted = True
        data = {"id": str(message.id), "channel_id": str(message.channel.id)}
        guild = message.channel.guild
        data |= {"guild_id": str(guild.id)} if guild else {}
        if not message.ephemeral:
            self.emit("MESSAGE_DELETE", data, 1 << 9 if guild else 1 << 12, channel=message.channel)
        self.changed()

    def delete_many(self, channel: Channel, messages: Sequence[Message]) -> None:
        """Delete messages of a guild's channel and tell of them all in one event."""
        for message in messages:
            message.deleted = True
        data: Json = {"ids": [str(message.id) for message in messages], "channel_id": str(channel.id)}
        data |= {"guild_id": str(channel.guild.id)} if channel.guild else {}
        self.emit("MESSAGE_DELETE_BULK", data, 1 << 9, channel=channel)
        self.changed()

    def react(self, message: Message, user: User, emoji: str, *, remove: bool = False) -> None:
        """Add or remove a reaction and tell of it."""
        if ((user.id, emoji) in message.reactions) is not remove:
            return
        (message.reactions.remove if remove else message.reactions.append)((user.id, emoji))
        guild, name, _, key = message.channel.guild, *emoji.partition(":")
        data: Json = {"message_id": str(message.id), "channel_id": str(message.channel.id)}
        data |= {"user_id": str(user.id), "emoji": {"id": key or None, "name": name}, "type": 0, "burst": False}
        data |= {"guild_id": str(guild.id)} if guild else {}
        data |= {"member": guild.member(user)} if guild and user.id in guild.members and not remove else {}
        event = f"MESSAGE_REACTION_{'REMOVE' if remove else 'ADD'}"
        self.emit(event, data, 1 << 10 if guild else 1 << 13, channel=message.channel)

    def add_webhook(self, channel: Channel, name: str, owner: User | None = None) -> Webhook:
        """Create a webhook, the application's own unless another owner is given."""
        if sum(hook.channel is channel for hook in self.webhooks.values()) >= 15:
            raise Refusal(400, 30007, "Maximum number of webhooks reached (15)")
        owner = owner or self.bot
        application = self.application_id if owner is self.bot else None
        hook = Webhook(self.snowflake(), secrets.token_urlsafe(48), channel, name, owner, application)
        self.webhooks[hook.id] = hook
        self.tell_webhooks(channel)
        return hook

    def delete_webhook(self, hook: Webhook) -> None:
        """Delete a webhook, as its owner or a moderator would."""
        del self.webhooks[hook.id]
        self.tell_webhooks(hook.channel)

    def move_webhook(self, hook: Webhook, channel: Channel) -> None:
        """Move a webhook to another channel."""
        before, hook.channel = hook.channel, channel
        self.tell_webhooks(before)
        self.tell_webhooks(channel)

    def tell_webhooks(self, channel: Channel) -> None:
        """Tell of changed webhooks in a channel."""
        data = {"guild_id": str(channel.guild.id if channel.guild else 0), "channel_id": str(channel.id)}
        self.emit("WEBHOOKS_UPDATE", data, 1 << 5, channel=channel)

    def check_writable(self, channel: Channel) -> None:
        """Refuse posting in a forum itself, a locked thread or to someone who takes no messages."""
        if channel.kind == FORUM:
            raise Refusal(400, 50008, "Cannot send messages in a non-text channel")
        if channel.locked:
            raise Refusal(400, 50083, "Thread is archived")
        if channel.recipient and channel.recipient.dms_closed:
            raise Refusal(403, 50007, "Cannot send messages to this user")
