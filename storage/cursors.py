"""How far each channel was heard; they move in the transaction that keeps what they count."""

from __future__ import annotations

from storage.engines.base import Transaction
from storage.records import Cursor

EVERYWHERE = ""  # the cursor of the whole platform, for channels that have none of their own; shards have theirs


def move(tx: Transaction, platform: str, channel_id: str, position: int, now: int) -> None:
    """Move it forward, never back."""
    tx.run("cursors.move", platform=platform, channel_id=channel_id, position=position, now=now)


def of_platform(tx: Transaction, platform: str) -> dict[str, int]:
    """Every cursor of a platform by channel id."""
    found = tx.all(Cursor, "cursors.of_platform", platform=platform)
    return {cursor.channel_id: cursor.position for cursor in found}
