"""How far the copy is behind, measured: the age of the oldest commit that the replica has not acknowledged."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.replication.control import Position


@dataclass(frozen=True, slots=True)
class Lag:
    """``seconds`` is 0 when the replica has every commit, and None when nobody can say, with the reason in ``why``.

    A batch holds what was committed within a quarter of a second; a commit may be older than ``seconds`` by that.
    ``ours`` and ``held`` count the batches there are and those the replica has.
    """

    seconds: float | None
    ours: int = 0
    held: int = 0
    why: str = ""

    def sentence(self) -> str:
        """How far behind, for people."""
        if self.seconds is None:
            return f"how far behind can't be said: {self.why}"
        return f"{self.seconds:.1f} s behind" if self.seconds else "with every change"


def batches(database: Path) -> Path:
    """Where Litestream keeps the batches of this file that it made and not yet threw away."""
    return database.with_name(f".{database.name}-litestream") / "ltx" / "0"


def lag(found: Position, folder: Path, now_s: float) -> Lag:
    """What the positions mean at that time of the wall clock; ``folder`` holds the batches, each as old as its file."""
    if found.held >= found.ours:
        return Lag(0.0, found.ours, found.held)
    if not found.held:
        return Lag(None, found.ours, 0, "the replica was not reached since Litestream started")
    made = _made(folder, found.held)
    if made is None:
        return Lag(None, found.ours, found.held, "the batches that wait are not where Litestream keeps them")
    return Lag(max(0.0, now_s - made), found.ours, found.held)


def _made(folder: Path, held: int) -> float | None:
    """When the oldest batch after those held was made."""
    waiting = [file for file in folder.glob("*.ltx") if int(file.name.partition("-")[0], 16) > held]
    try:
        return min((file.stat().st_mtime for file in waiting), default=None)
    except FileNotFoundError:  # thrown away while we looked: it has arrived, and the next look will say so
        return None
