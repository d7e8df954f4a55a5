"""The tables of an SQLite file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from storage.engines.base import Row, Table
from storage.engines.tables import Ask, SchemaTables, quoted


class SQLiteTables(SchemaTables):
    """Rows go in by one prepared statement."""

    # Litestream keeps two tables of its own in the file; those of virtual tables begin with the virtual one's name, and
    # not all of them are listed as its shadows.
    columns_sql = r"""
        SELECT found.name, stored.name, stored.pk
        FROM pragma_table_list AS found JOIN pragma_table_xinfo(found.name) AS stored
        WHERE found.schema = 'main' AND found.type = 'table' AND stored.hidden = 0
          AND found.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND found.name NOT LIKE '\_litestream\_%' ESCAPE '\'
          AND NOT EXISTS (
            SELECT 1 FROM pragma_table_list AS owner
            WHERE owner.type = 'virtual' AND substr(found.name, 1, length(owner.name) + 1) = owner.name || '_')
        ORDER BY found.name, stored.cid
    """

    def __init__(self, ask: Ask, fill: Callable[[str, Sequence[Row]], None]) -> None:
        super().__init__(ask)
        self._fill = fill

    def add(self, table: Table, rows: Sequence[Row]) -> None:
        """Keep these rows as they are."""
        places = ", ".join("?" for _ in table.columns)
        self._fill(f"INSERT INTO {quoted(table.name)} ({quoted(*table.columns)}) VALUES ({places})", rows)

    def lift_references(self) -> str:
        """Nothing to lift: who fills a file opens it without references."""
        return ""

    def number_on(self, table: Table) -> None:
        """Nothing to do: SQLite counts on from what was put there."""
