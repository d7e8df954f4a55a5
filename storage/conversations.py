"""Scenes that a persona and its people share; one for each persona in each channel."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction
from storage.records import Conversation, Home


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a conversation happens and with whom."""

    platform: str
    channel_id: str
    guild_id: str
    parent_id: str
    kind: str
    persona_id: str


def open(tx: Transaction, new_id: str, scene: Scene, now: int) -> Conversation:
    """The conversation of this scene, begun when there was none."""
    conversation = tx.one(
        Conversation,
        "conversations.open",
        id=new_id,
        platform=scene.platform,
        channel_id=scene.channel_id,
        guild_id=scene.guild_id,
        parent_id=scene.parent_id,
        kind=scene.kind,
        persona_id=scene.persona_id,
        now=now,
    )
    assert conversation is not None  # an upsert with RETURNING always gives the row
    return conversation


def by_id(tx: Transaction, conversation_id: str) -> Conversation | None:
    """The conversation of that id."""
    return tx.one(Conversation, "conversations.by_id", id=conversation_id)


def of_channel(tx: Transaction, platform: str, channel_id: str, guild_id: str, most: int = 25) -> list[Conversation]:
    """A channel's conversations, newest first."""
    return tx.all(
        Conversation,
        "conversations.of_channel",
        platform=platform,
        channel_id=channel_id,
        guild_id=guild_id,
        most=most,
    )


def under(tx: Transaction, platform: str, guild_id: str, channel_id: str) -> list[Conversation]:
    """All of a guild's channel and of its threads; of a direct channel none."""
    return tx.all(Conversation, "conversations.under", platform=platform, guild_id=guild_id, channel_id=channel_id)


def guilds(tx: Transaction, platform: str) -> dict[str, str]:
    """The guild of each channel of a platform where we ever had a conversation, without direct channels."""
    return {home.channel_id: home.guild_id for home in tx.all(Home, "conversations.guilds", platform=platform)}


def of_scene(tx: Transaction, platform: str, channel_id: str, guild_id: str, persona_id: str) -> Conversation | None:
    """A persona's conversation in a channel, if it has begun."""
    return tx.one(
        Conversation,
        "conversations.of_scene",
        platform=platform,
        channel_id=channel_id,
        guild_id=guild_id,
        persona_id=persona_id,
    )


def hold(tx: Transaction, conversation_id: str) -> None:
    """Let nobody else number or remember anything of it until this transaction ends."""
    tx.run("conversations.hold", id=conversation_id)


def next_seq(tx: Transaction, conversation_id: str) -> int:
    """The next number of this conversation, never given twice."""
    number = tx.number("conversations.next_seq", id=conversation_id)
    if number is None:
        raise LookupError(f"there is no conversation {conversation_id}")
    return number


def begin_anew(tx: Transaction, platform: str, channel_id: str, guild_id: str, persona_id: str) -> bool:
    """Let history begin after the newest message; what was said stays kept."""
    changed = tx.run(
        "conversations.begin_anew",
        platform=platform,
        channel_id=channel_id,
        guild_id=guild_id,
        persona_id=persona_id,
    )
    return changed > 0


def move(tx: Transaction, guild_id: str, from_id: str, to_id: str) -> int:
    """Hand a guild's conversations with one persona to another; returns how many."""
    return tx.run("conversations.move", guild_id=guild_id, from_id=from_id, to_id=to_id)
