"""``python -m bot backup``: says how the copy is, copies now, restores, and proves that it can be restored."""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.replication import binary, control
from bot.replication.drill import Drilled, drill
from bot.replication.lag import Lag, Lies, batches, lag, made_at, written_at
from bot.replication.leash import Leash, Running, held, running
from bot.replication.listing import listing, sizes
from bot.replication.opening import keep_notes_true, ready_to_copy
from bot.replication.restore import bring, replace
from bot.replication.target import ReplicaTrouble, Target, choose_target
from config.static import Static
from storage import drills
from storage.engines.disk import refused
from storage.engines.examine import contents, read
from storage.engines.lock import FileLock
from storage.errors import DatabaseTaken


async def run(settings: Static, asked: argparse.Namespace) -> None:
    """Do what was asked; raises a StorageError with a sentence."""
    if settings.database_path is None:
        raise ReplicaTrouble(
            "Troupe copies files only; a Postgres server is backed up by its own means, such as pg_dump."
        )
    target = choose_target(settings, os.environ)
    if target is None:
        raise ReplicaTrouble("Nothing is backed up; set REPLICA_URL to a folder (file:///…) or an S3 bucket (s3://…).")
    await ready_to_copy(target)
    try:
        await _do(target, asked)
    except OSError as error:
        raise refused(error, Path(error.filename or target.database)) from error


async def _do(target: Target, asked: argparse.Namespace) -> None:
    match asked.what:
        case "drill":
            print(_told(target, await drill(target, ours_may_be_ruined=True)))
        case "now":
            await _now(target)
        case "restore" if asked.to is not None:
            await _restore_to(target, asked.to, asked.at or "")
        case "restore":
            await _restore_in_place(target, asked.at or "")
        case _:
            await _status(target)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The orders of ``backup``."""
    orders = parser.add_subparsers(dest="what")
    orders.add_parser(
        "status",
        help="say where the copy is, how far it is behind, and how the last drill ended (also without any order)",
    )
    orders.add_parser("now", help="copy what is not copied yet, whether the bot runs or not")
    orders.add_parser("drill", help="restore into a file that is thrown away, and compare")
    restore = orders.add_parser("restore", help="bring the database back; what is there is kept aside")
    restore.add_argument("--to", type=Path, metavar="FILE", help="restore into this new file instead")
    restore.add_argument("--at", type=_moment, metavar="TIME", help="as it was then: 2026-01-31T12:00:00Z")


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-01-31T12:00:00Z") from None
    return (moment if moment.tzinfo else moment.astimezone()).isoformat()


def _told(target: Target, drilled: Drilled) -> str:
    rows = f"{drilled.row_count:,} rows in {len(drilled.restored.rows)} tables"
    fewer = ", ".join(f"{count:,} of {name}" for name, count in drilled.missing.items()) or "none"
    sound = (
        f"Restored {target.shown} in {drilled.seconds:.2f} s (RTO): {rows}; pages, foreign keys and words are sound."
    )
    if drilled.ours is None:
        return f"{sound}\nThere is no sound {target.database} to compare it with."
    return (
        f"{sound}\nRows that are not copied yet: {fewer}. The newest message is {drilled.behind_s:.1f} s behind (RPO)."
    )


async def _status(target: Target) -> None:
    """Where the copy is, how far behind, and how the last drill ended; restores nothing."""
    found = running(target.database)
    lock = FileLock(target.database)
    try:
        lock.take()
    except DatabaseTaken:
        _see_to_copying(target)
        print(f"The bot runs and copies to {target.shown}, {(await _asked(target, found)).sentence()}.")
    else:
        lock.release()
        print(await _as_it_lies(target))
    print(await asyncio.to_thread(_last_drill, target.database))


async def _asked(target: Target, found: Running | None) -> Lag:
    """How far the copy of a running bot is behind."""
    written = written_at(target.database)
    try:
        if found is None:
            raise ReplicaTrouble("its Litestream is being started again")
        where = await control.position(found.control, target.database)
    except ReplicaTrouble as error:
        return Lag(None, why=str(error).rstrip("."))
    return lag(where, Lies(written, made_at(batches(target.database))), None, time.time())


async def _as_it_lies(target: Target) -> str:
    """What the server holds for a bot that is stopped, against what was made here."""
    held = await listing(target)
    if not held:
        return f"The bot is stopped, and {target.shown} holds no copy."
    newest = max(held, key=lambda batch: batch.last)
    ours = max(await asyncio.to_thread(sizes, batches(target.database)), default=0)
    more = f"; {ours - newest.last} batches are not copied: python -m bot backup now" if ours > newest.last else ""
    return f"The bot is stopped. The copy in {target.shown} was last written {newest.at:%Y-%m-%d %H:%M:%S} UTC{more}."


def _last_drill(path: Path) -> str:
    last = read(path, drills.last) if path.exists() and "drills" in contents(path).rows else None
    if last is None:
        return "No drill by the bot yet, which does one a week; try it now: python -m bot backup drill"
    when = datetime.fromtimestamp(last.began_at / 1000, UTC)
    return f"The last drill {last.outcome}, {when:%Y-%m-%d %H:%M} UTC: {last.sentence}."


async def _now(target: Target) -> None:
    lock = FileLock(target.database)
    try:
        lock.take()
    except DatabaseTaken:
        await _have_it_copied(target)
    else:
        try:
            await _copy(target)
        finally:
            lock.release()
    print(f"Everything is copied to {target.shown}.")


async def _have_it_copied(target: Target) -> None:
    """By the Litestream of the bot that runs; there is never a second."""
    _see_to_copying(target)
    found = running(target.database)
    if found is None:
        raise ReplicaTrouble("The bot's Litestream is being started again; try again in a moment.")
    await control.copy_now(found.control, target.database, int(target.reach_s))


def _see_to_copying(target: Target) -> None:
    """Of a bot that runs; it may have begun before REPLICA_URL was set."""
    if not held(target.database):
        raise ReplicaTrouble(f"A bot runs on {target.database} and copies nothing; start it again with REPLICA_URL.")


async def _copy(target: Target) -> None:
    if not await asyncio.to_thread(target.database.exists):
        raise ReplicaTrouble(f"There is no {target.database} to copy; start the bot once, or set DATABASE_URL.")
    leash = Leash(target.database)
    await leash.take()
    try:
        await keep_notes_true(target)
        ended = await binary.call(target, "replicate", "-once", within_s=target.reach_s)
    finally:
        leash.release()
    if ended.code != 0:
        raise ReplicaTrouble(f"Copying to {target.shown} failed{ended.because}; check REPLICA_URL and its keys.")


async def _restore_to(target: Target, to: Path, at: str) -> None:
    if await asyncio.to_thread(to.exists):
        raise ReplicaTrouble(f"{to} exists; name a new file.")
    if not await bring(target, to, at):
        raise ReplicaTrouble(f"{target.shown} holds no copy{_of(at)}.")
    print(f"Restored {target.shown} into {to}.")


def _of(at: str) -> str:
    return f" of {at} or before" if at else ""


async def _restore_in_place(target: Target, at: str) -> None:
    lock = FileLock(target.database)
    lock.take()
    try:
        leash = Leash(target.database)
        await leash.take()
        try:
            if not await replace(target, at):
                raise ReplicaTrouble(f"{target.shown} holds no copy{_of(at)}; nothing was changed.")
        finally:
            leash.release()
    finally:
        lock.release()
    print(f"Restored {target.shown} into {target.database}; what was there is kept beside it.")
