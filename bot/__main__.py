"""The command line: ``python -m bot`` runs, ``migrate`` moves the schema, ``backup`` looks after the copy."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bot import app, backup, evaluate, schema
from bot.evaluation.corpus import CorpusWrong
from bot.ports import EmbedFailed
from config.static import SettingsWrong, Static, read_settings
from storage.errors import StorageError


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked; 0 when done, 2 with a sentence when something must be mended first."""
    asked = _parser().parse_args(arguments)
    try:
        settings = read_settings(os.environ, Path(".env"))
        asyncio.run(_chosen(settings, asked))
    except (SettingsWrong, StorageError, CorpusWrong, app.CannotStart) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except EmbedFailed as failed:
        print(failed.fault.value, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _chosen(settings: Static, asked: argparse.Namespace) -> Coroutine[Any, Any, None]:
    match asked.order:
        case "migrate":
            return schema.run(settings, asked)
        case "backup":
            return backup.run(settings, asked)
        case "eval":
            return evaluate.run(settings, asked)
        case _:
            return app.run(settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Personas that talk with people.")
    orders = parser.add_subparsers(dest="order")
    orders.add_parser("run", help="run the bot (also without any order)")
    migrate = orders.add_parser("migrate", help="move the schema of the database")
    which = migrate.add_mutually_exclusive_group()
    which.add_argument("--status", action="store_true", help="say what is applied and what waits")
    which.add_argument("--down", type=int, metavar="NUMBER", help="undo every step above this number, with its data")
    backup.add_arguments(orders.add_parser("backup", help="look after the copy of the database"))
    evaluate.add_arguments(orders.add_parser("eval", help="measure how well what was said is found again"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
