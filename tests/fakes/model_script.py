"""What a chat server may do with one request: behaviours to queue on a ModelServer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from aiohttp import web

STREAM = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}


class Behaviour(Protocol):
    """One way to treat one request; ``echo`` is what the server would say by itself."""

    async def perform(self, request: web.Request, body: dict[str, Any], echo: str) -> web.StreamResponse:
        """Answer the request, or not."""
        ...


@dataclass(frozen=True, slots=True)
class Says:
    """Streams a text in ``pieces`` parts and then, by ``then``, ends, stalls forever or cuts the connection.

    ``text`` None echoes. With ``then`` other than "end", only ``after`` pieces are sent. ``extra`` are raw chunks
    sent after the pieces; ``usage`` False leaves the count out.
    """

    text: str | None = None
    pieces: int = 3
    delay_s: float = 0.0
    finish: str | None = "stop"
    usage: bool = True
    then: Literal["end", "stall", "cut"] = "end"
    after: int = 1
    extra: tuple[str, ...] = ()

    async def perform(self, request: web.Request, body: dict[str, Any], echo: str) -> web.StreamResponse:
        """Stream it."""
        text = echo if self.text is None else self.text
        response = web.StreamResponse(headers=STREAM)
        await response.prepare(request)
        await _send(response, chunk({"role": "assistant", "content": ""}))
        for piece in self._sent(text):
            await asyncio.sleep(self.delay_s)
            await _send(response, chunk({"content": piece}))
        for raw in self.extra:
            await response.write(raw.encode())
        await self._end(request, response, body, text)
        return response

    def _sent(self, text: str) -> list[str]:
        pieces = cut(text, self.pieces)
        return pieces if self.then == "end" else pieces[: self.after]

    async def _end(self, request: web.Request, response: web.StreamResponse, body: dict[str, Any], text: str) -> None:
        if self.then == "stall":
            await asyncio.Event().wait()
        if self.then == "cut":
            assert request.transport is not None
            request.transport.abort()
            return
        if self.finish is not None:
            await _send(response, chunk({}, self.finish))
        if self.usage and (body.get("stream_options") or {}).get("include_usage"):
            await _send(response, chunk(None, usage=count(body, text)))
        await response.write(b"data: [DONE]\n\n")


@dataclass(frozen=True, slots=True)
class Fails:
    """Answers with a status and an OpenAI error object, or with ``page`` as it stands."""

    status: int
    code: str | None = None
    message: str = "something is wrong"
    headers: Mapping[str, str] = field(default_factory=dict)
    param: str | None = None
    kind: str = "invalid_request_error"
    page: str | None = None

    async def perform(self, request: web.Request, body: dict[str, Any], echo: str) -> web.StreamResponse:
        """Answer so."""
        if self.page is not None:
            return web.Response(status=self.status, text=self.page, content_type="text/html", headers=self.headers)
        error = {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}
        return web.json_response({"error": error}, status=self.status, headers=self.headers)


@dataclass(frozen=True, slots=True)
class Silent:
    """Takes the request and never answers, not even with headers."""

    async def perform(self, request: web.Request, body: dict[str, Any], echo: str) -> web.StreamResponse:
        """Wait until the other side goes."""
        await asyncio.Event().wait()
        raise AssertionError("unreachable")


def stalls(text: str = "never to be finished", after: int = 1) -> Says:
    """Streams ``after`` pieces, then nothing more, with the connection open."""
    return Says(text, then="stall", after=after)


def cuts_off(text: str = "never to be finished", after: int = 1) -> Says:
    """Streams ``after`` pieces, then drops the connection."""
    return Says(text, then="cut", after=after)


def wrong_key(quoted: str = "") -> Fails:
    """401, quoting the key as some servers do."""
    return Fails(401, "invalid_api_key", f"Incorrect API key provided: {quoted}.")


def unknown_model() -> Fails:
    """404 as OpenAI sends it."""
    return Fails(404, "model_not_found", "The model `nope` does not exist or you do not have access to it.")


def out_of_credit() -> Fails:
    """402 as DeepSeek and OpenRouter send it."""
    return Fails(402, None, "Insufficient Balance", kind="unknown_error")


def affords(tokens: int) -> Fails:
    """402 as OpenRouter sends it where the account pays for a shorter answer."""
    message = (
        "This request requires more credits, or fewer max_tokens. You requested up to 1024 tokens, "
        f"but can only afford {tokens}. To increase, visit https://openrouter.ai/settings/credits"
    )
    return Fails(402, None, message, kind="unknown_error")


def no_quota() -> Fails:
    """429 that waiting does not mend."""
    message = "You exceeded your current quota, please check your plan and billing details."
    return Fails(429, "insufficient_quota", message, kind="insufficient_quota")


def rate_limited(**headers: str) -> Fails:
    """429 with headers given as words: ``rate_limited(retry_after="7")``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fails(429, "rate_limit_exceeded", "Rate limit reached for requests", headers=named, kind="requests")


def too_long() -> Fails:
    """400 when the context is full."""
    return Fails(400, "context_length_exceeded", "This model's maximum context length is 8192 tokens.")


def rejects(parameter: str) -> Fails:
    """400 because of one parameter."""
    return Fails(400, None, f"Unrecognized request argument supplied: {parameter}")


def server_error(status: int = 500, **headers: str) -> Fails:
    """A fault of the server's own."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fails(status, None, "The server had an error", headers=named, kind="server_error")


def html(status: int = 200) -> Fails:
    """A web page, as captive portals and proxies send it."""
    return Fails(status, page="<!doctype html><html><body>Welcome</body></html>")


def malformed(raw: str = "data: {not json\n\n") -> Says:
    """A stream with one chunk that nobody can read."""
    return Says("half a", extra=(raw,), finish=None)


def error_midway(message: str = "The server is overloaded", code: object = None, kind: str = "server_error") -> Says:
    """An error object in the middle of the stream."""
    error = {"error": {"message": message, "type": kind, "code": code}}
    return Says("half an answer", pieces=2, extra=(f"data: {json.dumps(error)}\n\n",), finish=None)


def refuses(by: Literal["filter", "delta"] = "filter") -> Says:
    """Declines: by finish_reason content_filter, or by a refusal delta."""
    if by == "filter":
        return Says("", finish="content_filter")
    return Says("", extra=(f"data: {json.dumps(chunk({'refusal': 'I cannot help with that.'}))}\n\n",))


def empty() -> Says:
    """A reply in good form with no text in it."""
    return Says("")


def cut(text: str, pieces: int) -> list[str]:
    """The text in at most that many parts of about the same length, none empty."""
    size = max(1, -(-len(text) // max(1, pieces)))
    return [text[at : at + size] for at in range(0, len(text), size)]


def count(body: dict[str, Any], text: str) -> dict[str, int]:
    """A count of words, so that tests can tell it from an estimate by bytes."""
    asked = sum(len(str(message.get("content")).split()) for message in body.get("messages", []))
    said = max(1, len(text.split()))
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def chunk(
    delta: dict[str, Any] | None, finish: str | None = None, usage: dict[str, int] | None = None
) -> dict[str, Any]:
    """One chat.completion.chunk; without a delta it carries no choice."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    chunk = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "fake",
        "choices": choices,
    }
    return chunk if usage is None else {**chunk, "usage": usage}


async def _send(response: web.StreamResponse, body: dict[str, Any]) -> None:
    await response.write(f"data: {json.dumps(body)}\n\n".encode())


def briefly(body: dict[str, Any]) -> str:
    """The same few words, however much was asked."""
    return "Noted, thank you."
