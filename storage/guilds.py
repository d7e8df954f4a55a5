"""Erases a guild that we left: what was said, remembered, owed and set there, in bounded steps.

The rows that others refer to stay without words, as when a person is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage import spending, unlearning
from storage.engines.base import Transaction, Value
from storage.records import Sheet

NOBODY = "a persona that was erased"
_EMPTY = Sheet(NOBODY, "", "").dump()
MOST = 500  # rows of one transaction: others who write wait no longer than for these
_OF_GUILD = ("guilds.forget_bindings", "guilds.forget_choices", "guilds.forget_rules", "guilds.forget_keys")
_OF_PERSONAS = ("guilds.empty_prompts", "guilds.forget_names")


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was done; ``running`` is the work to be stopped, ``whole`` whether nothing is left to do."""

    rows: int = 0
    running: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    conversation_id: str
    id: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Scene:
    id: str
    channel_id: str


def erase(tx: Transaction, platform: str, guild_id: str, now: int, most: int = MOST) -> Erased:
    """Erase up to ``most`` of what is kept of it; to be called until it is whole."""
    where: dict[str, Value] = {"platform": platform, "guild_id": guild_id}
    said = tx.all(_Row, "guilds.messages", **where, most=most)
    for message in said:
        forget = unlearning.forget_message if message.kind == "person" else unlearning.empty_reply
        forget(tx, message.conversation_id, message.id, now)
    known = tx.all(_Row, "guilds.memories", **where, most=most - len(said))
    for memory in known:
        unlearning.forget_memory(tx, memory.conversation_id, memory.id, now)
    owed = tx.all(_Row, "guilds.work", **where, most=most - len(said) - len(known))
    for item in owed:
        tx.run("forgetting.empty_work", id=item.id, now=now)
        tx.run("forgetting.empty_deliveries", work_id=item.id, now=now)
        tx.run("guilds.drop_deliveries", work_id=item.id)
    rows = len(said) + len(known) + len(owed)
    if rows:
        return Erased(rows, tuple(item.id for item in owed if item.kind == "running"))
    _set_up(tx, platform, guild_id, now)
    return Erased(whole=True)


def _set_up(tx: Transaction, platform: str, guild_id: str, now: int) -> None:
    """Last of all what was set up there: settings, personas, lorebooks, rules, keys, figures."""
    scenes = tx.all(_Scene, "guilds.scenes", platform=platform, guild_id=guild_id)
    channels = {scene.channel_id for scene in scenes}
    scopes = [f"guild:{platform}:{guild_id}", *(f"channel:{platform}:{channel}" for channel in sorted(channels))]
    for scope in (*scopes, *(f"conversation:{platform}:{scene.id}" for scene in scenes)):
        tx.run("forgetting.forget_settings", scope=scope, until=now)
    for query in ("guilds.forget_lore", "guilds.forget_lore_changes"):
        tx.run(query, scope=f"channel:{platform}:{guild_id}:%", guild_id=guild_id)
    for query in _OF_GUILD:
        tx.run(query, platform=platform, guild_id=guild_id)
    for query in _OF_PERSONAS:
        tx.run(query, guild_id=guild_id)
    tx.run("guilds.empty_sheets", guild_id=guild_id, sheet=_EMPTY)
    tx.run("guilds.empty_personas", guild_id=guild_id, nobody=NOBODY)
    subject = spending.of_guild(platform, guild_id)
    tx.run("guilds.forget_spending", subject=subject)
    tx.run("guilds.forget_alerts", scope=f"{subject} %")
    for channel_id in channels:
        tx.run("guilds.forget_turns", platform=platform, channel_id=channel_id)
        tx.run("forgetting.forget_cursor", platform=platform, channel_id=channel_id)
