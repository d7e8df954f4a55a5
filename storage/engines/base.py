"""The seam between subjects and databases: a transaction is a plain function, an engine runs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

Value = str | int | float | bytes | None
R = TypeVar("R")
T = TypeVar("T")


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


class Engine(Protocol):
    """A database that runs functions in transactions."""

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgres``."""
        ...

    async def read(self, function: Callable[[Transaction], T]) -> T:
        """Run it on a snapshot, never behind the writer."""
        ...

    async def write(self, function: Callable[[Transaction], T]) -> T:
        """Run it and commit; it may run twice if its first transaction was lost, so it changes nothing else."""
        ...

    async def tidy(self) -> None:
        """Refresh what the query planner knows; cheap, for once a day."""
        ...

    async def close(self) -> None:
        """Finish what was asked for and let the database go."""
        ...
