"""Owes the reading of a conversation for memories: when it pauses, and at the latest every so many turns."""

from __future__ import annotations

import json
from dataclasses import dataclass

from storage import work
from storage.engines.base import Transaction
from storage.ids import Ids

EXTRACT = "extract"
REMEMBER = "remember"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long (milliseconds) a conversation must pause, and after how many turns it is read all the same."""

    pause_ms: int
    turns: int


def owe_reading(tx: Transaction, conversation_id: str, ids: Ids, now: int, run_after: int) -> str:
    """Owe it for then; one that waits already is moved there, unless it is due."""
    new = work.NewWork(
        id=ids.new("wrk"),
        lane=f"{EXTRACT}:{conversation_id}",
        capability=EXTRACT,
        conversation_id=conversation_id,
        dedupe_key=f"{EXTRACT}:{conversation_id}",
        run_after=run_after,
    )
    return work.owe_then(tx, new, now)


def owe_wording(tx: Transaction, conversation_id: str, memory_id: str, ids: Ids, now: int, run_after: int) -> str:
    """Owe that a wish kept in somebody's words is put into better ones, before what was said beside it is read."""
    new = work.NewWork(
        id=ids.new("wrk"),
        lane=f"{REMEMBER}:{conversation_id}",
        capability=REMEMBER,
        conversation_id=conversation_id,
        payload=json.dumps({"memory": memory_id}),
        run_after=run_after,
    )
    return work.owe(tx, new, now)


def owe_after(tx: Transaction, conversation_id: str, seq: int, patience: Patience, ids: Ids, now: int) -> str:
    """Somebody said something, as entry number ``seq``: wait for a pause, or for nothing at every so manieth."""
    wait = 0 if seq % patience.turns == 0 else patience.pause_ms
    return owe_reading(tx, conversation_id, ids, now, now + wait)
