"""A loopback OpenAI-compatible server that can be told how to behave.

``python -m tests.fakes.model_server --port 0 --tokens 100 --delay-ms 5`` runs it alone and prints its base_url.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from aiohttp import web

from tests.fakes.model_script import Behaviour, Says, wrong_key
from tests.fakes.tiny_embedder import embedded

PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class Call:
    """One request: its JSON, its headers (lower case), when by ``time.monotonic``, and from which socket."""

    body: dict[str, Any]
    headers: dict[str, str]
    at: float
    peer: tuple[str, int]


class Gate:
    """Holds streams back until a test lets them go."""

    def __init__(self) -> None:
        self._open = asyncio.Event()
        self._passes = asyncio.Semaphore(0)

    def release(self, streams: int = 1) -> None:
        """Let that many streams go, those that wait longest first; later ones may use what is left."""
        for _ in range(streams):
            self._passes.release()

    def open(self) -> None:
        """Hold nothing any more."""
        self._open.set()

    async def wait(self) -> None:
        """Until released."""
        turns = [asyncio.ensure_future(self._open.wait()), asyncio.ensure_future(self._passes.acquire())]
        try:
            await asyncio.wait(turns, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for turn in turns:
                turn.cancel()


class ModelServer:
    """Chat completions, embeddings and a model list on 127.0.0.1.

    Each request but for the list takes the next queued behaviour; with none left a chat is answered with
    ``answer(body)``, by default an echo of the last message, and a text with its vector. ``lists`` are the keys by
    which the list was asked for, which ``lists_as`` answers where it is set; ``keys`` are what OpenRouter's ``/key``
    knows, with what is left of each.
    """

    def __init__(self, default: Says | None = None, port: int = 0) -> None:
        self.calls: list[Call] = []
        self.models: list[str] = ["fake-chat"]
        self.lists: list[str] = []
        self.lists_as: Behaviour | None = None
        self.keys: dict[str, float | None] = {}
        self.answer: Callable[[dict[str, Any]], str] = echo
        self.departed = 0
        self.finished = 0
        self._default = default or Says()
        self._script: deque[Behaviour] = deque()
        self._gate: Gate | None = None
        self._changed = asyncio.Condition()
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """What to set as OPENAI_BASE_URL."""
        return f"http://127.0.0.1:{self._port}/v1"

    def replies(self, *behaviours: Behaviour | str) -> None:
        """Queue behaviours, one for each request to come; a string is said."""
        self._script.extend(Says(one) if isinstance(one, str) else one for one in behaviours)

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[Gate]:
        """Requests that come meanwhile are noted and wait at the gate; all of them go when the block ends."""
        self._gate = gate = Gate()
        try:
            yield gate
        finally:
            self._gate = None
            gate.open()

    async def called(self, times: int = 1) -> None:
        """Until that many requests have come in all."""
        await self._until(lambda: len(self.calls) >= times)

    async def listed(self, times: int = 1) -> None:
        """Until its models were asked for that often."""
        await self._until(lambda: len(self.lists) >= times)

    async def left(self, times: int = 1) -> None:
        """Until that many clients have gone before their answer was whole."""
        await self._until(lambda: self.departed >= times)

    async def __aenter__(self) -> ModelServer:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_get("/v1/models", self._list)
        app.router.add_get("/v1/key", self._key)
        app.router.add_post("/v1/embeddings", self._embed)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body: dict[str, Any] = await request.json()
        behaviour = self._script.popleft() if self._script else self._default
        gate = self._gate
        headers = {name.lower(): value for name, value in request.headers.items()}
        assert request.transport is not None
        self.calls.append(Call(body, headers, time.monotonic(), request.transport.get_extra_info("peername")))
        await self._tell()
        try:
            if gate is not None:
                await gate.wait()
            response = await behaviour.perform(request, body, self.answer(body))
        except (asyncio.CancelledError, ConnectionResetError):
            self.departed += 1
            await self._tell()
            raise
        self.finished += 1
        await self._tell()
        return response

    async def _embed(self, request: web.Request) -> web.StreamResponse:
        body: dict[str, Any] = await request.json()
        headers = {name.lower(): value for name, value in request.headers.items()}
        assert request.transport is not None
        self.calls.append(Call(body, headers, time.monotonic(), request.transport.get_extra_info("peername")))
        await self._tell()
        if self._script:
            return await self._script.popleft().perform(request, body, "")
        rows = [
            {"object": "embedding", "index": at, "embedding": [2 * number for number in embedded(text)]}
            for at, text in enumerate(body["input"])
        ]
        return web.json_response({"object": "list", "model": body["model"], "data": rows[::-1]})

    async def _key(self, request: web.Request) -> web.StreamResponse:
        key = bearer(request)
        if key not in self.keys:
            return await wrong_key(key).perform(request, {}, "")
        return web.json_response({"data": {"label": "…", "limit_remaining": self.keys[key]}})

    async def _list(self, request: web.Request) -> web.StreamResponse:
        self.lists.append(bearer(request))
        await self._tell()
        if self.lists_as is not None:
            return await self.lists_as.perform(request, {}, "")
        models = [{"id": name, "object": "model", "created": 0, "owned_by": "test"} for name in self.models]
        return web.json_response({"object": "list", "data": models})

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S), self._changed:
            await self._changed.wait_for(true)


def bearer(request: web.Request) -> str:
    """The key of a request."""
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def echo(body: dict[str, Any]) -> str:
    """``You said: `` and the last message a person wrote."""
    said = [message["content"] for message in body.get("messages", []) if message.get("role") == "user"]
    return f"You said: {said[-1] if said else 'nothing'}"


async def serve(port: int, tokens: int, delay_s: float) -> None:
    """Run until stopped; each answer has that many words, each after the delay. 0 words: echo."""
    text = " ".join(f"word{number}" for number in range(tokens)) or None
    async with ModelServer(Says(text, pieces=max(tokens, 3), delay_s=delay_s), port) as server:
        print(server.base_url, flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Read the command line."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--port", type=int, default=0)
    words.add_argument("--tokens", type=int, default=0)
    words.add_argument("--delay-ms", type=float, default=0.0)
    given = words.parse_args()
    try:
        asyncio.run(serve(given.port, given.tokens, given.delay_ms / 1000))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
