"""The tables of a Postgres schema."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from storage.engines.base import Row, Table
from storage.engines.tables import Ask, SchemaTables, quoted

_REFERENCES = """
    SELECT owner.relname, rule.conname, pg_get_constraintdef(rule.oid)
    FROM pg_constraint AS rule JOIN pg_class AS owner ON owner.oid = rule.conrelid
    WHERE rule.contype = 'f' AND rule.conparentid = 0 AND rule.connamespace = current_schema()::regnamespace
    ORDER BY owner.relname, rule.conname
"""
_NUMBERED = """
    SELECT column_name, pg_get_serial_sequence(quote_ident(:name), column_name)
    FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = :name
      AND pg_get_serial_sequence(quote_ident(:name), column_name) IS NOT NULL
"""


class PostgresTables(SchemaTables):
    """Rows go in by COPY."""

    columns_sql = """
        SELECT found.relname, stored.attname, COALESCE(array_position(keyed.indkey::int2[], stored.attnum) + 1, 0)
        FROM pg_class AS found JOIN pg_attribute AS stored ON stored.attrelid = found.oid
        LEFT JOIN pg_index AS keyed ON keyed.indrelid = found.oid AND keyed.indisprimary
        WHERE found.relnamespace = current_schema()::regnamespace AND found.relkind IN ('r', 'p')
          AND NOT found.relispartition
          AND stored.attnum > 0 AND NOT stored.attisdropped AND stored.attgenerated = ''
        ORDER BY found.relname, stored.attnum
    """

    def __init__(self, ask: Ask, copy: Callable[[str, Sequence[Row]], None]) -> None:
        super().__init__(ask)
        self._copy = copy

    def add(self, table: Table, rows: Sequence[Row]) -> None:
        """Keep these rows as they are, with the ids they have."""
        self._copy(f"COPY {quoted(table.name)} ({quoted(*table.columns)}) FROM STDIN", rows)

    def lift_references(self) -> str:
        """Drop every foreign key; the script adds them again, which looks at every row."""
        script = ""
        for table, rule, definition in [map(str, row) for row in self._ask(_REFERENCES, {})]:
            change = f"ALTER TABLE {quoted(table)}"
            self._ask(f"{change} DROP CONSTRAINT {quoted(rule)}", {})
            script += f"{change} ADD CONSTRAINT {quoted(rule)} {definition};\n"
        return script

    def number_on(self, table: Table) -> None:
        """Let its sequences go on after the highest number there is."""
        for column, sequence in self._ask(_NUMBERED, {"name": table.name}):
            highest = f"SELECT max({quoted(str(column))}) AS last FROM {quoted(table.name)}"
            on = f"SELECT setval(CAST(:sequence AS regclass), last) FROM ({highest}) AS kept WHERE last > 0"
            self._ask(on, {"sequence": sequence})
