"""What Litestream notes beside the file, which is true of one address alone."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot.replication.target import Target


def folder(database: Path) -> Path:
    """Where they lie."""
    return database.with_name(f".{database.name}-litestream")


def forget(database: Path) -> None:
    """Take them away, so that Litestream asks the address what it holds and begins with a whole copy."""
    shutil.rmtree(folder(database), ignore_errors=True)


def keep_to_address(target: Target) -> None:
    """Before it starts: forget what was noted of another address, where it would wait for batches that are gone."""
    mark, ours = folder(target.database) / "address", _mark(target)
    if mark.exists() and mark.read_text("utf-8") != ours:
        forget(target.database)
    mark.parent.mkdir(exist_ok=True)
    mark.write_text(ours, "utf-8")


def _mark(target: Target) -> str:
    """Tells addresses apart and tells nobody an address."""
    endpoint = parse_qs(urlsplit(target.url).query).get("endpoint", [""])[0]
    return hashlib.sha256(f"{target.shown} {endpoint}".encode()).hexdigest()
