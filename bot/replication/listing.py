"""What the replica's server says it holds, and whether another Litestream wrote some of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.replication import binary
from bot.replication.lag import statuses
from bot.replication.target import ReplicaTrouble, Target

SNAPSHOTS = 9  # the level of whole copies; single batches are of level 0, joined ones between


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes numbered ``first`` to ``last`` as they lie on the server: bytes, and when they were made."""

    level: int
    first: int
    last: int
    size: int
    at: datetime


async def listing(target: Target, level: str = "all") -> list[Batch]:
    """Ask the server, oldest first within each level; raises ReplicaTrouble when it does not answer."""
    asked = await binary.call(target, "ltx", "-json", "-level", level, str(target.database), within_s=target.reach_s)
    if asked.code != 0:
        raise ReplicaTrouble(
            f"{target.shown} can't be asked what it holds{asked.because}; check REPLICA_URL and its keys."
        )
    return [_batch(entry) for entry in json.loads(asked.printed or "null") or []]


def _batch(entry: Mapping[str, str]) -> Batch:
    return Batch(
        int(entry.get("level", 0)),
        int(entry["min_txid"], 16),
        int(entry["max_txid"], 16),
        int(entry["size"]),
        datetime.fromisoformat(entry["timestamp"]),
    )


def sizes(folder: Path) -> dict[int, int]:
    """The bytes of each batch that lies here, by its number."""
    return {number: status.st_size for number, status in statuses(folder).items()}


def rival(held: Sequence[Batch], ours: Mapping[int, int]) -> int | None:
    """The first single batch on the server that another wrote: of another size than ours, or later than our last.

    ``held`` must be older than ``ours``, or what was copied in between looks like another's.
    """
    singles = [batch for batch in held if batch.level == 0]
    newest = max(ours, default=0)
    others = (batch.last for batch in singles if ours.get(batch.last, batch.size) != batch.size or batch.last > newest)
    return min(others, default=None) if ours else None
