"""Who has their memory paused: what they say meanwhile is answered and not remembered."""

from __future__ import annotations

from storage.engines.base import Transaction


def begin(tx: Transaction, platform: str, platform_id: str, now: int) -> bool:
    """Remember nothing more of what they say; False when it is so already."""
    return tx.run("pauses.begin", platform=platform, platform_id=platform_id, now=now) > 0


def end(tx: Transaction, platform: str, platform_id: str) -> bool:
    """Remember again what they say from now on; False when it is so already."""
    return tx.run("pauses.end", platform=platform, platform_id=platform_id) > 0


def since(tx: Transaction, platform: str, platform_id: str) -> int | None:
    """Since when nothing is remembered of what they say, None where it is."""
    return tx.number("pauses.since", platform=platform, platform_id=platform_id)


def holds(tx: Transaction, person_id: str) -> bool:
    """Whether nothing is remembered of what this person says."""
    return bool(tx.number("pauses.holds", person_id=person_id))
