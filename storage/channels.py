"""What a channel leaves when it is deleted, beside what was said in it."""

from __future__ import annotations

from dataclasses import dataclass

from storage import bindings, lore, settings
from storage.bindings import ChannelKey
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.memories import Memory

BY, WHY = "the platform", "the channel was deleted"


@dataclass(frozen=True, slots=True)
class _Name:
    name: str


def remembered(tx: Transaction, conversation_id: str, most: int) -> list[Memory]:
    """Some of what was remembered in a scene and goes with its channel; what a server was given stays with it."""
    return tx.all(Memory, "channels.memories", conversation_id=conversation_id, most=most)


def clear(tx: Transaction, channel: ChannelKey, conversations: list[str], ids: Ids, now: int) -> int:
    """Take away its persona, its lorebook and what was set for it and its conversations; returns how much that was.

    Each stands in the journals, as if somebody had taken it away.
    """
    scope = lore.of_channel(channel.platform, channel.guild_id, channel.channel_id)
    entries = lore.listed(tx, scope)
    for entry in entries:
        lore.remove(tx, entry, lore.Signed(ids.new("lch"), BY, WHY, now))
    scopes = [f"channel:{channel.platform}:{channel.channel_id}"]
    scopes += [f"conversation:{channel.platform}:{one}" for one in conversations]
    unset = [settings.change(tx, wish, now) for scope in scopes for wish in _unsetting(tx, scope)]
    tx.run("channels.forget_cursor", platform=channel.platform, channel_id=channel.channel_id)
    return len(entries) + len(unset) + bindings.unbind(tx, channel)


def _unsetting(tx: Transaction, scope: str) -> list[settings.Wish]:
    named = tx.all(_Name, "channels.settings", scope=scope)
    return [settings.Wish(scope, row.name, None, BY, WHY) for row in named]
