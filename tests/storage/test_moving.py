"""Everything moves from a file to a server and back, whatever happens on the way, and the source stays as it was."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.house import open_database
from config.static import read_settings
from storage import markers, migrate, recall
from storage.database import Database
from storage.engines.base import Transaction
from storage.engines.driver import Bounds
from storage.errors import DatabaseTaken, DatabaseTooNew, MoveRefused, MoveUnfinished
from storage.ids import Ids
from storage.moving import DERIVED, Derived, Move, Moved, move
from storage.opening import open_url
from storage.recall import Reach
from tests.nursery import bear
from tests.storage.conftest import NOW
from tests.storage.filling import everything, fill
from tests.storage.outside import File, Outside, Server
from tests.storage.test_recall import check_words, lay, say

ROWS, PAGES = 20, 3  # of each table; a page holds seven rows

Mover = Callable[..., Awaitable[Moved]]


def unseen(doing: str, table: str, done: int, of: int) -> None:
    """Watch nothing."""


async def loose() -> Bounds:
    return Bounds(references=False)


@pytest.fixture
async def moving() -> AsyncIterator[Mover]:
    """Moves from one place to another as the command line does; small pages, so that tables have many of them."""

    async def run(source: Outside, target: Outside, **chosen: Any) -> Moved:
        async with AsyncExitStack() as ending:
            ours = await open_url(source.url, only=True)
            ending.push_async_callback(ours.close)
            theirs = await open_url(target.url, loose, only=True)
            ending.push_async_callback(theirs.close)
            route = Move(ours.database, theirs.database, lambda: NOW, unseen, page=7)
            return await move(replace(route, **chosen))

    yield run


@pytest.fixture(params=["sqlite", "postgres"])
def outside(request: pytest.FixtureRequest, tmp_path: Path) -> Outside:
    """Where something may be moved to: a file that is not there yet, or a server's database at the newest schema."""
    if request.param == "postgres":
        return Server(request.getfixturevalue("postgres_database"))
    return File(tmp_path / "troupe.db")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The real migrations, to be added to."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in migrate.FOLDER.glob("*.sql"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.fixture
def server(postgres_database: str) -> Server:
    """At the newest schema and without a row, which a move leaves as it is."""
    return Server(postgres_database)


@pytest.fixture
def bare_server(postgres_schema: str) -> Server:
    """Without any table, all of which a move makes."""
    return Server(postgres_schema)


@pytest.fixture
def start(model_file: Path, tmp_path: Path) -> File:
    """A file at the newest schema and without a row."""
    return File(shutil.copy(model_file, tmp_path / "start.db"))


@pytest.fixture
def end(model_file: Path, tmp_path: Path) -> File:
    """Another one."""
    return File(shutil.copy(model_file, tmp_path / "end.db"))


