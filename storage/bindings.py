"""Who answers where nobody was named: a channel's bound persona, and a person's own choice."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction
from storage.records import Binding


@dataclass(frozen=True, slots=True)
class ChannelKey:
    """A channel as the platform names it, with its guild so that no guild reaches another's."""

    platform: str
    channel_id: str
    guild_id: str


def of_channel(tx: Transaction, channel: ChannelKey) -> Binding | None:
    """The channel's bound persona."""
    return tx.one(
        Binding,
        "bindings.of_channel",
        platform=channel.platform,
        channel_id=channel.channel_id,
        guild_id=channel.guild_id,
    )


def bind(tx: Transaction, channel: ChannelKey, binding: Binding, by: str, now: int) -> None:
    """Give the channel to a persona, in place of any other."""
    tx.run(
        "bindings.bind",
        platform=channel.platform,
        channel_id=channel.channel_id,
        guild_id=channel.guild_id,
        persona_id=binding.persona_id,
        mode=binding.mode,
        bound_by=by,
        now=now,
    )


def unbind(tx: Transaction, channel: ChannelKey) -> bool:
    """Take the channel back; False when it was free."""
    changed = tx.run(
        "bindings.unbind", platform=channel.platform, channel_id=channel.channel_id, guild_id=channel.guild_id
    )
    return changed > 0


def chosen(tx: Transaction, platform: str, platform_id: str, guild_id: str) -> str | None:
    """The persona a person chose in this guild, '' for direct messages."""
    return tx.text("bindings.chosen", platform=platform, platform_id=platform_id, guild_id=guild_id)


def choose(tx: Transaction, platform: str, platform_id: str, guild_id: str, persona_id: str, now: int) -> None:
    """Remember whom a person wants to talk with here."""
    tx.run(
        "bindings.choose",
        platform=platform,
        platform_id=platform_id,
        guild_id=guild_id,
        persona_id=persona_id,
        now=now,
    )


def move(tx: Transaction, guild_id: str, from_id: str, to_id: str) -> None:
    """Let a guild's bindings and choices of one persona mean another."""
    tx.run("bindings.move", guild_id=guild_id, from_id=from_id, to_id=to_id)
    tx.run("bindings.move_choices", guild_id=guild_id, from_id=from_id, to_id=to_id)
