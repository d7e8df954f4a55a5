"""Queries stand under their names, and an override stands over a query that exists."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.catalogue import UnknownQuery, queries, query
from storage.database import Database
from storage.engines.base import Transaction
from storage.records import Tally


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cats.sql").write_text("-- name: one\n-- why so\nSELECT 1;\n\n-- name: two\nSELECT 2;\n")
    (tmp_path / "postgres").mkdir()
    return tmp_path


def test_a_query_is_found_by_subject_and_name(folder: Path) -> None:
    assert queries("sqlite", folder) == {"cats.one": "-- why so\nSELECT 1", "cats.two": "SELECT 2"}


def test_an_override_stands_over_the_portable_query_in_its_dialect_only(folder: Path) -> None:
    (folder / "postgres" / "cats.sql").write_text("-- name: two\nSELECT 22;\n")

    found = {dialect: queries(dialect, folder)["cats.two"] for dialect in ("sqlite", "postgres")}

    assert found == {"sqlite": "SELECT 2", "postgres": "SELECT 22"}


def test_an_override_of_nothing_is_refused(folder: Path) -> None:
    (folder / "postgres" / "cats.sql").write_text("-- name: tow\nSELECT 2;\n")

    with pytest.raises(UnknownQuery, match=r"cats\.tow"):
        queries("postgres", folder)


def test_a_name_used_twice_is_refused(folder: Path) -> None:
    (folder / "cats.sql").write_text("-- name: one\nSELECT 1;\n-- name: one\nSELECT 2;\n")

    with pytest.raises(UnknownQuery, match="twice: one"):
        queries("sqlite", folder)


def test_an_unknown_query_is_named() -> None:
    with pytest.raises(UnknownQuery, match=r"work\.dance"):
        query("sqlite", "work.dance")


async def test_an_unknown_query_in_a_transaction_reaches_who_asked(database: Database) -> None:
    def dance(tx: Transaction) -> int:
        return tx.run("work.dance")

    with pytest.raises(UnknownQuery):
        await database.write(dance)


async def test_a_record_that_its_query_does_not_fill_is_refused(database: Database) -> None:
    def misread(tx: Transaction) -> list[Tally]:
        return tx.all(Tally, "migrations.applied")

    with pytest.raises(TypeError, match="differ in"):
        await database.read(misread)
