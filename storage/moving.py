"""Moves everything from one database into an empty one, and goes on where a move that was killed had come to."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from storage import migrate, passages
from storage.database import Database
from storage.engines.base import Row, Table, Transaction
from storage.errors import ConstraintBroken, MoveRefused, StorageError
from storage.fingerprint import Fingerprint, marked
from storage.migrate import Status

_LIFTED = ""
_BOOKS = {"schema_migrations", "unfinished_move"}  # each database keeps its own


@dataclass(frozen=True, slots=True)
class Derived:
    """A table made from others, such as an index of words: never copied, but built anew where everything went."""

    table: str
    build: Callable[[Transaction], None]


def _with_the_first(tx: Transaction) -> None:
    """Built together with another, or by the bot once it runs there, such as vectors."""


# Virtual tables and what triggers or generated columns fill need no entry, unless something must be built for them.
DERIVED: tuple[Derived, ...] = (
    Derived("scopes", passages.rebuild),
    *(Derived(table, _with_the_first) for table in ("passages", "passage_bits", "vectors")),
)


class Watch(Protocol):
    """Whoever wants to see how far it is."""

    def __call__(self, doing: str, table: str, done: int, of: int) -> None:
        """So many of a table's rows are ``copied`` or ``compared``."""
        ...


@dataclass(frozen=True, slots=True)
class Move:
    """From where to where, with the clock for the target's schema, who watches, and rows in memory at a time."""

    source: Database
    target: Database
    now: Callable[[], int]
    watch: Watch
    derived: tuple[Derived, ...] = DERIVED
    folder: Path = migrate.FOLDER
    page: int = 1000

    def built(self, name: str) -> bool:
        """Whether that table is not to be copied."""
        return name in _BOOKS or any(one.table == name for one in self.derived)


@dataclass(frozen=True, slots=True)
class Moved:
    """What has come over; ``marks`` stand for characters that the target can't keep."""

    tables: int
    rows: int
    marks: int


@dataclass(frozen=True, slots=True)
class Position:
    """How far a table has come: the key of its last row, spelt out, and what was counted on the way."""

    position: str = "()"
    row_count: int = 0
    marks: int = 0

    @property
    def key(self) -> Row:
        """The key itself, empty before the first row."""
        key: Row = ast.literal_eval(self.position)
        return key

    def after(self, table: Table, rows: list[Row], marks: int) -> Position:
        """Where these rows bring it."""
        last = dict(zip(table.columns, rows[-1], strict=True))
        key = tuple(last[name] for name in table.key)
        return Position(repr(key), self.row_count + len(rows), self.marks + marks)


async def move(route: Move) -> Moved:
    """Copy, compare and finish; raises a StorageError that says what to do, and the source is never changed.

    Where the source lived on after a move that was killed, a table that no longer fits is copied once more.
    """
    tables = await _begin(route)
    for table in tables:
        try:
            await _copy(route, table)
        except ConstraintBroken:
            await _copy_afresh(route, table)
    for table in await _different(route, tables):
        await _copy_afresh(route, table)
        if await _different(route, [table]):
            raise MoveRefused(f"Table {table.name} differs although it was copied twice; move to an empty database.")
    marks = await route.target.read(lambda tx: tx.number("moving.marks") or 0)
    rows = sum([await route.target.read(_count, table) for table in tables])
    await _finish(route, tables)
    return Moved(len(tables), rows, marks)


# ── before ──


async def _begin(route: Move) -> list[Table]:
    """The tables to move, with a target that has them all and takes rows in any order; raises MoveRefused."""
    have = await migrate.status(route.source, route.folder)
    there = await migrate.status(route.target, route.folder)
    if not have.applied or await route.source.read(migrate.half_moved):
        raise MoveRefused("The source holds nothing that is whole; name the database that the bot has used.")
    if not await route.target.read(migrate.half_moved):
        await _make_ready(route, have, there)
    elif len(there.applied) != len(have.applied):
        raise MoveRefused("The target's unfinished move began at another schema; move to an empty database.")
    tables = [table for table in await route.source.read(_tables) if not route.built(table.name)]
    _compare_schemas(tables, await route.target.read(_tables))
    return tables


