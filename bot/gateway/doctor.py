"""What keeps personas from speaking in a channel, and the cure for each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import discord

from bot.commands.base import Caller, Finding
from bot.gateway.faults import FAILURES

_NEEDED = {
    "view_channel": "I can't see this channel.",
    "send_messages": "I can't write in this channel, so what is said here is kept and not answered.",
    "send_messages_in_threads": "I can't write in its threads, so what is said there is kept and not answered.",
    "manage_webhooks": "I can't make a webhook here, so personas speak in my name instead of with their own face.",
    "read_message_history": "I can't read back, so I miss what is said while I am offline.",
    "embed_links": "Links I post show no preview.",
    "attach_files": "I can't hand over files, such as what you export.",
}
_LOCKED = Finding(
    False,
    "This thread is locked, so what was said here last is kept and not answered.",
    "Unlock it, or give my role the permission Manage Threads.",
)
_HANGS_ON = {"embed_links": "send_messages", "attach_files": "send_messages"}
_MOST_WEBHOOKS = 15
Room = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel


async def diagnose(client: discord.Client, caller: Caller, *, content: bool) -> tuple[Finding, ...]:
    """Every permission, intent and limit that matters in the caller's channel."""
    found = [_content(content)]
    guild = client.get_guild(int(caller.guild_id)) if caller.guild_id else None
    if guild is None:
        return (*found, Finding(True, "in direct messages I need no permission"))
    channel = guild.get_channel_or_thread(int(caller.place.channel_id))
    if channel is None:
        cure = "Give my role the permission View Channel here (channel settings → Permissions)."
        return (*found, Finding(False, "I can't see this channel.", cure))
    if guild.me.timed_out_until is not None and guild.me.is_timed_out():
        return (*found, _timed_out(guild.me.timed_out_until))  # that hides which permissions there are
    allowed = channel.permissions_for(guild.me)
    found += list(_permissions(allowed))
    if isinstance(channel, discord.Thread) and channel.locked and not allowed.manage_threads:
        found.append(_LOCKED)
    room = channel.parent if isinstance(channel, discord.Thread) else channel
    if isinstance(room, Room) and room.permissions_for(guild.me).manage_webhooks:
        found.append(await _webhooks(client, room))
    return tuple(found)


def _timed_out(until: datetime) -> Finding:
    return Finding(
        False,
        f"I am timed out here until <t:{int(until.timestamp())}:f>, so what is said is kept and not answered.",
        "Somebody who may time members out can end that (my name in the member list → Remove Timeout).",
    )


def _permissions(allowed: discord.Permissions) -> Iterator[Finding]:
    """One that others hang on stands alone: Discord takes those away with it, so they are no trouble of their own."""
    for name, trouble in _NEEDED.items():
        shown = name.replace("_", " ").title()
        if getattr(allowed, name):
            yield Finding(True, f"permission {shown}")
        elif name == "view_channel" or getattr(allowed, _HANGS_ON.get(name, "view_channel")):
            yield Finding(False, trouble, f"Give my role the permission {shown} (channel settings → Permissions).")


def _content(content: bool) -> Finding:
    if content:
        return Finding(True, "I can read messages that don't mention me")
    return Finding(
        False,
        "I only read messages that mention me: names at the start, replies and bound channels don't work.",
        "Switch on Message Content Intent in the developer portal (Bot, Privileged Gateway Intents), leave "
        "TROUPE_MESSAGE_CONTENT unset, and restart me.",
    )


async def _webhooks(client: discord.Client, room: Room) -> Finding:
    try:
        hooks = await room.webhooks()
    except FAILURES as error:
        return Finding(False, f"I can't look at this channel's webhooks just now ({error}).", "Try again in a minute.")
    if len(hooks) < _MOST_WEBHOOKS or any(hook.user == client.user for hook in hooks):
        return Finding(True, f"webhooks: {len(hooks)} of {_MOST_WEBHOOKS} in this channel")
    return Finding(
        False,
        f"All {_MOST_WEBHOOKS} webhooks of this channel are taken, so personas have no face of their own here.",
        "Delete one that is not used (channel settings → Integrations → Webhooks).",
    )
