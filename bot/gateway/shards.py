"""Shards: which part of Discord one connection hears."""

from __future__ import annotations

from dataclasses import dataclass

from storage import cursors


@dataclass(frozen=True, slots=True)
class Shard:
    """One of ``count`` parts; direct messages belong to the first."""

    number: int = 0
    count: int = 1

    def holds(self, guild_id: int | str | None) -> bool:
        """Whether a guild's events come on this shard, or for none those of direct messages."""
        return (int(guild_id or 0) >> 22) % self.count == self.number

    @property
    def cursor(self) -> str:
        """Under what the store keeps how far all of it was heard."""
        return cursors.EVERYWHERE if self.count == 1 else f"shard {self.number}/{self.count}"


def heard_of(known: dict[str, int], shard: Shard) -> int | None:
    """How far all of a shard was heard, by the cursors of every channel; None when nothing ever was.

    What was divided otherwise before counts as heard as far as the part that was heard least.
    """
    if shard.cursor in known:
        return known[shard.cursor]
    return min((position for channel, position in known.items() if not channel.isdigit()), default=None)
