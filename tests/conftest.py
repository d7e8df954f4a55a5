"""What most tests meet: a twin of Discord with one guild and two people, a model server, and databases of each kind."""

from __future__ import annotations

import gc
import os
import re
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from tests.fakes.model_server import ModelServer
from tests.storage import sessions
from tests.storage.outside import File, Outside, Server, migrated, new_schema, shared_server
from tests.storage.stock import Stock, at_database
from tests.twin import Channel, Guild, Person, Twin

# Where a file alone tells enough, by name of the test, because nothing there is decided by the database. All other
# tests that open one do so on each engine, and one that can't be had fails them.
ON_A_FILE = {
    "tests/behaviour/": "what commands, buttons and forms say, and to whom, is decided above the transactions",
    "tests/end_to_end/test_webhooks.py::.*(hiccup|deleted_between|where|without|thread|forum)": (
        "a route is chosen between us and Discord; deliveries in doubt, cut short and after a restart are told on both"
    ),
    "tests/end_to_end/test_keys.py::test_what_is_wrong": "who is told of a fault is decided above the transactions",
    r"tests/end_to_end/test_model_faults.py::.*-(?!(server error|cut off|wrong key)\])": (
        "what is kept of a fault that passes, one midway and one that stays is told on both"
    ),
    "tests/end_to_end/test_model_faults.py::test_a_model_that_keeps_failing": "breakers are in memory",
    "tests/end_to_end/test_start.py": "what Discord refuses at a start is said whatever is open",
    "tests/end_to_end/test_bursts.py::test_five_thousand": "a thousand, told on both, tell the same of a server",
    "tests/crash/test_every_step.py": "what a server keeps of a killed bot, many lives and the chaos of several show",
}
_FASTER = ("fsync = off", "autovacuum = off", "synchronous_commit = off", "full_page_writes = off")
_SERVER = (*_FASTER, "max_connections = 500")

# How long an example takes tells of the machine, not of the code.
settings.register_profile("house", deadline=None, max_examples=50)
settings.load_profile("house")


gc.disable()  # while tests are collected there is little garbage, and where they are only handed out, none to speak of


def pytest_collection_finish() -> None:
    """What was imported lives to the end; nobody need look again and again whether it is garbage."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out the server where a file tells enough, and mix what waits with what computes."""
    names = re.compile("|".join(ON_A_FILE))
    items[:] = _mixed([item for item in items if not (names.match(item.nodeid) and "postgres" in item.nodeid)])


def _mixed(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests of each folder, in their order, spread over the whole run: neighbours run at the same time."""
    many, met = Counter(item.path.parent for item in items), Counter[Path]()
    places: list[float] = []
    for item in items:
        places.append(met[item.path.parent] / many[item.path.parent])
        met[item.path.parent] += 1
    return [item for _, item in sorted(zip(places, items, strict=True), key=lambda one: one[0])]


@pytest.fixture
async def twin() -> AsyncIterator[Twin]:
    async with Twin() as twin:
        with twin.pointed():
            yield twin


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as server:
        yield server


@pytest.fixture
def guild(twin: Twin) -> Guild:
    return twin.add_guild("Guild")


@pytest.fixture
def channel(guild: Guild) -> Channel:
    return guild.add_text_channel("general")


@pytest.fixture
def bob(twin: Twin, guild: Guild) -> Person:
    person = twin.add_user("Bob")
    guild.join(person)
    return person


@pytest.fixture
def zoe(twin: Twin, guild: Guild) -> Person:
    person = twin.add_user("Zoe")
    guild.join(person)
    return person


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a database of ours on the Postgres server of this run, started when the first test asks for it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", secrets.token_hex(8))
    ours = f"of_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"
    with shared_server(Path(tempfile.gettempdir()) / f"pg{run[:16]}", prepare, *_SERVER) as url:
        with psycopg.connect(url, autocommit=True) as raw:
            raw.execute(f"CREATE DATABASE {ours} TEMPLATE plain".encode())
        yield at_database(url, ours)
        sessions.end_all()


def prepare(postgres: str) -> None:
    """On a new server: the databases that others are copies of, ``model`` with the whole schema and no row in it."""
    for name in ("plain", "model"):
        with psycopg.connect(postgres, autocommit=True) as raw:
            raw.execute(f"CREATE DATABASE {name}".encode())
        with psycopg.connect(at_database(postgres, name), autocommit=True) as raw:
            raw.execute("CREATE EXTENSION vector")  # once: schemas that are made at the same time would race for it
    model = at_database(postgres, "model")
    migrated(Server(model))
    sessions.end(model)  # what is in use can't be copied


@pytest.fixture(scope="session")
def stock(postgres: str) -> Stock:
    """Databases on that server that hold the whole schema and no row."""
    return Stock(postgres, "model")


@pytest.fixture(scope="session")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that holds the whole schema and no row; it is copied, never used."""
    path = tmp_path_factory.mktemp("model") / "troupe.db"
    migrated(File(path))
    return path


@pytest.fixture
def postgres_schema(postgres: str) -> Iterator[str]:
    """The URL of an empty schema, dropped afterwards."""
    with new_schema(postgres) as url:
        yield url


@pytest.fixture
def postgres_database(stock: Stock) -> Iterator[str]:
    """The URL of a migrated database without a row, and of its own as long as the test lasts."""
    with stock.lent() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def outside(request: pytest.FixtureRequest, tmp_path: Path) -> Outside:
    """A database of each kind in turn, at the newest schema and without a row."""
    if request.param == "postgres":
        return Server(request.getfixturevalue("postgres_database"))
    shutil.copy(request.getfixturevalue("model_file"), tmp_path / "troupe.db")
    return File(tmp_path / "troupe.db")


@pytest.fixture(params=["sqlite", "postgres"])
def nowhere(request: pytest.FixtureRequest, tmp_path: Path) -> Outside:
    """A place for a database of each kind in turn, without one."""
    if request.param == "postgres":
        return Server(request.getfixturevalue("postgres_schema"))
    return File(tmp_path / "troupe.db")
