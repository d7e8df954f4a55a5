"""``python -m bot migrate``: shows and moves the schema of the database."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from bot.clock import SystemClock
from config.static import Static
from storage import migrate
from storage.database import Database
from storage.opening import open_url


async def run(settings: Static, asked: argparse.Namespace) -> None:
    """Show or move; raises a StorageError and then nothing was moved."""
    opened = await open_url(settings.database_url.get_secret_value())
    try:
        await _do(opened.database, asked)
    finally:
        await opened.close()


async def _do(database: Database, asked: argparse.Namespace) -> None:
    if asked.status:
        await _show(database)
    elif asked.down is not None:
        for step in await migrate.down(database, asked.down):
            print(f"undone   {step.number:04d} {step.name}")
    else:
        for step in await migrate.up(database, SystemClock().now):
            print(f"applied  {step.number:04d} {step.name}")
        await _show(database)


async def _show(database: Database) -> None:
    status = await migrate.status(database)
    for step in status.applied:
        when = datetime.fromtimestamp(step.applied_at / 1000, UTC)
        print(f"applied  {step.number:04d} {step.name}  {when:%Y-%m-%d %H:%M} UTC")
    for waiting in status.waiting:
        print(f"waiting  {waiting.number:04d} {waiting.name}")
    if not status.waiting:
        print("Nothing waits.")
