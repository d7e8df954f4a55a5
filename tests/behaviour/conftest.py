"""A stage with the bot on it; a marker says how one is set up: ``@pytest.mark.stage(content=False)``."""

from __future__ import annotations

from collections.abc import AsyncIterator

import discord
import pytest

from tests.behaviour.stage import Stage
from tests.fakes.model_server import ModelServer
from tests.storage.outside import Outside


@pytest.fixture
async def stage(server: ModelServer, peopled: Outside) -> AsyncIterator[Stage]:
    stage = await Stage.open(server, peopled, {}, {})
    yield stage
    await stage.close()


@pytest.fixture
async def deaf_stage(server: ModelServer, peopled: Outside) -> AsyncIterator[Stage]:
    """A stage where Discord does not let the bot read what does not mention it."""
    approved = discord.Intents.all()
    approved.message_content = False
    stage = await Stage.open(server, peopled, {"TROUPE_MESSAGE_CONTENT": "false"}, {"approved_intents": approved})
    yield stage
    await stage.close()
