"""Who was forgotten, up to when: kept as hashes, so that whoever comes back from an older copy is forgotten again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from storage.engines.base import Transaction


@dataclass(frozen=True, slots=True)
class Tombstone:
    """Words of that somebody up to ``forgotten_at`` (milliseconds) are gone and stay gone."""

    key_hash: str
    forgotten_at: int


def key_hash(platform: str, platform_id: str) -> str:
    """What a tombstone knows of somebody."""
    return hashlib.sha256(f"{platform}:{platform_id}".encode()).hexdigest()


def put(tx: Transaction, stone: Tombstone) -> None:
    """Keep it, unless a later one of the same person is kept."""
    tx.run("tombstones.put", key_hash=stone.key_hash, forgotten_at=stone.forgotten_at)


def at(tx: Transaction, platform: str, platform_id: str) -> int | None:
    """Up to when somebody was forgotten, None for never."""
    return tx.number("tombstones.at", key_hash=key_hash(platform, platform_id))


def every(tx: Transaction) -> list[Tombstone]:
    """All of them."""
    return tx.all(Tombstone, "tombstones.all")


def newest(stones: Iterable[Tombstone]) -> list[Tombstone]:
    """The latest of each person, in the order of their hashes."""
    latest: dict[str, int] = {}
    for stone in stones:
        latest[stone.key_hash] = max(stone.forgotten_at, latest.get(stone.key_hash, 0))
    return [Tombstone(key, latest[key]) for key in sorted(latest)]
