"""How far the copy is behind, measured: the age of the oldest commit that the replica has not acknowledged."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.replication import notes
from bot.replication.control import Position

_COARSE_S = 0.005  # two files written one after the other may seem written the other way round by so much


@dataclass(frozen=True, slots=True)
class Lag:
    """``seconds`` is 0 when the replica has every commit, and None when nobody can say, with the reason in ``why``.

    Where there are both, Litestream could not be asked, and ``seconds`` is the most it can be. A batch holds what was
    committed within a quarter of a second; a commit may be older than ``seconds`` by that.
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
        if not self.seconds:
            return "with every change"
        return f"{self.seconds:.1f} s behind" if not self.why else f"at most {self.seconds:.1f} s behind: {self.why}"


@dataclass(frozen=True, slots=True)
class Lies:
    """What lies here: when the log was last written to, and when each batch was made, by its number."""

    written_at: float
    made_at: Mapping[int, float]


def batches(database: Path) -> Path:
    """Where Litestream keeps the batches of this file that it made and not yet threw away."""
    return notes.folder(database) / "ltx" / "0"


def written_at(database: Path) -> float:
    """When something was last committed, or 0 where there is no log."""
    try:
        return database.with_name(database.name + "-wal").stat().st_mtime
    except FileNotFoundError:
        return 0.0


def made_at(folder: Path) -> dict[int, float]:
    """When each batch that lies here was made, by its number."""
    return {number: status.st_mtime for number, status in statuses(folder).items()}


def statuses(folder: Path) -> dict[int, os.stat_result]:
    """What the system knows of each batch that lies here, by its number."""
    found = {}
    for file in folder.glob("*.ltx"):
        with suppress(FileNotFoundError):  # Litestream throws them away at any time
            found[int(file.name.partition("-")[0], 16)] = file.stat()
    return found


def lag(found: Position | None, lies: Lies, level_at: float | None, now_s: float, why: str = "") -> Lag:
    """What an answer, or with ``why`` the lack of one, means at that time of the wall clock.

    ``lies.written_at`` must be older than the answer and ``lies.made_at`` newer; ``level_at`` is when the replica was
    last known to have everything.
    """
    if found is not None:
        waiting = [at for number, at in lies.made_at.items() if number > found.held]
        if found.held and waiting:
            return Lag(max(0.0, now_s - min(waiting)), found.ours, found.held)
        read = lies.written_at <= max(lies.made_at.values(), default=0.0) + _COARSE_S
        if found.held >= found.ours and read:
            return Lag(0.0, found.ours, found.held)
        why = "Litestream has not reached the replica since it started"
    ours, held = (found.ours, found.held) if found else (0, 0)
    if level_at is not None and lies.written_at <= level_at:
        return Lag(0.0, ours, held)
    return Lag(None if level_at is None else max(0.0, now_s - level_at), ours, held, why)
