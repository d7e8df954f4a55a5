"""What keeps personas from speaking in a channel, and the cure for each."""

from __future__ import annotations

from collections.abc import Iterator

import discord

from bot.commands.base import Caller, Finding
from bot.gateway.faults import FAILURES

_NEEDED = {
    "view_channel": "I can't see this channel",
    "send_messages": "I can't write in this channel",
    "send_messages_in_threads": "I can't write in its threads",
    "manage_webhooks": "I can't make a webhook here, so personas speak in my name instead of with their own face",
    "read_message_history": "I can't read back, so I miss what is said while I am offline",
    "embed_links": "links I post show no preview",
}
_MOST_WEBHOOKS = 15


async def diagnose(client: discord.Client, caller: Caller, *, content: bool) -> tuple[Finding, ...]:
    """Every permission, intent and limit that matters in the caller's channel."""
    found = [_content(content)]
    guild = client.get_guild(int(caller.guild_id)) if caller.guild_id else None
    if guild is None:
        return (*found, Finding(True, "in direct messages I need no permission"))
    channel = guild.get_channel_or_thread(int(caller.place.channel_id))
    if channel is None:
        cure = "Give my role the permission View Channel here (channel settings → Permissions)."
        return (*found, Finding(False, "I can't see this channel", cure))
    found += list(_permissions(channel.permissions_for(guild.me)))
    room = channel.parent if isinstance(channel, discord.Thread) else channel
    if isinstance(room, (discord.TextChannel, discord.VoiceChannel, discord.ForumChannel)):
        found.append(await _webhooks(room))
    return tuple(found)


def _permissions(allowed: discord.Permissions) -> Iterator[Finding]:
    for name, trouble in _NEEDED.items():
        shown = name.replace("_", " ").title()
        if getattr(allowed, name):
            yield Finding(True, f"permission {shown}")
        else:
            yield Finding(False, trouble, f"Give my role the permission {shown} (channel settings → Permissions).")


def _content(content: bool) -> Finding:
    if content:
        return Finding(True, "I can read messages that don't mention me")
    return Finding(
        False,
        "I only read messages that mention me: names at the start, replies and bound channels don't work",
        "Switch on Message Content Intent in the developer portal (Bot, Privileged Gateway Intents); restart me.",
    )


async def _webhooks(room: discord.TextChannel | discord.VoiceChannel | discord.ForumChannel) -> Finding:
    if not room.permissions_for(room.guild.me).manage_webhooks:
        return Finding(False, "webhooks of this channel: not allowed to look", "Give my role Manage Webhooks.")
    try:
        hooks = await room.webhooks()
    except FAILURES as error:
        return Finding(False, f"webhooks of this channel: {error}", "Try again in a minute.")
    ours = any(hook.token is not None for hook in hooks)
    if ours or len(hooks) < _MOST_WEBHOOKS:
        return Finding(True, f"webhooks: {len(hooks)} of {_MOST_WEBHOOKS} in this channel")
    return Finding(
        False,
        f"all {_MOST_WEBHOOKS} webhooks of this channel are taken, so personas have no face of their own here",
        "Delete one that is not used (channel settings → Integrations → Webhooks).",
    )
