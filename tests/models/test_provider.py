"""What a server lists, for the bot's key and for somebody else's, and what that says of the models that were set."""

from __future__ import annotations

import pytest

from bot.models.openai_list import listed
from bot.models.provider import OpenAIProvider, missing
from bot.ports import ModelFailed, ModelFault
from tests.fakes.model_script import Behaviour, html, out_of_credit, server_error, unknown_model, wrong_key
from tests.fakes.model_server import ModelServer
from tests.models.asking import KEY

OTHERS = "sk-others-0123456789"


async def test_the_list_is_asked_for_by_the_key_it_is_for(server: ModelServer) -> None:
    server.models = ["one", "two"]
    provider = OpenAIProvider(server.base_url, KEY)

    assert await provider.models() == await provider.models(OTHERS) == ("one", "two")
    assert server.lists == [KEY, OTHERS]


@pytest.mark.parametrize(
    ("behaviour", "fault"),
    [
        (wrong_key(OTHERS), ModelFault.WRONG_KEY),
        (out_of_credit(), ModelFault.OUT_OF_CREDIT),
        (server_error(), ModelFault.UNREACHABLE),
    ],
)
async def test_a_key_that_is_not_taken_is_a_fault_that_does_not_quote_it(
    server: ModelServer, behaviour: Behaviour, fault: ModelFault
) -> None:
    server.lists_as = behaviour

    with pytest.raises(ModelFailed) as raised:
        await listed(server.base_url, OTHERS)

    assert raised.value.fault is fault
    assert OTHERS not in repr(raised.value)
    assert raised.value.__cause__ is raised.value.__context__ is None


@pytest.mark.parametrize("behaviour", [unknown_model(), html()])
async def test_a_server_without_a_list_lists_nothing(server: ModelServer, behaviour: Behaviour) -> None:
    server.lists_as = behaviour

    assert await listed(server.base_url, OTHERS) == ()


async def test_where_the_list_is_open_to_all_the_key_is_asked_about(server: ModelServer) -> None:
    server.keys = {OTHERS: None, KEY: 0}

    assert await listed(server.base_url, OTHERS, ask_key=True) == ("fake-chat",)
    for key, fault in ((KEY, ModelFault.OUT_OF_CREDIT), ("sk-unheard-of-0123", ModelFault.WRONG_KEY)):
        with pytest.raises(ModelFailed) as raised:
            await listed(server.base_url, key, ask_key=True)
        assert raised.value.fault is fault


def test_a_model_that_is_not_listed_is_named_with_those_that_are_near() -> None:
    known = ("gpt-5", "gpt-5-mini", "models/gemini-9", "llama3.2:latest", "vendor/large")

    assert missing(("gpt-5", "gemini-9", "llama3.2", "vendor/large:nitro"), known, "host") == []
    assert missing(("anything",), (), "host") == [], "a server that lists nothing says nothing"
    assert missing(("gpt-5-minny", "zzz"), known, "host") == [
        "host lists no model gpt-5-minny; did you mean gpt-5-mini or gpt-5? Check OPENAI_MODELS.",
        "host lists no model zzz; check OPENAI_MODELS.",
    ]


@pytest.mark.parametrize(
    ("url", "name"),
    [("", "api.openai.com"), ("https://User:pw@LLM.example:8443/v1?key=x", "llm.example:8443")],
)
def test_a_provider_is_known_by_its_host(url: str, name: str) -> None:
    assert OpenAIProvider(url, KEY).name == name
