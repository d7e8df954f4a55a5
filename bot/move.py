"""``python -m bot move``: brings everything from one database to another, such as from a file to a server."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from bot.clock import SystemClock
from bot.privacy.replay import put
from config.static import SettingsWrong, Static, read_settings
from storage import migrate, sidecar
from storage.database import Database
from storage.engines.driver import Bounds
from storage.errors import DatabaseUnreachable, MoveRefused
from storage.moving import Move, Moved, Watch, move
from storage.opening import Opened, open_url
from storage.tombstones import Tombstone

_LOOK = "must look like sqlite:///data/troupe.db or postgresql://user:password@host/name"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and from where."""
    parser.add_argument("--to", type=_place, required=True, metavar="URL", help="an empty database; made if need be")
    parser.add_argument(
        "--from", type=_place, dest="source", metavar="URL", help="DATABASE_URL unless it is named here"
    )


def _place(url: str) -> Static:
    try:
        return read_settings({"DATABASE_URL": url})
    except SettingsWrong:
        raise argparse.ArgumentTypeError(_LOOK) from None  # its own words would name another setting


async def run(settings: Static, asked: argparse.Namespace) -> None:
    """Move everything; raises a StorageError, and a second run goes on where this one ended."""
    source: Static = asked.source or settings
    target: Static = asked.to
    await asyncio.to_thread(_refuse, source, target)
    began = time.monotonic()
    with _watching() as watch:
        moved = await _move(source, target, watch, named=asked.source is not None)
    print(_told(moved, source, target, time.monotonic() - began))
    if settings.replica_url.get_secret_value() and target.database_path is None:
        print("Take REPLICA_URL away as well: it copies files only, and the server has backups of its own.")


def _refuse(source: Static, target: Static) -> None:
    """Before anything is opened, since opening a file makes it."""
    file = source.database_path
    if file is not None and not file.exists():
        raise MoveRefused(f"There is no {file} to move; name the database that the bot has used by --from.")
    if _where(source) == _where(target):
        raise MoveRefused("The source and the target are the same database; name another one by --to.")


def _where(place: Static) -> object:
    return place.database_path.resolve() if place.database_path else place.database_url


async def _move(source: Static, target: Static, watch: Watch, *, named: bool) -> Moved:
    """With both to ourselves."""
    ours = await _open_source(source, named=named)
    try:
        theirs = await _open_target(target)
        try:
            stones = await _beside(source, ours.database)
            moved = await move(Move(ours.database, theirs.database, SystemClock().now, watch))
            await put(theirs.database, stones)
            return moved
        finally:
            await theirs.close()
    finally:
        await ours.close()


async def _open_source(source: Static, *, named: bool) -> Opened:
    try:
        return await open_url(source.database_url.get_secret_value(), only=True)
    except DatabaseUnreachable as error:
        raise (_given_by("--from", error) if named else error) from error


async def _open_target(target: Static) -> Opened:
    try:
        return await open_url(target.database_url.get_secret_value(), _in_any_order, only=True)
    except DatabaseUnreachable as error:
        raise _given_by("--to", error) from error


def _given_by(option: str, error: DatabaseUnreachable) -> DatabaseUnreachable:
    return DatabaseUnreachable(str(error).replace("DATABASE_URL", f"the address given by {option}"))


async def _beside(source: Static, ours: Database) -> list[Tombstone]:
    """Who was forgotten since the file was made, where it is an older copy; the first start there forgets them."""
    stones = sidecar.read(source.database_path) if source.database_path is not None else []
    if stones and (await migrate.status(ours)).waiting:
        raise MoveRefused("The source is an older copy; bring its schema up to date first: python -m bot migrate")
    return stones


async def _in_any_order() -> Bounds:
    return Bounds(references=False)


# ── telling ──


def _told(moved: Moved, source: Static, target: Static, seconds: float) -> str:
    lines = [
        f"Moved {moved.rows:,} rows in {moved.tables} tables from {source.database_name} to {target.database_name} "
        f"in {seconds:.1f} s and compared them all."
    ]
    if moved.marks:
        lines.append(f"{moved.marks:,} NUL characters, which Postgres can't keep, were replaced by � there.")
    lines.append(f"Nothing was changed in {source.database_name}. {_next(target)}")
    return "\n".join(lines)


def _next(target: Static) -> str:
    if target.database_path is None:
        return f"Now set DATABASE_URL to the address given by --to ({target.database_name}) and start the bot."
    return f"Now set DATABASE_URL={target.database_url.get_secret_value()} and start the bot."


@contextmanager
def _watching() -> Iterator[Watch]:
    if not sys.stdout.isatty():
        yield _line
        return
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console()
    ) as shown:
        yield Bars(shown)


def _line(doing: str, table: str, done: int, of: int) -> None:
    if done == of > 0:
        print(f"{doing:8}  {table}  {done:,}", flush=True)


class Bars:
    """A bar for each table that is copied."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._bars: dict[str, TaskID] = {}

    def __call__(self, doing: str, table: str, done: int, of: int) -> None:
        """Draw it anew."""
        if table not in self._bars:
            self._bars[table] = self._shown.add_task(table, total=of)
        self._shown.update(self._bars[table], completed=done, total=of, description=f"{doing} {table}")
