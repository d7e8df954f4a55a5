"""What was set is used, then what is found, then the offline persona; and it is said in one sentence."""

from __future__ import annotations

import asyncio

import pytest

from bot.models.choose import Choice, choose_models
from bot.models.local import LocalServer
from tests.fakes.model_server import ModelServer
from tests.models.asking import KEY, ask, question


async def nobody() -> LocalServer | None:
    return None


async def must_not_look() -> LocalServer | None:
    raise AssertionError("looked for a local server although one was set")


def names(choice: Choice) -> list[str]:
    return [model.name for model in choice.models]


async def test_a_key_alone_means_openai_with_a_sensible_model() -> None:
    choice = await choose_models(KEY, "", (), must_not_look)

    assert names(choice) == ["gpt-4o-mini"]
    assert choice.sentence == "gpt-4o-mini at api.openai.com answers."
    assert choice.advice == ""


async def test_a_model_of_a_server_warms_up_once_and_answers_as_well_without(server: ModelServer) -> None:
    choice = await choose_models(KEY, server.base_url, ("warm", "cold"), must_not_look)
    warm, cold = choice.models

    await asyncio.gather(warm.warm(), warm.warm())
    answers = await asyncio.gather(*(ask(model, question("hello")) for model in (warm, cold, cold)))
    for model in choice.models:
        await model.close()

    assert all(text for text, _ in answers)
    assert sorted(call.body["model"] for call in server.calls) == ["cold", "cold", "warm"]


async def test_the_models_that_were_set_are_tried_in_their_order(server: ModelServer) -> None:
    choice = await choose_models(KEY, server.base_url, ("first", "second"), must_not_look)

    await ask(choice.models[1], question("hello"))
    await choice.models[1].close()

    assert names(choice) == ["first", "second"]
    assert server.calls[0].body["model"] == "second"
    assert "first and second" in choice.sentence


async def test_a_server_without_a_model_set_gets_advice() -> None:
    choice = await choose_models("", "https://llm.example/v1", (), must_not_look)

    assert "OPENAI_MODELS" in choice.advice


async def test_a_local_server_is_used_and_named(server: ModelServer) -> None:
    async def find() -> LocalServer | None:
        return LocalServer("Ollama", server.base_url, ("nomic-embed-text", "llama3.2", "qwen3"))

    choice = await choose_models("", "", (), find)
    text, _ = await ask(choice.models[0], question("hello"))
    await choice.models[0].close()

    assert names(choice) == ["llama3.2"]
    assert choice.sentence == "Ollama answers on this machine, with llama3.2."
    assert choice.advice == ""
    assert text == "You said: Bob: hello"


async def test_a_local_server_lacking_the_model_that_was_set_is_said() -> None:
    async def find() -> LocalServer | None:
        return LocalServer("Ollama", "http://127.0.0.1:9/v1", ("llama3.2",))

    choice = await choose_models("", "", ("qwen3",), find)

    assert names(choice) == ["qwen3"]
    assert "Ollama has no qwen3" in choice.advice


async def test_with_nothing_the_offline_persona_answers_and_says_what_to_set() -> None:
    choice = await choose_models("", "", (), nobody)

    assert names(choice) == ["offline"]
    assert "OPENAI_API_KEY" in choice.advice
    assert "Ollama" in choice.advice


async def test_a_local_server_without_a_chat_model_leaves_the_offline_persona_and_says_why() -> None:
    async def find() -> LocalServer | None:
        return LocalServer("Ollama", "http://127.0.0.1:9/v1", ("nomic-embed-text",))

    choice = await choose_models("", "", (), find)

    assert names(choice) == ["offline"]
    assert "without a chat model" in choice.advice


@pytest.mark.parametrize(
    "url", [f"https://me:{KEY}@llm.example/v1?api-key={KEY}#{KEY}", f"me:{KEY}@llm.example/v1?key={KEY}"]
)
async def test_neither_key_nor_login_is_shown(url: str) -> None:
    choice = await choose_models(KEY, url, (), must_not_look)

    shown = repr(choice)

    assert KEY not in shown
    assert "me:" not in shown
    assert "llm.example/v1" in choice.sentence
