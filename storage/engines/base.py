"""The seam between subjects and databases: a transaction is a plain function, an engine runs it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

Value = str | int | float | bytes | None
Row = tuple[Value, ...]
R = TypeVar("R")
T = TypeVar("T")


# Postgres keeps no NUL character; what SQLite keeps as it is stands there as the mark for the unreadable.
NUL, MARK = "\x00", "\ufffd"


@dataclass(frozen=True, slots=True)
class Table:
    """What is stored of a table: its columns without generated ones, and those of its primary key in their order."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


class Tables(Protocol):
    """Every table as it stands, found in the schema itself, so that all of it can be moved elsewhere."""

    def all(self) -> list[Table]:
        """By name; without views, virtual tables and what belongs to those or to the engine."""
        ...

    def count(self, table: Table) -> int:
        """How many rows it has."""
        ...

    def page(self, table: Table, after: Row, most: int) -> list[Row]:
        """Its rows in the order of their key, after that key, or from the first when that is empty."""
        ...

    def add(self, table: Table, rows: Sequence[Row]) -> None:
        """Keep these rows as they are."""
        ...

    def clear(self, table: Table) -> None:
        """Take all its rows away."""
        ...

    def lift_references(self) -> str:
        """Let rows come in any order; returns the script that puts back every rule this took away."""
        ...

    def number_on(self, table: Table) -> None:
        """Let ids that the database makes itself go on after the highest one there is."""
        ...


class Transaction(Protocol):
    """What a subject may do inside one transaction; queries are named ``subject.query`` in the catalogue.

    Every method raises a StorageError and never a driver's error. It lives only while its function runs.
    """

    def one(self, into: type[R], query: str, **values: Value) -> R | None:
        """The first row as a record whose fields are the row's columns, or None."""
        ...

    def all(self, into: type[R], query: str, **values: Value) -> list[R]:
        """Every row as a record, in the query's order."""
        ...

    def text(self, query: str, **values: Value) -> str | None:
        """The first column of the first row as text, or None."""
        ...

    def number(self, query: str, **values: Value) -> int | None:
        """The first column of the first row as a whole number, or None."""
        ...

    def numbers(self, query: str, **values: Value) -> list[int]:
        """The first column of every row as whole numbers, in the query's order."""
        ...

    def run(self, query: str, **values: Value) -> int:
        """Carry it out and return how many rows changed."""
        ...

    def script(self, sql: str) -> None:
        """Carry out the statements of a migration."""
        ...

    def check(self) -> list[str]:
        """What is wrong with the file and its foreign keys; empty when all is well."""
        ...

    def tables(self) -> Tables:
        """All tables as they stand, for moving them."""
        ...


class Turn(Protocol):
    """Something that one process of a database does at a time."""

    async def lost(self) -> None:
        """Return when it is ours no longer, because the server lost us."""
        ...


class Engine(Protocol):
    """A database that runs functions in transactions, and by which the processes that share it hear each other."""

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgres``."""
        ...

    @property
    def commits(self) -> int:
        """Transactions that wrote and were committed since it was opened."""
        ...

    async def read(self, function: Callable[[Transaction], T]) -> T:
        """Run it on a snapshot, never behind the writer."""
        ...

    async def write(self, function: Callable[[Transaction], T]) -> T:
        """Run it and commit; it may run twice if its first transaction was lost, so it changes nothing else."""
        ...

    async def tell(self, word: str) -> None:
        """Let every process that listens hear a word, at once; who does not listen just then never does."""
        ...

    def listen(self) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """The words told while the block lasts, by us too; raises DatabaseUnreachable when the server is lost."""
        ...

    def turn(self, name: str) -> AbstractAsyncContextManager[Turn]:
        """Wait until no other process has this turn, and hold it while the block lasts or the process lives."""
        ...

    async def tidy(self) -> None:
        """Refresh what the query planner knows; cheap, for once a day."""
        ...

    async def shrink_log(self) -> None:
        """Write the log back into the file and empty it, unless a reader holds it; where that is ours to do."""
        ...

    async def close(self) -> None:
        """Finish what was asked for and let the database go."""
        ...
