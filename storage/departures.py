"""Which guilds we left and when, and which of them are erased by now."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction


@dataclass(frozen=True, slots=True)
class Departure:
    """A guild that we are no part of any more, since then (milliseconds)."""

    platform: str
    guild_id: str
    left_at: int


@dataclass(frozen=True, slots=True)
class _Id:
    id: str


def leave(tx: Transaction, platform: str, guild_id: str, now: int) -> bool:
    """Note that we are gone; False where that was noted already."""
    return tx.run("departures.leave", platform=platform, guild_id=guild_id, now=now) > 0


def back(tx: Transaction, platform: str, guild_id: str) -> bool:
    """We are there again: what is kept stays. False where we never left."""
    return tx.run("departures.back", platform=platform, guild_id=guild_id) > 0


def due(tx: Transaction, before: int) -> list[Departure]:
    """Those we left by then and that are not erased yet."""
    return tx.all(Departure, "departures.due", before=before)


def still(tx: Transaction, gone: Departure) -> bool:
    """Whether we are away still, since then, and it is not erased; nobody comes back until this transaction ends."""
    return tx.run("departures.still", platform=gone.platform, guild_id=gone.guild_id, left_at=gone.left_at) > 0


def erased(tx: Transaction, gone: Departure, now: int) -> None:
    """Nothing is kept of it any more."""
    tx.run("departures.erased", platform=gone.platform, guild_id=gone.guild_id, now=now)


def left(tx: Transaction, platform: str) -> list[str]:
    """The ids of all that we left."""
    return [one.id for one in tx.all(_Id, "departures.left", platform=platform)]


def stayed(tx: Transaction, platform: str) -> list[str]:
    """The ids of those of which something is kept and that we did not leave."""
    return [one.id for one in tx.all(_Id, "departures.stayed", platform=platform)]
