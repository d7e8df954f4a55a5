"""A twin divided into two shards, a model server, and a crew on a Postgres schema of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.model_server import ModelServer
from tests.several.crew import Crew
from tests.twin import Twin


@pytest.fixture
async def crew(twin: Twin, server: ModelServer, postgres_database: str) -> AsyncIterator[Crew]:
    """Nobody at first; whoever is left at the end is killed."""
    crew = Crew(twin, server, postgres_database)
    yield crew
    for member in list(crew.members):
        await crew.kill(member)
