"""The command line: ``python -m bot`` runs, ``python -m bot migrate`` moves the schema."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from bot import app, schema
from config.static import SettingsWrong, read_settings
from storage.errors import StorageError


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked; 0 when done, 2 with a sentence when something must be mended first."""
    asked = _parser().parse_args(arguments)
    try:
        settings = read_settings(os.environ, Path(".env"))
        asyncio.run(schema.run(settings, asked) if asked.order == "migrate" else app.run(settings))
    except (SettingsWrong, StorageError, app.CannotStart) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Personas that talk with people.")
    orders = parser.add_subparsers(dest="order")
    orders.add_parser("run", help="run the bot (also without any order)")
    migrate = orders.add_parser("migrate", help="move the schema of the database")
    which = migrate.add_mutually_exclusive_group()
    which.add_argument("--status", action="store_true", help="say what is applied and what waits")
    which.add_argument("--down", type=int, metavar="NUMBER", help="undo every step above this number, with its data")
    return parser


if __name__ == "__main__":
    sys.exit(main())
