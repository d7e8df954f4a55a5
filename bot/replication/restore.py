"""Brings the database back from its replica: into a file beside it, examined, then put in its place."""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import structlog

from bot.privacy.replay import apply_to_file
from bot.replication import notes
from bot.replication.binary import Ended, call, refusal
from bot.replication.lag import batches, made_at
from bot.replication.target import ReplicaTrouble, Target
from storage import sidecar, tombstones
from storage.engines.examine import contents, faults, read
from storage.errors import DatabaseCorrupt
from storage.tombstones import Tombstone

_RESTORE_S = 3600.0
_SAME_S = 1.0  # a batch is made within a quarter of a second of the commit
_SIDES = ("-wal", "-shm")
_UNKNOWN = "An earlier state is restored only with the newest one at hand, which says who asked to be forgotten since."


async def make_ready(target: Target) -> None:
    """Before the database opens: restore what is missing or damaged; raises a StorageError, nothing changed.

    Only the answer that no replica exists lets a missing file start fresh; a damaged one never does.
    """
    damage = await asyncio.to_thread(_damage, target.database)
    if damage is None:
        if await asyncio.to_thread(lost_log, target.database):
            # Going on would copy an older state over the newer one that the replica has.
            structlog.get_logger().warning("log_lost", database=target.database.name)
            await replace(target)
        return
    if not await replace(target) and damage:
        raise DatabaseCorrupt(
            f"{target.database} is damaged and {target.shown} holds no copy; move it aside to start a new one."
        )


def see_to_soundness(path: Path) -> None:
    """Of a file that is copied nowhere, after a crash: who stops in order leaves no log; raises DatabaseCorrupt."""
    if _log(path).exists() and _log(path).stat().st_size and _damage(path):
        raise DatabaseCorrupt(f"{path} is damaged; move it aside and restore a backup, or start a new one.")


async def replace(target: Target, at: str = "") -> bool:
    """Put the replica's state in the database's place, what was there kept aside; False when no replica exists."""
    target.database.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=target.database.parent) as folder:
        restored = Path(folder) / "restored.db"
        if not await bring(target, restored, at):
            return False
        kept = _set_aside(target.database)
        restored.replace(target.database)
    structlog.get_logger().warning("database_restored", replica=target.shown, kept_aside=kept)
    return True


async def bring(target: Target, to: Path, at: str = "") -> bool:
    """Restore into a new file, in which whoever was forgotten since then is forgotten too; else as ``fetch``.

    Raises a StorageError, and then there is no file.
    """
    if not at:
        return await fetch(target, to)
    with tempfile.TemporaryDirectory(prefix=".earlier-", dir=to.parent) as folder:
        earlier = Path(folder) / "earlier.db"
        if not await fetch(target, earlier, at):
            return False
        stones = await _forgotten_since(target, Path(folder) / "newest.db")
        await apply_to_file(earlier, stones, lambda: int(time.time() * 1000))
        earlier.replace(to)
    return True


async def _forgotten_since(target: Target, newest: Path) -> list[Tombstone]:
    """Every tombstone of the replica's newest state, and those beside the database here."""
    try:
        found = await fetch(target, newest)
    except ReplicaTrouble as trouble:
        raise ReplicaTrouble(f"{_UNKNOWN} {trouble}") from trouble
    held = await asyncio.to_thread(_tombstones, newest) if found else []
    return tombstones.newest([*held, *await asyncio.to_thread(sidecar.read, target.database)])


def _tombstones(file: Path) -> list[Tombstone]:
    """An older schema has none."""
    return read(file, tombstones.every) if "forgotten" in contents(file).rows else []


async def fetch(target: Target, to: Path, at: str = "") -> bool:
    """Restore into a new file and examine it; False when no replica exists; raises ReplicaTrouble."""
    when = ("-timestamp", at) if at else ()
    where = ("-o", str(to), str(target.database))
    looked = await call(target, "restore", "-dry-run", *when, *where, within_s=target.reach_s)
    if looked.code is None:
        raise ReplicaTrouble(f"{target.shown} can't be reached; nothing was changed. Check REPLICA_URL and try again.")
    within_s = _RESTORE_S if looked.code == 0 else target.reach_s
    ended = await call(target, "restore", "-if-replica-exists", *when, *where, within_s=within_s)
    if ended.code != 0:
        raise ReplicaTrouble(_refused(target, ended))
    wrong = await asyncio.to_thread(_examined, to)
    if wrong is None:
        return False
    if wrong:
        raise ReplicaTrouble(f"The copy in {target.shown} is damaged ({wrong[0]}); nothing was changed.")
    return True


def _examined(restored: Path) -> list[str] | None:
    """None where nothing was restored, else what is wrong with it; looking leaves an empty log, which goes again."""
    if not restored.exists():
        return None
    found = faults(restored, thorough=True)
    for side in _SIDES:
        restored.with_name(restored.name + side).unlink(missing_ok=True)
    return found


def _refused(target: Target, ended: Ended) -> str:
    last = ended.said.splitlines()[-1].removeprefix("Error: ") if ended.said else "it took too long"
    why = (refusal(last) or last)[:300].rstrip(".")
    return f"Restoring from {target.shown} failed: {why}. Nothing was changed; check REPLICA_URL and its keys."


def _damage(path: Path) -> list[str] | None:
    """None for a file to go on with, nothing named for a missing or empty one, else what is wrong."""
    if not path.exists() or path.stat().st_size == 0:
        return []
    return faults(path) or None


def lost_log(path: Path) -> bool:
    """Whether a sound file stands there without the log in which its last commits were.

    Litestream leaves the log where it is; who takes it away in order has written it into the file, which is then as
    new as the last batch.
    """
    if _log(path).exists() and _log(path).stat().st_size:
        return False
    newest = max(made_at(batches(path)).values(), default=0.0)
    return newest > path.stat().st_mtime + _SAME_S


def _log(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _set_aside(database: Path) -> str:
    """Move the file and all that belongs to it; a log left lying would be replayed into the restored file."""
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    aside = database.with_name(f"{database.name}.aside-{stamp}")
    for side in ("", *_SIDES):
        file = database.with_name(database.name + side)
        if file.exists():
            file.replace(aside.with_name(aside.name + side))
    # What Litestream noted about the old file must not be believed of the new one.
    notes.forget(database)
    return aside.name if aside.exists() else ""
