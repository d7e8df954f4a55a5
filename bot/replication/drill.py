"""Proves that the copy can be restored, by doing it into a file that is thrown away.

Run as a program it does so at a low priority and prints the proof, so that a running bot is not disturbed by it.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.replication.binary import kill
from bot.replication.restore import fetch
from bot.replication.target import ReplicaTrouble, Target
from storage.engines.examine import Contents, astray, contents
from storage.errors import DatabaseCorrupt, StorageError
from storage.records import Proof

_ROOT = Path(__file__).parent.parent.parent
_LONGEST_S = 7200.0
_GRACE_S = 10.0
_NICE = 10
_MOST_BEHIND_S = 60.0  # a copy that lacks more than this is no proof of anything
_ROOM = 1.25  # of the database's size, for the restored file and what is written beside it


@dataclass(frozen=True, slots=True)
class Drilled:
    """What came back, beside what the database held before; ``seconds`` is how long restoring and examining took."""

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

    @property
    def row_count(self) -> int:
        """Rows in the restored file."""
        return sum(self.restored.rows.values())

    def proof(self) -> Proof:
        """What is kept of it."""
        passed = self.behind_s <= _MOST_BEHIND_S
        told = f"restored {self.row_count:,} rows in {self.seconds:.1f} s, pages, foreign keys and words sound"
        told += f", {self.behind_s:.1f} s behind" if passed else f", but {self.behind_s:.0f} s behind; see the log"
        return Proof(passed, told, int(self.behind_s * 1000), int(self.seconds * 1000), self.row_count)


async def drill(target: Target, *, ours_may_be_ruined: bool = False) -> Drilled:
    """Restore, examine and compare; raises ReplicaTrouble when there is no copy or it is damaged.

    A ruined file of ours is an error too, unless it may be so: then what the copy is worth is asked all the more.
    """
    began = time.monotonic()
    # Beside the database and not among temporary files, which some machines keep in memory.
    beside = target.database.parent
    _look_for_room(target.database, beside)
    with tempfile.TemporaryDirectory(prefix=".drill-", dir=beside if beside.exists() else None) as folder:
        restored = Path(folder) / "restored.db"
        look = _ours_if_sound if ours_may_be_ruined else _ours
        ours = await asyncio.to_thread(look, target.database)  # first, so that the copy has had time to follow
        if not await fetch(target, restored):
            raise ReplicaTrouble(f"{target.shown} holds no copy yet; start the bot with it once.")
        if found := await asyncio.to_thread(astray, restored):
            raise ReplicaTrouble(f"The copy in {target.shown} would not be found again by its words ({found[0]}).")
        seconds = time.monotonic() - began
        return Drilled(seconds, await asyncio.to_thread(contents, restored), ours)


def _ours(path: Path) -> Contents | None:
    return contents(path) if path.exists() else None


def _ours_if_sound(path: Path) -> Contents | None:
    with suppress(DatabaseCorrupt):
        return _ours(path)
    return None


def _look_for_room(database: Path, folder: Path) -> None:
    needed = int(database.stat().st_size * _ROOM) if database.exists() else 0
    if needed and shutil.disk_usage(folder).free < needed:
        raise ReplicaTrouble(f"A drill needs {needed / 1e6:,.0f} MB free in {folder}; make room and drill again.")


# ── beside a running bot ──


async def prove(target: Target) -> Proof:
    """Drill in a program of its own; how it failed is part of the proof."""
    _clear_left(target.database)
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.replication.drill",
        cwd=_ROOT,
        env=dict(target.environment),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=DEVNULL,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(_LONGEST_S):
            printed, _ = await child.communicate()
        return Proof(**json.loads(printed))
    except TimeoutError:
        return Proof(False, f"the drill took longer than {_LONGEST_S / 3600:.0f} h and was ended")
    except (ValueError, TypeError):
        return Proof(False, f"the drill ended with code {child.returncode} and told nothing; run: backup drill")
    finally:
        await _end(child)


async def _end(child: Process) -> None:
    """By a signal it can tidy up after, then by force."""
    if child.returncode is None:
        with suppress(ProcessLookupError, TimeoutError):
            child.send_signal(signal.SIGINT)
            async with asyncio.timeout(_GRACE_S):
                await child.wait()
    await kill(child)


def _clear_left(database: Path) -> None:
    """What a drill that was killed left behind; no other runs, for there is one bot to a database."""
    for left in database.parent.glob(".drill-*"):
        shutil.rmtree(left, ignore_errors=True)


def main() -> None:
    """The program: environment in, proof out."""
    os.nice(_NICE)
    environ = os.environ
    target = Target(Path(environ["DATABASE_PATH"]), environ["REPLICA_URL"], dict(environ))
    try:
        proof = asyncio.run(drill(target)).proof()
    except StorageError as error:
        proof = Proof(False, str(error))
    print(json.dumps(asdict(proof)))


if __name__ == "__main__":
    main()
