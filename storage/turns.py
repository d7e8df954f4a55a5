"""How often personas of a channel have answered bots since a person spoke there."""

from __future__ import annotations

from storage.engines.base import Transaction


def taken(tx: Transaction, platform: str, channel_id: str) -> int:
    """How often."""
    return tx.number("turns.taken", platform=platform, channel_id=channel_id) or 0


def take(tx: Transaction, platform: str, channel_id: str, most: int) -> bool:
    """Whether it may be done once more, which is then counted."""
    return most > 0 and tx.run("turns.take", platform=platform, channel_id=channel_id, most=most) > 0


def begin_anew(tx: Transaction, platform: str, channel_id: str) -> bool:
    """A person spoke; False when nothing was counted."""
    return tx.run("turns.begin_anew", platform=platform, channel_id=channel_id) > 0
