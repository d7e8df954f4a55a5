"""The house plan, kept by a machine: captions, queries, tables, words, sizes, and quiet imports."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from config.static import Static
from storage import catalogue, migrate

ROOT = Path(__file__).parents[2]
PRODUCT = ("bot", "storage", "config")
SOURCES = sorted(path for folder in PRODUCT for path in (ROOT / folder).rglob("*.py"))
TOOLS = {ROOT / "config" / "personas" / "avatars"}  # how the pictures were drawn; nothing imports it
BANNED = {"manager", "helper", "util", "utils", "common", "service", "handler", "data", "info", "process"}
LONGEST = 300

# A file over the limit is asked why; the answer stands here.
LONGER: dict[str, str] = {
    "bot/house.py": "every part is made and joined in one place, in the order in which it starts and ends",
    "bot/ports.py": "the outside world in one place is worth more than two halves of it",
    "config/dynamic.py": "everything that may change while it runs, in one list that all else is made from",
    "config/persona_files.py": "one file format with every sentence that says what is wrong with it",
    "config/static.py": "every setting in one list, with how a mistake in any of them is told",
    "storage/records.py": "a record for each row that is read, side by side as the tables stand in the schema",
}

# Queries that name no table of their own, and tables that migrations keep for themselves.
OURS_ONLY = {
    "schema_migrations",
    "sqlite_schema",
    "unfinished_move",
    "pragma_page_count",
    "pragma_page_size",
    "json_each",
}


def name_of(path: Path) -> str:
    """As people write it."""
    return path.relative_to(ROOT).as_posix()


@cache
def queries() -> dict[str, str]:
    """Every portable query without its remarks."""
    return {name: re.sub(r"--.*", "", sql) for name, sql in catalogue.queries("sqlite").items()}


@cache
def tables() -> list[str]:
    """Every table the migrations make."""
    steps = migrate.known("sqlite")
    return sorted({name for step in steps for name in re.findall(r"^CREATE (?:VIRTUAL )?TABLE (\w+)", step.up, re.M)})


@cache
def views() -> set[str]:
    """What the migrations and the queries themselves name as if it were a table."""
    made = [name for step in migrate.known("sqlite") for name in re.findall(r"^CREATE VIEW (\w+)", step.up, re.M)]
    return {*made, *(name for sql in queries().values() for name in re.findall(r"^WITH RECURSIVE (\w+)", sql, re.M))}


def strings(path: Path) -> Iterator[str]:
    """Every string a module writes."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@cache
def tree(path: Path) -> ast.Module:
    """A module, read once."""
    return ast.parse(path.read_text("utf-8"))


def at_fault(paths: Iterable[Path], right: Callable[[Path], object]) -> list[str]:
    """The names of those that are not as they should be."""
    return sorted(name_of(path) for path in paths if not right(path))


def test_every_folder_has_a_caption() -> None:
    def captioned(folder: Path) -> bool:
        first = folder / "__init__.py"
        caption = ast.get_docstring(tree(first)) if first.exists() else None
        return bool(caption and caption.endswith("."))

    others = [path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]

    assert at_fault({path.parent for path in (*SOURCES, *others)} - TOOLS, captioned) == []


def test_every_module_says_what_it_is() -> None:
    assert at_fault(SOURCES, lambda path: ast.get_docstring(tree(path))) == []


def test_no_file_grows_too_long_without_a_reason() -> None:
    def short(path: Path) -> bool:
        return len(path.read_text("utf-8").splitlines()) <= LONGEST

    assert at_fault(SOURCES, lambda path: short(path) or name_of(path) in LONGER) == []


def test_every_reason_for_length_is_still_needed() -> None:
    for name in LONGER:
        assert len((ROOT / name).read_text("utf-8").splitlines()) > LONGEST, name


def test_no_name_says_nothing() -> None:
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)

    def telling(path: Path) -> bool:
        inside = (node.name for node in ast.walk(tree(path)) if isinstance(node, kinds))
        names = [path.stem, path.parent.name, *inside]
        return not BANNED & {word.lower() for name in names for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)}

    assert at_fault(SOURCES, telling) == []


def test_every_query_is_used_and_every_query_used_exists() -> None:
    known = set(queries())
    subjects = {name.split(".")[0] for name in known}
    asked = re.compile(rf"(?:{'|'.join(sorted(subjects))})\.[a-z_0-9]+")

    used = {text for path in SOURCES for text in strings(path) if path.parts[-2] == "storage" and asked.fullmatch(text)}

    assert known - used == set(), "nobody uses these"
    assert used - known == set(), "these do not exist"


