"""Small facts about the outside that save work."""

from __future__ import annotations

from storage.engines.base import Transaction


def put(tx: Transaction, name: str, value: str, now: int) -> None:
    """Remember it under that name."""
    tx.run("markers.put", name=name, value=value, now=now)


def remove(tx: Transaction, name: str) -> None:
    """Forget it."""
    tx.run("markers.remove", name=name)


def read(tx: Transaction, name: str) -> str | None:
    """What was remembered."""
    return tx.text("markers.read", name=name)


def take_turn(tx: Transaction, name: str, since: int, now: int) -> bool:
    """Whether nobody has done it since then, so that it is ours to do."""
    return tx.text("markers.take_turn", name=name, since=since, now=now) is not None
