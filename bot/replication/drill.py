"""Proves that the copy can be restored, by doing it into a file that is thrown away."""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bot.replication.restore import fetch
from bot.replication.target import ReplicaTrouble, Target
from storage.engines.examine import Contents, contents


@dataclass(frozen=True, slots=True)
class Drilled:
    """What came back, beside what the database holds now; ``seconds`` is how long restoring and examining took."""

    seconds: float
    restored: Contents
    ours: Contents | None

    @property
    def missing(self) -> dict[str, int]:
        """Tables of which the copy holds fewer rows, with how many fewer."""
        if self.ours is None:
            return {}
        fewer = {name: count - self.restored.rows.get(name, 0) for name, count in self.ours.rows.items()}
        return {name: count for name, count in fewer.items() if count > 0}

    @property
    def behind_s(self) -> float:
        """Seconds between our newest message and the copy's."""
        return max(0, self.ours.newest_at - self.restored.newest_at) / 1000 if self.ours else 0.0


async def drill(target: Target) -> Drilled:
    """Restore, examine and compare; raises ReplicaTrouble when there is no copy or it is damaged."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="troupe-drill-") as folder:
        restored = Path(folder) / "restored.db"
        ours = await asyncio.to_thread(_ours, target.database)  # first, so that the copy has had time to follow
        if not await fetch(target, restored):
            raise ReplicaTrouble(f"{target.shown} holds no copy yet; start the bot with it once.")
        seconds = time.monotonic() - began
        return Drilled(seconds, await asyncio.to_thread(contents, restored), ours)


def _ours(path: Path) -> Contents | None:
    return contents(path) if path.exists() else None
