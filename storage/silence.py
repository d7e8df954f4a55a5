"""Whether words of somebody may be kept at all, asked by one query because it is asked of every message."""

from __future__ import annotations

from storage import tombstones
from storage.engines.base import Transaction


def covers(tx: Transaction, platform: str, platform_id: str, said_at: int, by: int) -> bool:
    """Whether what they said then, and was heard ``by`` that time, is not to be kept: they asked not to be heard, or to
    be forgotten since.
    """
    key = tombstones.key_hash(platform, platform_id)
    who = {"platform": platform, "platform_id": platform_id, "key_hash": key}
    return bool(tx.number("silence.covers", **who, said_at=said_at, by=by))
