"""What most tests meet: a twin of Discord with one guild and two people, a model server, and databases of each kind."""

from __future__ import annotations

import gc
import os
import re
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from bot.personas.publish import publish_file, publish_house
from config.persona_files import load_personas
from storage.engines.base import Transaction
from storage.ids import Ids
from tests.fakes.model_server import ModelServer
from tests.storage import sessions
from tests.storage.outside import File, Outside, Server, aside, migrated, new_schema, shared_server
from tests.storage.stock import Stock, at_database
from tests.twin import Channel, Guild, Person, Twin

# Where a file alone tells enough, by name of the test, because nothing there is decided by the database. All other
# tests that open one do so on each engine, and one that can't be had fails them.
ON_A_FILE = {
    "tests/behaviour/": "what commands, buttons and forms say, and to whom, is decided above the transactions",
    "tests/end_to_end/test_bursts.py::test_five_thousand": "a thousand, told on both, tell the same of a server",
    "tests/crash/test_every_step.py": "what a server keeps of a killed bot, many lives and the chaos of several show",
}
CONFIG = Path(__file__).parent.parent / "config"
_FASTER = ("fsync = off", "autovacuum = off", "synchronous_commit = off", "full_page_writes = off")
_IN_MEMORY, _ENOUGH = Path("/dev/shm"), 6 << 30
_SERVER = (*_FASTER, "max_connections = 500")

# How long an example takes tells of the machine, not of the code.
settings.register_profile("house", deadline=None, max_examples=50)
settings.load_profile("house")


# No test asks what outlives a power cut, so what they write need not reach a disk, where there is memory for it.
if _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > _ENOUGH:
    os.environ["TMPDIR"] = tempfile.tempdir = str(_IN_MEMORY)

gc.disable()  # while tests are collected there is little garbage, and where they are only handed out, none to speak of


def pytest_collection_finish() -> None:
    """What was imported lives to the end; nobody need look again and again whether it is garbage, nor so soon."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
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


@pytest.fixture(scope="session")
def peopled_file(model_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the built-in personas, published a while ago; it is copied, never used."""
    path = tmp_path_factory.mktemp("peopled") / "troupe.db"
    shutil.copy(model_file, path)
    times = count(1_749_999_000_000)
    aside(lambda database: database.write(publish, Ids(times.__next__), times.__next__), File(path))
    return path


def publish(tx: Transaction, ids: Ids, clock: Callable[[], int]) -> None:
    """Give a database the built-in personas and the rules of the house."""
    for persona in load_personas(CONFIG / "personas").personas:
        publish_file(tx, persona, ids, clock())
    publish_house(tx, (CONFIG / "prompts" / "house.md").read_text("utf-8"), ids, clock())


@pytest.fixture
def peopled(outside: Outside, request: pytest.FixtureRequest) -> Outside:
    """The database of ``outside``; a file's personas are there already, which is sooner than to publish them."""
    if isinstance(outside, File):
        shutil.copy(request.getfixturevalue("peopled_file"), outside.path)
    return outside


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
