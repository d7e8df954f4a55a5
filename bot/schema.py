"""``python -m bot migrate``: shows and moves the schema of the database."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from bot.clock import SystemClock
from bot.refusals import CannotStart
from config.static import Static
from storage import migrate
from storage.backups import Shelf
from storage.database import Database
from storage.errors import DatabaseTooNew
from storage.opening import open_url

_FOR_GOOD = (
    "What those steps hold would be gone for good, and no copy of this database is made first; "
    "back it up yourself, then give the same order with --yes."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``migrate`` can be told."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--status", action="store_true", help="say what is applied and what waits")
    parser.add_argument("--yes", action="store_true", help="with --down: also where no copy is made first")
    which.add_argument(
        "--down", type=_number, metavar="NUMBER", help="undo every step above this number, with its data"
    )


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("must be 0 or more, such as the number of the step to keep")
    return int(text)


async def run(settings: Static, asked: argparse.Namespace) -> None:
    """Show or move; raises a StorageError or CannotStart, and then nothing was moved."""
    opened = await open_url(settings.database_url.get_secret_value())
    try:
        shelf = Shelf(settings.database_path, settings.migration_backups, SystemClock().now)
        await _do(opened.database, shelf, asked)
    finally:
        await opened.close()


async def _do(database: Database, shelf: Shelf, asked: argparse.Namespace) -> None:
    if asked.status:
        await _show(database, shelf)
    elif asked.down is not None:

        async def first(schema: int) -> None:
            if not (shelf.keeps or asked.yes):
                raise CannotStart(_FOR_GOOD)
            await shelf.put(schema)

        undone = await migrate.down(database, asked.down, first=first)
        for step in undone:
            print(f"undone   {step.number:04d} {step.name}")
        if not undone:
            print(f"Nothing is applied above {asked.down:04d}.")
    else:
        for step in await migrate.up(database, shelf.now, first=shelf.put):
            print(f"applied  {step.number:04d} {step.name}")
        await _show(database, shelf)


async def _show(database: Database, shelf: Shelf) -> None:
    try:
        status = await migrate.status(database)
    except DatabaseTooNew:
        _show_backups(shelf)  # one of them may have to take its place
        raise
    for step in status.applied:
        when = datetime.fromtimestamp(step.applied_at / 1000, UTC)
        print(f"applied  {step.number:04d} {step.name}  {when:%Y-%m-%d %H:%M} UTC")
    for waiting in status.waiting:
        print(f"waiting  {waiting.number:04d} {waiting.name}")
    if not status.waiting:
        print("Nothing waits.")
    _show_backups(shelf)


def _show_backups(shelf: Shelf) -> None:
    for backup in shelf.listed():
        size = f"{backup.size_bytes / 1_000_000:.1f} MB"
        print(f"backup   {backup.schema:04d} {backup.made_at:%Y-%m-%d %H:%M} UTC  {size}  {backup.path}")
    if shelf.database is None:
        print("Backups are the server's own; Troupe copies files only.")
