"""Fills every table of an SQLite file with rows that are as odd as the schema allows, whatever tables it has."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from storage.engines.driver import choose_driver
from storage.moving import DERIVED

TEXTS = (
    "",
    " ",
    "Zoë 🎭",
    "\\N",
    "\\.",
    "a\tb\r\nc",
    'it\'s "so"',
    "\x01\x1f\x7f",
    "ﷺ‮",
    "e\u0301",
    "%s :id $1",
    "x" * 5000,
)
SMALL, BIG = 2**31 - 1, 2**63 - 1
_CHOICES = re.compile(r"CHECK \((\w+) IN\s*\(([^)]*)\)\)")
_RANGES = re.compile(r"CHECK \((\w+) BETWEEN (\d+) AND (\d+)\)")
_DRAWS = 1000
_KEPT_APART = {"schema_migrations", *(one.table for one in DERIVED)}


@dataclass(frozen=True)
class Column:
    """What the schema says of a column."""

    name: str
    kind: str
    required: bool
    single: bool  # no two rows may share it: it stands in something unique, or refers together with other columns
    choices: tuple[Any, ...]
    refers: tuple[str, str] | None


def tables(raw: sqlite3.Connection) -> list[str]:
    """Those that are kept."""
    listed = raw.execute("SELECT name, type FROM pragma_table_list WHERE schema = 'main' ORDER BY name").fetchall()
    theirs = ("sqlite_", *(f"{name}_" for name, kind in listed if kind == "virtual"))
    names = [name for name, kind in listed if kind == "table"]
    return [name for name in names if not name.startswith(theirs) and name not in _KEPT_APART]


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in the order of its columns."""
    with closing(choose_driver().connect(str(path))) as raw:
        found = {name: raw.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables(raw)}
        return {name: sorted(rows, key=repr) for name, rows in found.items()}


def fill(path: Path, random: Random, rows: int) -> None:
    """Give every table so many rows; a row may refer to one that comes after it."""
    with closing(choose_driver().connect(str(path), isolation_level=None)) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("BEGIN")
        for table in tables(raw):
            columns = _columns(raw, table)
            add = f"INSERT INTO {table} VALUES ({', '.join('?' for _ in columns)})"
            for number in range(rows):
                draws = ([_value(column, number, rows, random) for column in columns] for _ in range(_DRAWS))
                assert any(_added(raw, add, values) for values in draws), f"{table}: no draw keeps its rules"
        raw.execute("COMMIT")
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []


def _added(raw: sqlite3.Connection, add: str, values: list[Any]) -> bool:
    try:
        raw.execute(add, values)
    except choose_driver().IntegrityError as error:
        if "CHECK constraint" not in str(error):
            raise
        return False
    return True


def _columns(raw: sqlite3.Connection, table: str) -> list[Column]:
    (words,) = raw.execute("SELECT sql FROM sqlite_schema WHERE name = ?", [table]).fetchone()
    choices: dict[str, tuple[Any, ...]] = {
        **{name: tuple(map(_literal, re.split(r",\s*", listed.strip()))) for name, listed in _CHOICES.findall(words)},
        **{name: tuple(range(int(least), int(most) + 1)) for name, least, most in _RANGES.findall(words)},
    }
    references = raw.execute(f"PRAGMA foreign_key_list({table})").fetchall()
    together = {row[3] for row in references if row[0] in {other[0] for other in references if other[1] > 0}}
    refers = {row[3]: _origin(raw, row[2], row[4]) for row in references}
    unique = [row[1] for row in raw.execute(f"PRAGMA index_list({table})") if row[2]]
    single = {row[2] for index in unique for row in raw.execute(f"PRAGMA index_info({index})")}
    return [
        Column(
            name,
            kind,
            bool(required or key),
            bool(key) or name in single | together,
            choices.get(name, ()),
            refers.get(name),
        )
        for _, name, kind, required, _, key in raw.execute(f"PRAGMA table_info({table})")
    ]


def _origin(raw: sqlite3.Connection, table: str, column: str) -> tuple[str, str]:
    """Where a value comes from that is referred to: what is referred to may itself refer."""
    for row in raw.execute(f"PRAGMA foreign_key_list({table})").fetchall():
        if row[3] == column and (row[2], row[4]) != (table, column):
            return _origin(raw, row[2], row[4])
    return table, column


def _literal(word: str) -> str | int:
    return word.strip("'") if word.startswith("'") else int(word)


def _value(column: Column, number: int, rows: int, random: Random) -> Any:
    """Every referred key is made by ``_single`` of its row's number, so that it can be made again here."""
    if not column.required and random.random() < 0.3:
        return None
    if column.refers:
        to = number if column.single else random.randrange(rows)
        return _single("TEXT", column.refers[1], to)
    if column.choices:
        return column.choices[0] if column.single else random.choice(column.choices)
    return _single(column.kind, column.name, number) if column.single else _any(column.kind, random)


def _single(kind: str, name: str, number: int) -> Any:
    if kind == "TEXT":
        return f"{TEXTS[number % len(TEXTS)][:20]}{name}{number}"
    return (BIG if kind == "BIGINT" else SMALL) - number


def _any(kind: str, random: Random) -> Any:
    if kind == "TEXT":
        return random.choice(TEXTS)
    if kind == "BLOB":
        return random.randbytes(9)
    if kind == "DOUBLE PRECISION":
        return random.choice((0.1, -1e300, 5e-324, 3.0))
    most = BIG if kind == "BIGINT" else SMALL
    return random.choice((0, 1, -1, most, -most - 1, random.randrange(most)))