@pytest.fixture(scope="module")
def filled_file(model_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with odd rows in every table; it is copied, never used."""
    path = tmp_path_factory.mktemp("filled") / "troupe.db"
    shutil.copy(model_file, path)
    fill(path, Random(path.name), ROWS)
    return path


@pytest.fixture
def file(filled_file: Path, tmp_path: Path) -> File:
    """Such a file of the test's own."""
    shutil.copy(filled_file, tmp_path / "troupe.db")
    return File(tmp_path / "troupe.db")


async def use(outside: Outside, ask: Callable[[Database], Awaitable[Any]]) -> Any:
    """Open the database, ask it something, and close it."""
    database = Database(await outside.open())
    try:
        return await ask(database)
    finally:
        await database.close()


async def killed_at(step: int, source: Outside, target: Outside) -> int:
    """Move in a process that kills itself at that step; how it ended."""
    child = await bear("tests.storage.moving_child", source.url, target.url, str(step))
    code = await child.wait()
    await child.gone()
    return code


def later(folder: Path, sqlite: str, postgres: str) -> None:
    """A migration that this release does not know, written for each database apart."""
    number = len(migrate.known("sqlite")) + 1
    for dialect, up in (("sqlite", sqlite), ("postgres", postgres)):
        (folder / f"{number:04d}_later.{dialect}.sql").write_text(up)
        (folder / f"{number:04d}_later.{dialect}.down.sql").write_text("DROP TABLE later;")


# ── there and back ──


@pytest.mark.parametrize("seed", range(2))
async def test_there_and_back_again_every_row_is_what_it_was(
    seed: int, moving: Mover, start: File, bare_server: Server, tmp_path: Path
) -> None:
    fill(start.path, Random(seed), ROWS)
    before = everything(start.path)

    there = await moving(start, bare_server)
    back = await moving(bare_server, File(tmp_path / "end.db"))

    assert all(len(rows) == ROWS for rows in before.values())
    assert everything(tmp_path / "end.db") == before == everything(start.path)
    assert (there.rows, there.marks) == (back.rows, back.marks) == (ROWS * len(before), 0)


async def test_the_schema_afterwards_is_that_of_a_new_database(
    moving: Mover, file: File, start: File, server: Server, tmp_path: Path
) -> None:
    back = File(tmp_path / "back.db")
    empty = server.schema()

    await moving(file, server)
    await moving(server, back)

    assert server.schema() == empty
    ours, theirs = [[thing for thing in one.schema() if "sqlite_stat" not in thing[1]] for one in (back, start)]
    assert ours == theirs


async def test_a_table_that_only_a_later_release_knows_is_moved_with_its_numbers(
    moving: Mover, folder: Path, start: File, server: Server, end: File
) -> None:
    rest = "other BIGINT REFERENCES later (id), score DOUBLE PRECISION, half TEXT NOT NULL"
    later(
        folder,
        f"CREATE TABLE later (id INTEGER PRIMARY KEY AUTOINCREMENT, picture BLOB, {rest});",
        f"CREATE TABLE later (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, picture BYTEA, {rest});",
    )
    rows = "INSERT INTO later (id, picture, other, score, half) VALUES (7, x'00ff', 9, 0.1, ''), (9, NULL, 7, -2, 'x');"
    await use(start, lambda database: migrate.up(database, lambda: NOW, folder))
    await use(start, lambda database: database.write(lambda tx: tx.script(f"PRAGMA defer_foreign_keys = ON;\n{rows}")))
    add = "INSERT INTO later (half) VALUES ('new');"

    await moving(start, server, folder=folder)
    await use(server, lambda database: database.write(lambda tx: tx.script(add)))
    await moving(server, end, folder=folder)
    await use(end, lambda database: database.write(lambda tx: tx.script(add)))

    assert end.rows("SELECT id FROM later ORDER BY id") == [(7,), (9,), (10,), (11,)]
    assert end.rows("SELECT * FROM later WHERE id < 10") == start.rows("SELECT * FROM later")


async def test_what_is_derived_is_built_anew_and_not_copied(
    moving: Mover, folder: Path, start: File, end: File
) -> None:
    words = "CREATE VIRTUAL TABLE words USING fts5 (value);\nCREATE TABLE later (name TEXT PRIMARY KEY, size BIGINT);\n"
    later(folder, words, "CREATE TABLE later (name TEXT PRIMARY KEY, size BIGINT);")
    await use(start, lambda database: migrate.up(database, lambda: NOW, folder))
    await use(start, lambda database: database.write(markers.put, "a", "three blind mice", NOW))
    stale = "INSERT INTO words (value) VALUES ('stale');\nINSERT INTO later (name, size) VALUES ('stale', 1);"
    await use(start, lambda database: database.write(lambda tx: tx.script(stale)))

    def build(tx: Transaction) -> None:
        tx.script("INSERT INTO words (value) SELECT value FROM markers;")
        tx.script("INSERT INTO later (name, size) SELECT name, length(value) FROM markers;")

    await moving(start, end, folder=folder, derived=(*DERIVED, Derived("later", build)))

    assert end.rows("SELECT value FROM words WHERE words MATCH 'blind'") == [("three blind mice",)]
    assert end.rows("SELECT count(*) FROM words") == [(1,)]
    assert end.rows("SELECT name, size FROM later") == [("a", 16)]


async def test_what_was_said_is_found_again_where_it_was_moved_to(
    moving: Mover, start: File, server: Server, end: File
) -> None:
    ids = Ids(lambda: NOW)

    def hear(tx: Transaction) -> list[str]:
        return [say(tx, ids, scene, "the cat sleeps") for scene in lay(tx, ids)]

    def find(tx: Transaction) -> list[str]:
        found = recall.told(tx, Reach(0, 2**62), recall.having(tx, Reach(0, 2**62), "cats"))
        return sorted(one.id for one in found)

    said = await use(start, lambda database: database.write(hear))

    await moving(start, server)
    await moving(server, end)
    await use(end, lambda database: database.write(check_words))

    assert await use(server, lambda database: database.read(find)) == sorted(said)
    assert await use(end, lambda database: database.read(find)) == sorted(said)


async def test_characters_that_a_server_can_t_keep_are_counted_and_marked(
    moving: Mover, file: File, server: Server
) -> None:
    await use(file, lambda database: database.write(markers.put, "one\x00", "\x00two\x00", NOW))

    moved = await moving(file, server)

    assert moved.marks == 3
    assert server.rows("SELECT name, value FROM markers WHERE value LIKE '%two%'") == [("one\ufffd", "\ufffdtwo\ufffd")]


# ── broken off ──


@pytest.mark.parametrize(("step", "back"), [(1, False), (48, False), (2, True), (55, True)])
async def test_a_move_that_was_killed_goes_on_where_it_had_come_to(
    step: int, back: bool, moving: Mover, file: File, server: Server, end: File
) -> None:
    target: Outside = server
    source: Outside = file
    if back:
        await moving(file, server, page=ROWS)
        source, target = server, end
    seen: list[str] = []

    code = await killed_at(step, source, target)
    await moving(source, target, watch=lambda doing, table, done, of: seen.append(doing))
    if not back:
        await moving(server, end, page=ROWS)

    assert code == -9
    assert everything(end.path) == everything(file.path)
    assert seen.count("copied") == max(0, PAGES * len(everything(file.path)) - step)


async def test_no_bot_starts_on_what_is_half_moved(file: File, server: Server) -> None:
    await killed_at(9, file, server)

    with pytest.raises(MoveUnfinished, match="bot move"):
        await open_database(read_settings({"DATABASE_URL": server.url}), SystemClock())
    with pytest.raises(MoveUnfinished):
        await use(server, lambda database: migrate.down(database, 0))


async def test_a_source_that_lived_on_after_a_move_was_killed_is_moved_as_it_is_now(
    moving: Mover, file: File, server: Server, end: File
) -> None:
    await killed_at(30, file, server)
    change = "UPDATE bindings SET bound_by = 'somebody else';\nDELETE FROM choices WHERE chosen_at > 0;"
    await use(file, lambda database: database.write(lambda tx: tx.script(change)))

    await moving(file, server)
    await moving(server, end, page=ROWS)

    assert everything(end.path) == everything(file.path)


async def test_a_name_that_somebody_else_took_after_a_move_was_killed_is_no_obstacle(
    moving: Mover, file: File, server: Server, end: File
) -> None:
    name = "UPDATE people SET platform = 'p', platform_id = '{}' WHERE id = (SELECT {}(id) FROM people);"
    before, after = name.format("ann", "min"), name.format("eve", "min") + "\n" + name.format("ann", "max")
    await use(file, lambda database: database.write(lambda tx: tx.script(before)))
    await killed_at(PAGES * list(everything(file.path)).index("people") + 2, file, server)
    await use(file, lambda database: database.write(lambda tx: tx.script(after)))

    await moving(file, server)
    await moving(server, end, page=ROWS)

    assert everything(end.path) == everything(file.path)


# ── refused ──


async def test_a_database_that_already_holds_something_is_left_as_it_is(
    moving: Mover, file: File, outside: Outside, start: File
) -> None:
    fill(start.path, Random(3), 3)
    if isinstance(outside, Server):
        await moving(file, outside, page=ROWS)
    tables = everything(start.path)
    before = {name: outside.rows(f"SELECT * FROM {name}") for name in tables}

    with pytest.raises(MoveRefused, match="not empty"):
        await moving(start, outside)

    assert {name: outside.rows(f"SELECT * FROM {name}") for name in tables} == before


async def test_a_database_of_a_later_release_is_neither_moved_nor_moved_to(
    moving: Mover, folder: Path, file: File, outside: Outside, tmp_path: Path
) -> None:
    new = File(tmp_path / "new.db") if isinstance(outside, File) else outside
    later(folder, "CREATE TABLE later (id TEXT PRIMARY KEY);", "CREATE TABLE later (id TEXT PRIMARY KEY);")
    await use(new, lambda database: migrate.up(database, lambda: NOW, folder))

    with pytest.raises(DatabaseTooNew):
        await moving(file, new)
    with pytest.raises(DatabaseTooNew):
        await moving(new, File(tmp_path / "elsewhere.db"))
    with pytest.raises(MoveRefused, match="bot migrate"):
        await moving(file, new, folder=folder)

    assert new.rows("SELECT count(*) FROM people") == [(0,)]


async def test_an_empty_database_is_not_moved(moving: Mover, bare_server: Server, tmp_path: Path) -> None:
    with pytest.raises(MoveRefused, match="holds nothing"):
        await moving(File(tmp_path / "empty.db"), bare_server)

    assert bare_server.tables() == []


async def test_what_a_bot_runs_on_is_neither_moved_nor_moved_to(moving: Mover, outside: Outside, start: File) -> None:
    settings = read_settings({"DATABASE_URL": outside.url})
    fill(start.path, Random(3), 3)
    running = await open_database(settings, SystemClock())

    for source, target in ((outside, start), (start, outside)):
        with pytest.raises(DatabaseTaken, match="stop"):
            await moving(source, target)

    await running.close()


async def test_no_bot_starts_on_what_is_being_moved(moving: Mover, file: File, server: Server) -> None:
    held = await open_url(server.url, only=True)

    with pytest.raises(DatabaseTaken, match="moved"):
        await open_url(server.url)

    await held.close()
    await (await open_url(server.url)).close()


async def test_rows_that_point_nowhere_are_said_and_the_move_stays_unfinished(
    moving: Mover, file: File, server: Server
) -> None:
    loosely = await open_url(file.url, loose)
    await loosely.database.write(lambda tx: tx.script("DELETE FROM people;"))
    await loosely.close()

    with pytest.raises(MoveRefused, match="break a rule"):
        await moving(file, server)

    with pytest.raises(MoveUnfinished):
        await use(server, lambda database: migrate.up(database, lambda: NOW))


async def test_what_comes_out_otherwise_than_it_went_in_is_found(
    moving: Mover, folder: Path, start: File, server: Server
) -> None:
    later(
        folder,
        "CREATE TABLE later (id TEXT PRIMARY KEY, score REAL);",
        "CREATE TABLE later (id TEXT PRIMARY KEY, score REAL);",  # four bytes there, eight in SQLite
    )
    await use(start, lambda database: migrate.up(database, lambda: NOW, folder))
    add = "INSERT INTO later (id, score) VALUES ('a', 0.123456789012);"
    await use(start, lambda database: database.write(lambda tx: tx.script(add)))

    with pytest.raises(MoveRefused, match="Table later differs"):
        await moving(start, server, folder=folder)


async def test_a_number_too_big_for_a_column_is_said_without_what_the_row_holds(
    moving: Mover, folder: Path, start: File, server: Server
) -> None:
    sql = "CREATE TABLE later (id TEXT PRIMARY KEY, size INTEGER);"
    later(folder, sql, sql)
    await use(start, lambda database: migrate.up(database, lambda: NOW, folder))
    add = "INSERT INTO later (id, size) VALUES ('a secret', 5000000000);"
    await use(start, lambda database: database.write(lambda tx: tx.script(add)))

    with pytest.raises(Exception, match="Table later can't be kept there") as said:
        await moving(start, server, folder=folder)

    assert "secret" not in str(said.value)
