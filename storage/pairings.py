"""Who may talk in direct messages where that needs the operator's word."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction

HOLDS_MS = 24 * 3_600_000  # how long a code is good for


@dataclass(frozen=True, slots=True)
class Pairing:
    """Somebody who asked with a code; ``approved_at`` is None until they may talk."""

    platform: str
    platform_id: str
    code: str
    asked_at: int
    approved_by: str
    approved_at: int | None


def approved(tx: Transaction, platform: str, platform_id: str) -> bool:
    """Whether they may talk."""
    found = tx.one(Pairing, "pairings.find", platform=platform, platform_id=platform_id)
    return found is not None and found.approved_at is not None


def ask(tx: Transaction, platform: str, platform_id: str, code: str, now: int) -> bool:
    """Give them that code; False when they have one that is good, or need none."""
    who = {"platform": platform, "platform_id": platform_id}
    return tx.run("pairings.ask", **who, code=code, now=now, old=now - HOLDS_MS) > 0


def approve(tx: Transaction, platform: str, code: str, by: str, now: int) -> Pairing | None:
    """Let whoever has that code talk; None when the code is unknown, old or used."""
    if not tx.run("pairings.approve", platform=platform, code=code, by=by, now=now, old=now - HOLDS_MS):
        return None
    return tx.one(Pairing, "pairings.by_code", platform=platform, code=code)


def revoke(tx: Transaction, platform: str, platform_id: str) -> bool:
    """Take that back; False when there is nothing to take."""
    return tx.run("pairings.revoke", platform=platform, platform_id=platform_id) > 0


def listed(tx: Transaction, now: int, most: int = 50) -> list[Pairing]:
    """Who may talk, and who asks, newest first."""
    return tx.all(Pairing, "pairings.listed", old=now - HOLDS_MS, most=most)
