"""The command line: ``python -m bot`` runs, ``migrate`` moves the schema, ``move`` everything, ``backup`` looks after
the copy, ``keys`` after keys that were brought, ``health`` asks a running bot how it is."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bot import backup, move, rekey, schema
from bot.health.ask import Unwell, ask
from bot.refusals import CannotStart
from config.roles import PARTS
from config.static import SettingsWrong, Static, read_settings
from storage.errors import StorageError


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked; 0 when done, 1 when the bot asked about is not well, 2 when something must be mended first."""
    asked = _parser().parse_args(arguments)
    sys.stdin = sys.stdin or os.fdopen(os.open(os.devnull, os.O_RDONLY))  # whoever started us may have closed it
    try:
        role = {"TROUPE_ROLE": asked.role} if getattr(asked, "role", None) else {}
        settings = read_settings({**os.environ, **role}, Path(".env"))
        if asked.order == "health":
            print(ask(settings.health_host, settings.health_port))
        else:
            asyncio.run(_chosen(settings, asked))
        print(end="", flush=True)
    except Unwell as unwell:
        print(unwell)
        return 1
    except (SettingsWrong, StorageError, CannotStart) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except asyncio.CancelledError:  # by SIGTERM, and everything was closed
        return 0
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read what we print has left, as `head` does; the rest is for nobody
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return 0


def _chosen(settings: Static, asked: argparse.Namespace) -> Coroutine[Any, Any, None]:
    from bot import app, evaluate  # a question about health, asked often, needs none of them

    match asked.order:
        case "migrate":
            return schema.run(settings, asked)
        case "move":
            return move.run(settings, asked)
        case "backup":
            return backup.run(settings, asked)
        case "keys":
            return rekey.run(settings, asked)
        case "eval":
            return evaluate.run(settings, asked)
        case _:
            return app.run(settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Personas that talk with people.")
    orders = parser.add_subparsers(dest="order")
    run = orders.add_parser("run", help="run the bot (also without any order)")
    run.add_argument(
        "--role", choices=list(PARTS), help="what this process does of the whole, where several share Postgres"
    )
    orders.add_parser("health", help="ask the running bot whether it is alive; exit code 0 or 1")
    schema.add_arguments(orders.add_parser("migrate", help="move the schema of the database"))
    move.add_arguments(orders.add_parser("move", help="bring everything to another database, file or server"))
    backup.add_arguments(orders.add_parser("backup", help="look after the copy of the database"))
    rekey.add_arguments(orders.add_parser("keys", help="look after the keys that people brought"))
    measures = orders.add_parser("eval", help="measure how well what was said is found again")
    found = measures.add_subparsers(dest="what", required=True).add_parser("recall", help="recall, hits, rank and time")
    found.add_argument("--corpus", type=Path, required=True, metavar="FILE", help="conversations in LoCoMo's format")
    found.add_argument("--json", action="store_true", help="print one JSON object instead of tables")
    return parser


if __name__ == "__main__":
    sys.exit(main())
