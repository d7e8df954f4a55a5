"""A model of the server that behaves as told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.models.openai_chat import OpenAIModel
from tests.fakes.model_server import ModelServer
from tests.models.asking import KEY


@pytest.fixture
async def model(server: ModelServer) -> AsyncIterator[OpenAIModel]:
    made = OpenAIModel("fake-chat", server.base_url, KEY)
    yield made
    await made.close()
