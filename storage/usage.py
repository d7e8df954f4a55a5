"""What each call of a model cost and how it ended."""

from __future__ import annotations

from collections.abc import Iterable

from storage.engines.base import Transaction
from storage.records import ModelCall, Tally, columns


def add(tx: Transaction, call: ModelCall) -> None:
    """Keep one call."""
    tx.run("usage.add", **columns(call))


def add_all(tx: Transaction, calls: Iterable[ModelCall]) -> None:
    """Keep several calls together."""
    for call in calls:
        add(tx, call)


def outcomes_since(tx: Transaction, since: int) -> list[Tally]:
    """How calls ended since then."""
    return tx.all(Tally, "usage.outcomes_since", since=since)


def tokens_since(tx: Transaction, since: int) -> int:
    """Tokens in and out since then."""
    return tx.number("usage.tokens_since", since=since) or 0


def of_work(tx: Transaction, work_id: str) -> list[ModelCall]:
    """The calls one work item made, in order."""
    return tx.all(ModelCall, "usage.of_work", work_id=work_id)
