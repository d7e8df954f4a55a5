"""Moves the schema up and down by the numbered files of migrations/, each in one transaction."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from storage.database import Database
from storage.engines.base import Transaction
from storage.errors import DatabaseTooNew, MigrationBroken, MoveUnfinished

FOLDER = Path(__file__).parent.parent / "migrations"
_FILE = re.compile(r"^(\d{4})_([a-z0-9_]+?)(\.(?:sqlite|postgres))?(\.down)?\.sql$")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema, with the SQL of both directions."""

    number: int
    name: str
    up: str
    down: str

    @property
    def checksum(self) -> str:
        """Tells whether the file is still what was run."""
        return hashlib.sha256(self.up.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Applied:
    """A step this database has taken."""

    number: int
    name: str
    checksum: str
    applied_at: int


@dataclass(frozen=True, slots=True)
class Status:
    """What the database has and what it still lacks."""

    applied: tuple[Applied, ...]
    waiting: tuple[Migration, ...]


def known(dialect: str, folder: Path = FOLDER) -> tuple[Migration, ...]:
    """The migrations this release knows, in order; raises MigrationBroken for a gap or a missing ``down``."""
    texts: dict[tuple[int, str], dict[str, str]] = {}
    for path in sorted(folder.glob("*.sql")):
        match = _FILE.match(path.name)
        if match is None:
            raise MigrationBroken(f"{path.name} is not named like 0001_what_it_does.sql; rename it.")
        number, name, only, down = match.groups()
        if only in (None, f".{dialect}"):
            texts.setdefault((int(number), name), {})["down" if down else "up"] = path.read_text("utf-8")
    found = []
    for place, ((number, name), text) in enumerate(sorted(texts.items()), start=1):
        if number != place or text.keys() != {"up", "down"}:
            raise MigrationBroken(f"Migration {place:04d} lacks its up or down file, or a number is used twice.")
        found.append(Migration(number, name, text["up"], text["down"]))
    return tuple(found)


def _applied(tx: Transaction) -> tuple[Applied, ...]:
    if not tx.number("migrations.present"):
        return ()
    return tuple(tx.all(Applied, "migrations.applied"))


def _compare(have: tuple[Applied, ...], want: tuple[Migration, ...]) -> Status:
    if len(have) > len(want):
        raise DatabaseTooNew(
            f"The database is at schema {have[-1].number} and this release knows {len(want)}; "
            "run the newer release, or restore a backup made before the upgrade."
        )
    for applied, migration in zip(have, want, strict=False):
        if applied.checksum != migration.checksum:
            raise MigrationBroken(
                f"Migration {migration.number:04d}_{migration.name} changed after it ran here; "
                "restore the file from version control and make a new migration instead."
            )
    return Status(have, want[len(have) :])


async def status(database: Database, folder: Path = FOLDER) -> Status:
    """Compare the database with the files; raises DatabaseTooNew or MigrationBroken."""
    return _compare(await database.read(_applied), known(database.dialect, folder))


async def _compared(database: Database, folder: Path) -> tuple[tuple[Applied, ...], tuple[Migration, ...]]:
    await _refuse_half(database)
    found = await status(database, folder)
    return found.applied, found.waiting


async def _nothing(schema: int) -> None:
    """Nothing is done first."""


async def up(
    database: Database,
    now: Callable[[], int],
    folder: Path = FOLDER,
    first: Callable[[int], Awaitable[None]] = _nothing,
    to: int | None = None,
) -> tuple[Migration, ...]:
    """Take every waiting step, or those up to ``to``, checking the file around each; returns the steps taken.

    ``first`` is called with the schema's number before one that holds anything moves; when it raises, nothing moves.
    """
    have, waiting = await _compared(database, folder)
    waiting = tuple(step for step in waiting if to is None or step.number <= to)
    if have and waiting:
        await first(have[-1].number)
    for migration in waiting:
        await database.write(_take, migration, now())
    return waiting


async def down(
    database: Database, to: int, folder: Path = FOLDER, first: Callable[[int], Awaitable[None]] = _nothing
) -> tuple[Migration, ...]:
    """Undo every step above ``to``, newest first, with all data those steps hold; returns the steps undone."""
    have, _ = await _compared(database, folder)
    undone = tuple(step for step in reversed(known(database.dialect, folder)[: len(have)]) if step.number > to)
    if undone:
        await first(have[-1].number)
    for migration in undone:
        await database.write(_undo, migration)
    return undone


def half_moved(tx: Transaction) -> bool:
    """Whether everything was to be moved here from another database, and not all of it has come."""
    return tx.number("moving.unfinished") != 0


async def _refuse_half(database: Database) -> None:
    if await database.read(half_moved):
        raise MoveUnfinished("This database is only half moved here; run the same `python -m bot move` again.")


def _take(tx: Transaction, migration: Migration, now: int) -> None:
    tx.run("migrations.alone")
    if any(step.number == migration.number for step in _applied(tx)):
        return  # another process that starts just now was first
    _sound(tx, f"before migration {migration.number:04d}")
    if not tx.number("migrations.present"):
        tx.run("migrations.create")
    tx.script(migration.up)
    tx.run(
        "migrations.add",
        number=migration.number,
        name=migration.name,
        checksum=migration.checksum,
        applied_at=now,
    )
    _sound(tx, f"after migration {migration.number:04d}")


def _undo(tx: Transaction, migration: Migration) -> None:
    tx.script(migration.down)
    tx.run("migrations.remove", number=migration.number)
    _sound(tx, f"after undoing migration {migration.number:04d}")


def _sound(tx: Transaction, when: str) -> None:
    wrong = tx.check()
    if wrong:
        raise MigrationBroken(f"The database is damaged {when}: {'; '.join(wrong[:3])}. Restore a backup.")