@pytest.mark.parametrize("table", tables())
def test_every_table_is_written_and_read_by_named_queries(table: str) -> None:
    written = re.compile(rf"\b(?:INSERT INTO|UPDATE|DELETE FROM) {table}\b")
    read = re.compile(rf"\b(?:FROM|JOIN) {table}\b|\bUPDATE {table}\b.*\bRETURNING\b", re.S)

    reads = [sql for sql in queries().values() if read.search(re.sub(r"DELETE FROM \w+", "", sql))]

    assert any(written.search(sql) for sql in queries().values())
    assert reads


def test_every_table_a_query_names_exists() -> None:
    named = {
        (name, table)
        for name, sql in queries().items()
        for table in re.findall(r"\b(?:FROM|JOIN|INSERT INTO|UPDATE(?! SET)) ([a-z_]+)", sql)
    }

    assert {one for one in named if one[1] not in {*tables(), *views(), *OURS_ONLY}} == set()


def overridden() -> set[str]:
    """Queries that Postgres has in words of its own."""
    portable, postgres = catalogue.queries("none"), catalogue.queries("postgres")
    return {name for name, sql in portable.items() if postgres[name] != sql}


@pytest.mark.parametrize("name", sorted(queries().keys() - overridden()))
def test_every_query_is_portable(name: str) -> None:
    sql = queries()[name].upper()

    for word in ("INSERT OR", "NOW(", "DATETIME(", "STRFTIME(", "ROWID", " GLOB ", "TRUE", "FALSE", "IFNULL("):
        assert word not in sql
    assert "?" not in sql


@pytest.mark.parametrize("path", sorted(catalogue.FOLDER.glob("*/*.sql")), ids=name_of)
def test_every_override_says_why_it_differs(path: Path) -> None:
    headings = re.findall(r"^-- name: (\w+)\n(.*)$", path.read_text("utf-8"), re.M)

    assert headings and all(reason.startswith("-- ") and reason.endswith(".") for _, reason in headings)


def test_every_setting_is_described_and_named_in_capitals() -> None:
    for name, field in Static.model_fields.items():
        assert field.description and field.description.endswith("."), name
        assert field.alias and field.alias == field.alias.upper(), name


def test_importing_everything_opens_nothing_and_starts_nothing_and_a_start_loads_nothing_long() -> None:
    modules = [name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in SOURCES]
    watched = "import sys, threading, importlib\nseen = []\n"
    watched += "def watch(event, args):\n"
    watched += (
        "    if event in ('socket.connect', 'socket.bind', 'subprocess.Popen', 'sqlite3.connect', 'os.system'):\n"
    )
    watched += "        seen.append((event, str(args)))\n"
    watched += "    if event == 'open' and isinstance(args[1], str) and set(args[1]) & set('wax+'):\n"
    watched += "        seen.append((event, str(args)))\n"
    watched += "sys.dont_write_bytecode = True\nsys.addaudithook(watch)\n"
    watched += "importlib.import_module('bot.app')\n"
    watched += "print({'openai', 'psycopg', 'aiohttp', 'discord', 'numpy'} & set(sys.modules) or 'nothing long')\n"
    watched += f"for name in {[one for one in modules if one != 'bot.__main__']!r}: importlib.import_module(name)\n"
    watched += "print(seen, threading.active_count())"

    ran = subprocess.run(
        [sys.executable, "-c", watched], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert ran.stdout == "nothing long\n[] 1\n", ran.stderr


def test_no_module_keeps_state() -> None:
    """A list, dict or set at module level may be named in capitals and is then never changed; no other may be."""
    collections = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)

    def constant(node: ast.stmt) -> bool:
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or not isinstance(node.value, collections):
            return True
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return all(isinstance(one, ast.Name) and one.id == one.id.upper() for one in targets)

    def stateless(path: Path) -> bool:
        changing = any(isinstance(node, ast.Global) for node in ast.walk(tree(path)))
        return all(constant(node) for node in tree(path).body) and not changing

    assert at_fault(SOURCES, stateless) == []


def tracked() -> list[Path]:
    """Every file of the repository that is text, new ones included."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    binary = {".png", ".jpg", ".gif", ".ico", ".svg", ".webp"}
    return [ROOT / name for name in listed if (ROOT / name).is_file() and Path(name).suffix not in binary]


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    machine = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/\w")
    registry = re.compile(r"index-url|registry\.npmjs|pypi\.org/simple|files\.pythonhosted|artifactory|/simple/", re.I)
    this = Path(__file__).resolve()

    found = [
        f"{name_of(path)}:{number}"
        for path in tracked()
        if path.resolve() != this
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1)
        if machine.search(line) or registry.search(line)
    ]

    assert found == []
