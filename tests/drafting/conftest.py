"""A writer on the loopback model server, and what a model that does well would write."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.clock import SystemClock
from bot.drafting.writer import Patience, Writer
from bot.models.openai_chat import OpenAIModel
from storage.ids import Ids
from tests.fakes.model_server import ModelServer

IDEA = "a grumpy lighthouse keeper who loves chess"
CHECKED = {"verdict": "fit", "name": "Ulf", "concept": "A keeper who grumbles and plays chess with the sea."}
VOICED = {
    "voice": "You are Ulf, an AI. You mind a lighthouse, grumble about the weather and love chess above all.",
    "limits": ["Gives no medical advice."],
}
FACED = {
    "description": "A grumpy AI who minds a lighthouse and plays chess.",
    "greeting": "What now? I am Ulf, an AI. Sit down if you must.",
    "starters": ["Shall we play?", "How is the sea?", "Why so grumpy?"],
    "traits": ["grumpy", "patient"],
}


def good(**changed: Any) -> list[str]:
    """The three answers, as JSON."""
    return [json.dumps({**answer, **changed.get(name, {})}) for name, answer in _ANSWERS]


_ANSWERS = (("checked", CHECKED), ("voiced", VOICED), ("faced", FACED))


def told(server: ModelServer, call: int) -> str:
    """The system message of a call."""
    return str(server.calls[call].body["messages"][0]["content"])


def given(server: ModelServer, call: int) -> dict[str, str]:
    """The material of a call, which is all that a person's message holds."""
    (asked,) = server.calls[call].body["messages"][1:]
    return dict(json.loads(asked["content"].removeprefix("Idea: ")))


def writer_of(*models: OpenAIModel, call_s: float = 5.0) -> Writer:
    """One with these models and nothing recorded."""
    clock = SystemClock()
    return Writer(models, Patience(call_s, call_s, call_s), clock, Ids(clock.now))


@pytest.fixture
async def writer(server: ModelServer) -> AsyncIterator[Writer]:
    model = OpenAIModel("gpt-test", server.base_url, "key")
    yield writer_of(model)
    await model.close()
