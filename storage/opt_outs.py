"""Who asked not to be heard: their words are neither kept nor read by anybody."""

from __future__ import annotations

from storage.engines.base import Transaction


def begin(tx: Transaction, platform: str, platform_id: str, now: int) -> bool:
    """Hear them no more; False when it is so already."""
    return tx.run("opt_outs.begin", platform=platform, platform_id=platform_id, now=now) > 0


def end(tx: Transaction, platform: str, platform_id: str, now: int) -> bool:
    """Hear them again; False when it is so already. What they said meanwhile is still not to be kept."""
    return tx.run("opt_outs.end", platform=platform, platform_id=platform_id, now=now) > 0


def since(tx: Transaction, platform: str, platform_id: str) -> int | None:
    """Since when they are not heard, None where they are."""
    return tx.number("opt_outs.since", platform=platform, platform_id=platform_id)


def untold(tx: Transaction, platform: str, platform_id: str) -> bool:
    """Whether nobody told them yet how to be heard again."""
    return bool(tx.number("opt_outs.untold", platform=platform, platform_id=platform_id))


def tell(tx: Transaction, platform: str, platform_id: str, now: int) -> bool:
    """Whether it is ours to tell them how to be heard again, which is done once."""
    return tx.run("opt_outs.tell", platform=platform, platform_id=platform_id, now=now) > 0
