"""Reads storage/queries/*.sql, where each query stands under a line ``-- name: its_name``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "queries"
_NAME = re.compile(r"^-- name: *([a-z_0-9]+) *$", re.MULTILINE)
# SQLite plans a query by the very number that a LIMIT is given, and so anew whenever it is asked; not by a sum.
_BARE_LIMIT = re.compile(r"\bLIMIT (:\w+)")


class UnknownQuery(LookupError):
    """No file of the catalogue has a query of that name."""


def _split(subject: str, text: str) -> dict[str, str]:
    pieces = _NAME.split(text)
    names, bodies = pieces[1::2], pieces[2::2]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise UnknownQuery(f"{subject}.sql names a query twice: {', '.join(sorted(doubled))}")
    return {f"{subject}.{name}": body.strip().rstrip(";") for name, body in zip(names, bodies, strict=True)}


def _folder(folder: Path) -> dict[str, str]:
    queries: dict[str, str] = {}
    for path in sorted(folder.glob("*.sql")):
        queries |= _split(path.stem, path.read_text(encoding="utf-8"))
    return queries


@cache
def queries(dialect: str, folder: Path = FOLDER) -> dict[str, str]:
    """All queries by ``subject.name``, the dialect's own laid over the portable ones; raises UnknownQuery."""
    own = _folder(folder / dialect)
    portable = _folder(folder)
    strangers = own.keys() - portable.keys()
    if strangers:
        raise UnknownQuery(f"queries/{dialect} overrides what does not exist: {', '.join(sorted(strangers))}")
    found = portable | own
    return (
        {name: _BARE_LIMIT.sub(r"LIMIT \1 + 0", sql) for name, sql in found.items()} if dialect == "sqlite" else found
    )


def query(dialect: str, name: str) -> str:
    """The SQL of one query; raises UnknownQuery with the name asked for."""
    try:
        return queries(dialect)[name]
    except KeyError:
        raise UnknownQuery(f"there is no query {name!r} in storage/queries") from None
