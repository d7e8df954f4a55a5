"""Reads, fills and clears tables known only by the schema, with SQL made here because no file can name them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from itertools import groupby

from storage.engines.base import Row, Table, Value

Ask = Callable[[str, dict[str, Value]], list[Row]]


def quoted(*names: str) -> str:
    """Names as SQL writes them, with commas between."""
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


def page_sql(table: Table, *, on: bool) -> str:
    """The rows by key, from the first or from after ``:k0, :k1 …`` on, ``:most`` of them."""
    key = quoted(*table.key)
    after = ", ".join(f":k{place}" for place in range(len(table.key)))
    where = f" WHERE ({key}) > ({after})" if on else ""
    return f"SELECT {quoted(*table.columns)} FROM {quoted(table.name)}{where} ORDER BY {key} LIMIT :most"


class SchemaTables(ABC):
    """What both engines write alike; an engine adds how its schema is read and its tables are filled."""

    columns_sql: str  # rows of table, column, and the column's place in the key or 0; by table, then by column

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def all(self) -> list[Table]:
        """By name."""
        found = self._ask(self.columns_sql, {})
        return [_table(str(name), list(columns)) for name, columns in groupby(found, key=lambda row: row[0])]

    def count(self, table: Table) -> int:
        """How many rows it has."""
        ((count,),) = self._ask(f"SELECT count(*) FROM {quoted(table.name)}", {})
        return int(count or 0)

    def page(self, table: Table, after: Row, most: int) -> list[Row]:
        """Its rows in the order of their key."""
        values: dict[str, Value] = {f"k{place}": value for place, value in enumerate(after)}
        return self._ask(page_sql(table, on=bool(after)), values | {"most": most})

    def clear(self, table: Table) -> None:
        """Take all its rows away."""
        self._ask(f"DELETE FROM {quoted(table.name)}", {})

    @abstractmethod
    def add(self, table: Table, rows: Sequence[Row]) -> None:
        """Keep these rows as they are."""

    @abstractmethod
    def lift_references(self) -> str:
        """Let rows come in any order; returns the script that puts back every rule this took away."""

    @abstractmethod
    def number_on(self, table: Table) -> None:
        """Let ids that the database makes itself go on after the highest one there is."""


def _table(name: str, columns: list[Row]) -> Table:
    key = sorted((int(place or 0), str(column)) for _, column, place in columns if place)
    return Table(name, tuple(str(column) for _, column, _ in columns), tuple(column for _, column in key))
