"""Who has their memory paused: what they say meanwhile is answered and not remembered."""

from __future__ import annotations

from storage.engines.base import Transaction


def begin(tx: Transaction, platform: str, platform_id: str, now: int) -> bool:
    """Remember nothing more of what they say; False when it is so already."""
    return tx.run("pauses.begin", platform=platform, platform_id=platform_id, now=now) > 0


def end(tx: Transaction, platform: str, platform_id: str, now: int) -> bool:
    """Remember again what they say from now on; False when it is so already."""
    return tx.run("pauses.end", platform=platform, platform_id=platform_id, now=now) > 0


def since(tx: Transaction, platform: str, platform_id: str) -> int | None:
    """Since when nothing is remembered of what they say, None where it is."""
    return tx.number("pauses.since", platform=platform, platform_id=platform_id)


def covers(tx: Transaction, person_id: str, said_at: int) -> bool:
    """Whether nothing is remembered of what this person said then, however late it is heard or answered."""
    return bool(tx.number("pauses.covers", person_id=person_id, said_at=said_at))