async def _make_ready(route: Move, have: Status, there: Status) -> None:
    for table in await route.target.read(_tables):
        if table.name not in _BOOKS and (count := await route.target.read(_count, table)):
            raise MoveRefused(f"The target is not empty ({table.name}: {count:,}); move to an empty database.")
    if len(there.applied) > len(have.applied):
        raise MoveRefused(
            f"The target is at schema {len(there.applied)} and the source at {len(have.applied)}; "
            "bring the source there first, with: python -m bot migrate"
        )
    await migrate.up(route.target, route.now, route.folder, to=len(have.applied))
    await route.target.write(_open_books)


def _open_books(tx: Transaction) -> None:
    tx.run("moving.begin")
    _reach(tx, _LIFTED, Position(tx.tables().lift_references()))


def _compare_schemas(ours: list[Table], theirs: list[Table]) -> None:
    columns = {table.name: set(table.columns) for table in theirs}
    for table in ours:
        if not table.key:
            raise MoveRefused(f"Table {table.name} has no primary key, so it can't be moved; add one by a migration.")
        if columns.get(table.name) != set(table.columns):
            raise MoveRefused(f"Table {table.name} has other columns in the target; move to an empty database.")


# ── table by table ──


async def _copy(route: Move, table: Table) -> None:
    at = await route.target.read(_position, table.name) or Position()
    total = await route.source.read(_count, table)
    while rows := await route.source.read(_page, table, at.key, route.page):
        at = at.after(table, rows, marked(rows) if route.target.dialect == "postgres" else 0)
        try:
            await route.target.write(_keep, table, rows, at)
        except StorageError as error:
            raise type(error)(f"Table {table.name} can't be kept there. {error}") from error
        route.watch("copied", table.name, at.row_count, total)


async def _copy_afresh(route: Move, table: Table) -> None:
    await route.target.write(_forget, table)
    await _copy(route, table)


async def _different(route: Move, tables: list[Table]) -> list[Table]:
    different = []
    for table in tables:
        ours, theirs = [await _fingerprint(each, table, route.page) for each in (route.source, route.target)]
        route.watch("compared", table.name, theirs.rows, ours.rows)
        if ours != theirs:
            different.append(table)
    return different


async def _fingerprint(database: Database, table: Table, page: int) -> Fingerprint:
    key: Row = ()
    found = Fingerprint()
    while rows := await database.read(_page, table, key, page):
        key = Position().after(table, rows, 0).key
        found = found.with_rows(rows)
    return found


# ── after ──


async def _finish(route: Move, tables: list[Table]) -> None:
    try:
        await route.target.write(_close_books, tables, route.derived)
    except ConstraintBroken as error:
        raise MoveRefused(f"Rows of the source break a rule of the schema ({error}); mend them there first.") from error


def _close_books(tx: Transaction, tables: list[Table], derived: tuple[Derived, ...]) -> None:
    lifted = _position(tx, _LIFTED)
    if lifted and lifted.position:
        tx.script(lifted.position)
    for table in tables:
        tx.tables().number_on(table)
    for one in derived:
        one.build(tx)
    tx.run("moving.end")
    wrong = tx.check()
    if wrong:
        raise ConstraintBroken("; ".join(wrong[:3]))


# ── inside a transaction ──


def _tables(tx: Transaction) -> list[Table]:
    return tx.tables().all()


def _count(tx: Transaction, table: Table) -> int:
    return tx.tables().count(table)


def _page(tx: Transaction, table: Table, key: Row, most: int) -> list[Row]:
    return tx.tables().page(table, key, most)


def _keep(tx: Transaction, table: Table, rows: list[Row], reached: Position) -> None:
    tx.tables().add(table, rows)
    _reach(tx, table.name, reached)


def _forget(tx: Transaction, table: Table) -> None:
    tx.tables().clear(table)
    tx.run("moving.forget", table_name=table.name)


def _position(tx: Transaction, table_name: str) -> Position | None:
    return tx.one(Position, "moving.position", table_name=table_name)


def _reach(tx: Transaction, table_name: str, at: Position) -> None:
    tx.run("moving.reach", table_name=table_name, position=at.position, row_count=at.row_count, marks=at.marks)
