"""How healthy what is remembered is: what has lost its sources, and figures of all of it."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction


@dataclass(frozen=True, slots=True)
class Share:
    """How many memories of one kind there are in places of one kind, and of how many no reply ever made use."""

    place: str
    kind: str
    count: int
    unused: int


@dataclass(frozen=True, slots=True)
class Health:
    """Counts of all memories: ``contradictions`` are pairs that deny each other and both still hold.

    ``oldest_new`` is since when (milliseconds) something waits to be tidied, None where nothing does.
    """

    archived: int
    doubted: int
    called_wrong: int
    duplicates: int
    contradictions: int
    unembedded: int
    oldest_new: int | None


@dataclass(frozen=True, slots=True)
class _Id:
    id: str


def orphans(tx: Transaction, conversation_id: str, after_seq: int, through_seq: int) -> frozenset[str]:
    """The ids of those in this part of a scene of whose messages none is there any more."""
    found = tx.all(
        _Id, "memory_health.orphans", conversation_id=conversation_id, after_seq=after_seq, through_seq=through_seq
    )
    return frozenset(row.id for row in found)


def shares(tx: Transaction) -> list[Share]:
    """Everything that may be recalled, by place and kind."""
    return tx.all(Share, "memory_health.shares")


def health(tx: Transaction) -> Health:
    """All other figures."""
    found = tx.one(Health, "memory_health.health")
    assert found is not None  # aggregates always give a row
    return found
