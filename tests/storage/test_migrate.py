"""The schema moves by numbered files: in order, checked, never from an edited history, and back again."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TypeVar

import pytest

from storage import markers, migrate, personas, usage
from storage.database import Database
from storage.engines.base import Transaction
from storage.engines.examine import astray
from storage.errors import DatabaseTooNew, MigrationBroken, StorageError
from storage.moving import DERIVED, Derived, Move, move
from storage.records import ModelCall
from storage.scoping import BY_NUMBER, SCOPES, SHARED
from tests.storage.conftest import NOW, Owing
from tests.storage.filling import fill
from tests.storage.outside import File, Outside, Server

T = TypeVar("T")


def now() -> int:
    return NOW


@pytest.fixture
async def bare(nowhere: Outside) -> AsyncIterator[Database]:
    """A database that no step was taken in; all others have taken every one."""
    database = Database(await nowhere.open())
    yield database
    await database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The real migrations, to be added to."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in migrate.FOLDER.glob("*.sql"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def newest() -> int:
    return len(migrate.known("sqlite"))


def add(folder: Path, up: str, down: str = "DROP TABLE later;", name: str = "later") -> int:
    """A further migration; its number."""
    number = newest() + 1
    (folder / f"{number:04d}_{name}.sql").write_text(up)
    (folder / f"{number:04d}_{name}.down.sql").write_text(down)
    return number


def edit(folder: Path) -> None:
    """Change what the first migration says."""
    first = next(path for path in folder.glob("0001_*.sql") if ".down." not in path.name)
    first.write_text(first.read_text() + "\n-- only a remark\n")


async def test_a_new_database_takes_every_step_and_a_second_start_none(bare: Database) -> None:
    first = await migrate.up(bare, now)
    second = await migrate.up(bare, now)

    assert [step.number for step in first] == list(range(1, newest() + 1))
    assert second == ()
    assert (await migrate.status(bare)).waiting == ()


async def test_down_and_up_again_leave_the_same_schema(database: Database, outside: Outside) -> None:
    before = outside.schema()

    await migrate.down(database, 0)
    bare = outside.schema()
    await migrate.up(database, now)

    assert outside.schema() == before
    ours = {name for kind, name, _ in bare if kind == "table" and not name.startswith("sqlite_")}  # SQLite's own stay
    assert ours == {"schema_migrations"}


async def test_each_step_alone_goes_down_to_the_schema_it_came_from(
    database: Database, folder: Path, outside: Outside
) -> None:
    number = add(folder, "CREATE TABLE later (id TEXT PRIMARY KEY);\nCREATE INDEX later_id ON later (id);")
    await migrate.up(database, now, folder)
    full = outside.schema()

    undone = await migrate.down(database, number - 1, folder)
    lower = outside.schema()
    await migrate.up(database, now, folder)

    assert [step.number for step in undone] == [number]
    assert {"later", "later_id"}.isdisjoint(name for _, name, _ in lower)
    assert outside.schema() == full


async def test_a_database_newer_than_the_code_is_left_alone(database: Database, folder: Path, outside: Outside) -> None:
    add(folder, "CREATE TABLE later (id TEXT PRIMARY KEY);")
    await migrate.up(database, now, folder)
    before = outside.schema()

    with pytest.raises(DatabaseTooNew, match="newer release"):
        await migrate.up(database, now)
    with pytest.raises(DatabaseTooNew):
        await migrate.down(database, 0)

    assert outside.schema() == before


async def test_a_migration_edited_after_it_ran_is_refused(database: Database, folder: Path) -> None:
    edit(folder)

    with pytest.raises(MigrationBroken, match="changed after it ran"):
        await migrate.up(database, now, folder)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE later (id TEXT PRIMARY KEY);\nINSERT INTO nowhere VALUES (1);",
        "CREATE TABLE later (id TEXT PRIMARY KEY);\nthese are no words of SQL;",
        "CREATE TABLE later (id TEXT PRIMARY KEY);\nINSERT INTO later VALUES (NULL), ('a'), ('a');",
        "CREATE TABLE later (id TEXT REFERENCES markers (name));\nPRAGMA defer_foreign_keys = ON;\n"
        "INSERT INTO later VALUES ('nobody');",
    ],
)
async def test_a_step_that_fails_or_leaves_a_broken_database_keeps_nothing(
    sql: str, database: Database, folder: Path, outside: Outside
) -> None:
    await database.write(markers.put, "a", "kept", NOW)
    before = outside.schema()
    add(folder, sql)

    with pytest.raises(StorageError):
        await migrate.up(database, now, folder)

    assert outside.schema() == before
    assert len((await migrate.status(database)).applied) == newest()
    assert await database.read(markers.read, "a") == "kept"


async def test_the_steps_before_a_failing_one_stay(bare: Database, folder: Path) -> None:
    add(folder, "these are no words of SQL;")

    with pytest.raises(StorageError):
        await migrate.up(bare, now, folder)

    assert len((await migrate.status(bare, folder)).applied) == newest()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("0099_gap", "lacks its up or down"), ("0001_again", "lacks its up or down"), ("later", "not named like")],
)
def test_files_that_do_not_follow_on_are_refused(name: str, wrong: str, folder: Path) -> None:
    (folder / f"{name}.sql").write_text("SELECT 1;")
    (folder / f"{name}.down.sql").write_text("SELECT 1;")

    with pytest.raises(MigrationBroken, match=wrong):
        migrate.known("sqlite", folder)


def test_a_step_without_its_way_back_is_refused(folder: Path) -> None:
    (folder / f"{newest() + 1:04d}_later.sql").write_text("SELECT 1;")

    with pytest.raises(MigrationBroken, match="down"):
        migrate.known("sqlite", folder)


def test_a_step_may_be_written_for_each_database_apart(folder: Path) -> None:
    number = newest() + 1
    for dialect in ("sqlite", "postgres"):
        (folder / f"{number:04d}_later.{dialect}.sql").write_text(f"-- {dialect}")
        (folder / f"{number:04d}_later.{dialect}.down.sql").write_text(f"-- {dialect} down")

    steps = {dialect: migrate.known(dialect, folder)[-1] for dialect in ("sqlite", "postgres")}

    assert {dialect: (step.up, step.down) for dialect, step in steps.items()} == {
        "sqlite": ("-- sqlite", "-- sqlite down"),
        "postgres": ("-- postgres", "-- postgres down"),
    }


async def test_a_trigger_is_one_statement_although_it_has_many_ends(
    folder: Path, model_file: Path, tmp_path: Path
) -> None:
    file = File(shutil.copy(model_file, tmp_path / "troupe.db"))
    engine = await file.open()
    add(
        folder,
        "CREATE TABLE later (id TEXT); -- a remark; with an end\n"
        "CREATE TRIGGER later_after AFTER INSERT ON later BEGIN\n"
        "  DELETE FROM later WHERE id = 'a';\n  DELETE FROM later WHERE id = 'b';\nEND;\n",
    )

    await migrate.up(Database(engine), now, folder)
    await engine.close()

    assert "later_after" in {name for _, name, _ in file.schema()}


async def test_copies_made_before_bans_were_known_are_taken_for_editions(bare: Database, tmp_path: Path) -> None:
    await migrate.up(bare, now, until(tmp_path, 1))
    await bare.write(_personas_of_the_first_schema)

    await migrate.up(bare, now)

    found = [await bare.read(personas.by_id, one) for one in ("prs_copy", "prs_new", "prs_shared")]
    assert [persona and persona.origin_id for persona in found] == ["prs_shared", "", ""]


async def test_calls_without_work_are_all_that_the_second_step_takes_with_it(database: Database, owing: Owing) -> None:
    call = ModelCall("cal_1", await owing.owe(), 1, "m", "OK", 1, 2, 1, None, 3, None, None, NOW)
    await database.write(usage.add, call)
    await database.write(usage.add, replace(call, id="cal_2", work_id=None))

    await migrate.down(database, 1)
    await migrate.up(database, now)

    assert await database.read(usage.tokens_since, 0) == 3


async def test_what_was_kept_before_scopes_came_first_is_kept_and_found_and_comes_back(
    nowhere: Outside, tmp_path: Path
) -> None:
    outside = nowhere
    step = next(one for one in migrate.known("sqlite") if one.name == "scope_first")
    earlier = until(tmp_path, step.number - 1)
    file = File(tmp_path / "filled.db")
    await use(file, lambda database: migrate.up(database, now, earlier))
    fill(file.path, Random(1), 12)
    await use(file, lambda database: database.write(lambda tx: tx.script(_AS_IN_LIFE)))
    if isinstance(outside, Server):
        await moved(file, outside, earlier)
    else:
        outside = file
    await use(outside, lambda database: database.write(lambda tx: tx.script(_INDEXED)))
    if outside is file:
        texts = "SELECT number, words FROM passage_texts WHERE words LIKE 'words %'"  # not those of memories
        words = f"INSERT INTO passage_words (rowid, words) {texts};"
        await use(file, lambda database: database.write(lambda tx: tx.script(words)))
    before = everything_in(outside)

    await use(outside, lambda database: migrate.up(database, now))
    led = {name: outside.rows(f"SELECT {scope} FROM {name}") for name, scope in SCOPES.items()}
    calls = outside.rows("SELECT 1 FROM model_calls c JOIN work w USING (conversation_id) WHERE w.id = c.work_id")
    texts = outside.rows("SELECT count(*) FROM passage_texts")
    wrong = await use(outside, lambda database: database.read(lambda tx: tx.check()))
    found = astray(file.path) if isinstance(outside, File) else []
    await use(outside, lambda database: migrate.down(database, step.number - 1))

    assert {len(rows) for name, rows in led.items() if name not in BY_NUMBER} == {12}
    assert len(set(led["memory_uses"])) == len(set(led["memory_sources"])) == len(calls) == 12
    assert (texts, wrong, found) == ([(12,)], [], [])
    assert everything_in(outside) == before


# Nothing but what tests put there by chance refers out of its conversation, and places are small numbers.
_AS_IN_LIFE = """
UPDATE messages SET reply_to = CASE WHEN reply_to IS NULL THEN NULL ELSE id END, seq = rowid, content = 'words ' || seq;
UPDATE memory_rereads
SET conversation_id = (SELECT m.conversation_id FROM messages m WHERE m.id = memory_rereads.message_id);
UPDATE model_calls SET work_id = (SELECT w.id FROM work w WHERE w.rowid = model_calls.rowid);
"""
_INDEXED = """
INSERT INTO scopes (key) SELECT id FROM conversations ORDER BY id;
INSERT INTO passages (number, source_id, model)
SELECT s.number * 4294967296 + m.seq, m.id, '' FROM messages m JOIN scopes s ON s.key = m.conversation_id;
"""


def everything_in(outside: Outside) -> dict[str, set[tuple[object, ...]]]:
    """Every row of every table that is kept, with its columns named, whatever their order."""
    kept = [name for name in outside.tables() if name in {*SCOPES, *SHARED} - {"passage_bits"}]
    return {name: set(outside.rows(f"SELECT * FROM {name}")) for name in kept if name != "schema_migrations"}


async def moved(source: Outside, target: Outside, folder: Path) -> None:
    """The same in another place."""
    ours, theirs = Database(await source.open()), Database(await target.open())
    derived = tuple(Derived(one.table, lambda tx: None) for one in DERIVED)
    await move(Move(ours, theirs, now, lambda doing, table, done, of: None, derived, folder))
    await ours.close()
    await theirs.close()


async def use(outside: Outside, ask: Callable[[Database], Awaitable[T]]) -> T:
    """Open the database, ask it something, and close it."""
    database = Database(await outside.open())
    try:
        return await ask(database)
    finally:
        await database.close()


def until(tmp_path: Path, number: int) -> Path:
    """The real migrations up to that one."""
    folder = tmp_path / "earlier"
    folder.mkdir()
    for path in migrate.FOLDER.glob("*.sql"):
        if int(path.name[:4]) <= number:
            (folder / path.name).write_bytes(path.read_bytes())
    return folder


def _personas_of_the_first_schema(tx: Transaction) -> None:
    for persona, guild, name, reason in (
        ("prs_shared", "", "ada", "first publication of ada.toml"),
        ("prs_copy", "10", "ada", "this server''s own copy"),
        ("prs_new", "11", "ada", "made with /persona create"),
    ):
        sheet = f"'{name}', 'Ada', '', 'active', 'file', ''"
        tx.script(
            f"INSERT INTO personas VALUES ('{persona}', '{guild}', {sheet}, 1, 1, 1);\n"
            f"INSERT INTO persona_versions VALUES ('{persona}_1', '{persona}', 1, '{{}}', 'x', '{reason}', 1);"
        )
