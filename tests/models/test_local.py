"""A chat server on this machine is found, and nothing else is taken for one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import web

from bot.models.local import LocalServer, find_local
from tests.fakes.model_server import ModelServer

NOBODY = ("nobody", "http://127.0.0.1:9/v1")
Serve = Callable[[object], Any]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serves one answer to GET /v1/models: a text, JSON, or a function; returns the base URL."""
    async with AsyncExitStack() as stack:

        async def start(answer: object) -> str:
            async def list_models(request: web.Request) -> web.StreamResponse:
                if callable(answer):
                    return await answer(request)  # type: ignore[no-any-return]
                text = answer if isinstance(answer, str) else json.dumps(answer)
                return web.Response(text=text)

            app = web.Application()
            app.router.add_get("/v1/models", list_models)
            runner = web.AppRunner(app, shutdown_timeout=0.05)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            return f"http://127.0.0.1:{runner.addresses[0][1]}/v1"

        yield start


async def test_a_server_that_answers_is_found_with_its_models(server: ModelServer) -> None:
    server.models = ["llama3.2:latest", "qwen3:8b"]

    found = await find_local((NOBODY, ("Ollama", server.base_url)))

    assert found == LocalServer("Ollama", server.base_url, ("llama3.2:latest", "qwen3:8b"))


async def test_nobody_is_found_at_once() -> None:
    async with asyncio.timeout(30):
        found = await find_local((NOBODY, NOBODY), within_s=60)

    assert found is None


@pytest.mark.parametrize(
    "answer",
    [
        "<html>It works!</html>",
        "",
        "null",
        "[]",
        "[" * 100_000,
        {"models": []},
        {"data": [{"id": "a"}]},
        {"object": "list"},
        {"object": "list", "data": "many"},
        {"object": "list", "data": ["llama"]},
        {"object": "list", "data": [{"name": "llama"}]},
        {"object": "list", "data": [{"id": 7}]},
        "x" * (2**20 + 1),
    ],
)
async def test_another_web_server_is_not_taken_for_one(serve: Serve, answer: object) -> None:
    url = await serve(answer)

    assert await find_local((("llama.cpp", url),)) is None


async def test_a_redirect_is_not_followed(serve: Serve, server: ModelServer) -> None:
    async def away(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"{server.base_url}/models")

    assert await find_local((("llama.cpp", await serve(away)),)) is None


async def test_a_server_that_hangs_does_not_keep_another_from_being_found(serve: Serve, server: ModelServer) -> None:
    async def hang(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await server.called(1)
        return response

    hanging = await serve(hang)

    async with asyncio.timeout(1.5):
        found = await find_local((("LM Studio", hanging), ("Ollama", server.base_url)), within_s=0.5)

    assert found is not None
    assert found.label == "Ollama"


async def test_a_server_with_a_chat_model_goes_before_one_without(server: ModelServer) -> None:
    server.models = ["text-embedding-nomic-embed-text-v1.5"]
    async with ModelServer() as second:
        second.models = ["nomic-embed-text:latest", "gemma3"]

        found = await find_local((("LM Studio", server.base_url), ("Ollama", second.base_url)))

    assert found is not None
    assert (found.label, found.chat_models) == ("Ollama", ("gemma3",))


async def test_ollama_without_models_is_found_without_models(serve: Serve) -> None:
    url = await serve({"object": "list", "data": None})

    assert await find_local((("Ollama", url),)) == LocalServer("Ollama", url, ())


@pytest.mark.parametrize("url", ["http://example.com/v1", "http://192.168.1.2:11434/v1", "http://localhost/v1"])
async def test_other_machines_are_never_asked(url: str) -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.1"):
        await find_local((("far", url),))


def test_names_that_say_what_they_are_for_are_believed() -> None:
    names = ("all-minilm", "bge-m3", "mxbai-embed-large", "whisper-1", "llama3.2", "gemma3:4b", "mistral-nemo")

    assert LocalServer("Ollama", "", names).chat_models == ("llama3.2", "gemma3:4b", "mistral-nemo")
