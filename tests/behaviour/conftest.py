"""A stage with the bot on it; a marker says how one is set up: ``@pytest.mark.stage(content=False)``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest

from tests.behaviour.stage import Stage
from tests.fakes.model_server import ModelServer


@pytest.fixture
async def stage(server: ModelServer, tmp_path: Path) -> AsyncIterator[Stage]:
    stage = await Stage.open(server, tmp_path / "troupe.db", {}, {})
    yield stage
    await stage.close()


@pytest.fixture
async def deaf_stage(server: ModelServer, tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage where Discord does not let the bot read what does not mention it."""
    approved = discord.Intents.all()
    approved.message_content = False
    stage = await Stage.open(
        server, tmp_path / "troupe.db", {"TROUPE_MESSAGE_CONTENT": "false"}, {"approved_intents": approved}
    )
    yield stage
    await stage.close()
