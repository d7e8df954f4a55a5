"""``python -m bot backup``: says how the copy is, copies now, restores, and proves that it can be restored."""

from __future__ import annotations

import argparse
import asyncio
import os
from datetime import datetime
from pathlib import Path

from bot.replication import binary
from bot.replication.drill import Drilled, drill
from bot.replication.leash import Leash
from bot.replication.restore import fetch, replace
from bot.replication.target import ReplicaTrouble, Target, choose_target
from config.static import Static
from storage.engines.lock import FileLock


async def run(settings: Static, asked: argparse.Namespace) -> None:
    """Do what was asked; raises a StorageError with a sentence."""
    target = choose_target(settings, os.environ)
    if target is None:
        raise ReplicaTrouble("Nothing is backed up; set REPLICA_URL to a folder (file:///…) or an S3 bucket (s3://…).")
    match asked.what:
        case "drill":
            print(_told(target, await drill(target)))
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
    orders.add_parser("status", help="say where the copy is and how far it is behind (also without any order)")
    orders.add_parser("now", help="copy what is not copied yet, while the bot is stopped")
    orders.add_parser("drill", help="restore into a file that is thrown away, and compare")
    restore = orders.add_parser("restore", help="bring the database back; what is there is kept aside")
    restore.add_argument("--to", type=Path, metavar="FILE", help="restore into this new file instead")
    restore.add_argument("--at", type=_moment, metavar="TIME", help="as it was then: 2026-01-31T12:00:00Z")


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.astimezone()).isoformat()


def _told(target: Target, drilled: Drilled) -> str:
    rows = f"{sum(drilled.restored.rows.values()):,} rows in {len(drilled.restored.rows)} tables"
    fewer = ", ".join(f"{count:,} of {name}" for name, count in drilled.missing.items()) or "none"
    return (
        f"Restored {target.shown} in {drilled.seconds:.2f} s: {rows}; integrity and foreign keys are sound.\n"
        f"Rows that are not copied yet: {fewer}. The newest message is {drilled.behind_s:.1f} s behind."
    )


async def _status(target: Target) -> None:
    drilled = await drill(target)
    state = "up to date" if not drilled.missing else f"behind by {sum(drilled.missing.values()):,} rows"
    print(f"The copy in {target.shown} can be restored and is {state}.")


async def _now(target: Target) -> None:
    lock = FileLock(target.database)
    lock.take()
    try:
        leash = Leash(target.database)
        await leash.take()
        try:
            ended = await binary.call(target, "replicate", "-once", within_s=target.reach_s)
        finally:
            leash.release()
    finally:
        lock.release()
    if ended.code != 0:
        raise ReplicaTrouble(f"Copying to {target.shown} failed; check REPLICA_URL and its keys.")
    print(f"Everything is copied to {target.shown}.")


async def _restore_to(target: Target, to: Path, at: str) -> None:
    if await asyncio.to_thread(to.exists):
        raise ReplicaTrouble(f"{to} exists; name a new file.")
    if not await fetch(target, to, at):
        raise ReplicaTrouble(f"{target.shown} holds no copy.")
    print(f"Restored {target.shown} into {to}.")


async def _restore_in_place(target: Target, at: str) -> None:
    lock = FileLock(target.database)
    lock.take()
    try:
        leash = Leash(target.database)
        await leash.take()
        try:
            if not await replace(target, at):
                raise ReplicaTrouble(f"{target.shown} holds no copy; nothing was changed.")
        finally:
            leash.release()
    finally:
        lock.release()
    print(f"Restored {target.shown} into {target.database}; what was there is kept beside it.")
