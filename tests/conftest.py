"""The world outside, as most tests meet it: a twin of Discord with one guild and two people, and a model server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Guild, Person, Twin


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
