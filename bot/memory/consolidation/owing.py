"""Owes the tidying of a scene: each night where something was learnt, and sooner where much was."""

from __future__ import annotations

import json
from collections.abc import Iterable

from storage import consolidations, work
from storage.consolidations import Due
from storage.engines.base import Transaction
from storage.ids import Ids

CONSOLIDATE = "consolidate"
MUCH = 200  # new memories of a scene after which it is not left for the night
_WEEK_MS = 7 * 86_400_000  # after which what nobody uses is looked at again, although nothing new came
_AGAIN_MS = 3_600_000  # after one that was given up
_MOST = 100  # scenes at a time, so that what waits stays short


def owe_tidying(tx: Transaction, conversation_id: str, ids: Ids, now: int, since: int | None = None) -> str:
    """Owe it for now, or join what waits already; returns the id of the work.

    What changed after ``since`` is put to a model where rules doubt; without it, what changed after the last pass.
    """
    new = work.NewWork(
        id=ids.new("wrk"),
        lane=f"{CONSOLIDATE}:{conversation_id}",
        capability=CONSOLIDATE,
        conversation_id=conversation_id,
        dedupe_key=f"{CONSOLIDATE}:{conversation_id}",
        payload="{}" if since is None else json.dumps({"since": since}),
        run_after=now,
    )
    return work.owe(tx, new, now)


def due_scenes(tx: Transaction, now: int, turn: int) -> list[str]:
    """Where it is time, at most so many scenes at once; ``turn`` is when the last night began."""
    return consolidations.due(tx, Due(MUCH, turn, now - _WEEK_MS, now - _AGAIN_MS), _MOST)


def owe_each(tx: Transaction, scenes: Iterable[str], ids: Ids, now: int) -> list[str]:
    """Owe it for each; returns the ids of the work."""
    return [owe_tidying(tx, conversation_id, ids, now) for conversation_id in scenes]
