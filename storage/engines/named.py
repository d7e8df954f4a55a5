"""What every engine's Transaction shares: named queries in, records out, and errors in our words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, Protocol

from storage.engines.base import R, T, Value


class Cursor(Protocol):
    """What both drivers' cursors can do."""

    @property
    def description(self) -> Sequence[Sequence[Any]] | None:
        """A column each, its name first."""
        ...

    @property
    def rowcount(self) -> int:
        """How many rows changed."""
        ...

    def fetchone(self) -> Any:
        """The next row or None."""
        ...

    def fetchall(self) -> list[Any]:
        """All rows left."""
        ...

    def close(self) -> None:
        """Let the statement go."""
        ...


@cache
def _order(into: Hashable, columns: tuple[str, ...]) -> tuple[int, ...] | None:
    names = [field.name for field in fields(into)]  # type: ignore[arg-type]
    missing = set(names) ^ set(columns)
    if missing:
        raise TypeError(f"{into} and its query differ in: {', '.join(sorted(missing))}")
    return None if names == list(columns) else tuple(columns.index(name) for name in names)


def _order_of(into: type[R], cursor: Cursor) -> tuple[int, ...] | None:
    """Where each field of the record stands in a row; None where a row is in their order already."""
    return _order(into, tuple(column[0] for column in cursor.description or ()))  # type: ignore[arg-type]


def _recorded(into: type[R], row: Any, order: tuple[int, ...] | None) -> R:
    return into(*row) if order is None else into(*[row[index] for index in order])


class NamedQueries(ABC):
    """One open transaction on one connection, used on one thread; an engine adds how to execute."""

    def __init__(self, translate: Callable[[BaseException], Exception], driver_error: type[Exception]) -> None:
        self._translate = translate
        self._driver_error = driver_error

    @abstractmethod
    def _cursor(self, query: str, values: dict[str, Value]) -> Cursor:
        """Execute a query of the catalogue; may raise the driver's errors."""

    def one(self, into: type[R], query: str, **values: Value) -> R | None:
        """The first row as a record, or None."""
        try:
            cursor = self._cursor(query, values)
            row = cursor.fetchone()
        except self._driver_error as error:
            raise self._translate(error) from error
        record = None if row is None else _recorded(into, row, _order_of(into, cursor))
        cursor.close()  # a statement with RETURNING is finished only when its cursor is
        return record

    def all(self, into: type[R], query: str, **values: Value) -> list[R]:
        """Every row as a record."""
        try:
            cursor = self._cursor(query, values)
            rows = cursor.fetchall()
        except self._driver_error as error:
            raise self._translate(error) from error
        order = _order_of(into, cursor)
        return [into(*row) for row in rows] if order is None else [_recorded(into, row, order) for row in rows]

    def text(self, query: str, **values: Value) -> str | None:
        """The first column of the first row as text, or None."""
        found = self._first(query, values)
        return None if found is None else str(found)

    def number(self, query: str, **values: Value) -> int | None:
        """The first column of the first row as a whole number, or None."""
        found = self._first(query, values)
        return None if found is None else int(found)

    def numbers(self, query: str, **values: Value) -> list[int]:
        """The first column of every row as whole numbers."""
        return [int(row[0]) for row in self._ask(lambda: self._cursor(query, values).fetchall())]

    def run(self, query: str, **values: Value) -> int:
        """Carry it out and return how many rows changed."""
        try:
            return self._cursor(query, values).rowcount
        except self._driver_error as error:
            raise self._translate(error) from error

    def _first(self, query: str, values: dict[str, Value]) -> str | int | float | None:
        try:
            cursor = self._cursor(query, values)
            row = cursor.fetchone()
        except self._driver_error as error:
            raise self._translate(error) from error
        cursor.close()
        found: str | int | float | None = None if row is None else row[0]
        return found

    def _ask(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except self._driver_error as error:
            raise self._translate(error) from error
