"""The fault script: which requests go wrong, how, and how often."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Commit = Callable[[], Awaitable[web.StreamResponse]]
Action = Callable[[web.Request, Commit], Awaitable[web.StreamResponse]]


@dataclass
class Request:
    """One REST request as it came in; the status is None until answered, and stays so after a reset."""

    method: str
    path: str
    json: Any = None
    at: float = field(default_factory=time.monotonic)
    status: int | None = None
    query: dict[str, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Any]:
        return iter((self.method, self.path, self.json, self.at, self.status))


@dataclass
class Fault:
    """A fault for the next requests of a method whose whole path matches a pattern or a predicate."""

    method: str
    path: str | Callable[[Request], bool]
    action: Action
    times: int = 1
    fired: int = 0

    def matches(self, request: Request) -> bool:
        """Tell whether the fault is due for this request."""
        if self.fired >= self.times or self.method not in ("*", request.method):
            return False
        if callable(self.path):
            return self.path(request)
        return re.fullmatch(self.path, request.path) is not None


class Faults:
    """The faults in force, tried in the order they were added."""

    def __init__(self) -> None:
        self.script: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Put a fault at the end of the script."""
        self.script.append(fault)
        return fault

    def clear(self) -> None:
        """Heal everything."""
        self.script.clear()

    def take(self, request: Request) -> Fault | None:
        """Give the fault due for a request and count it."""
        for fault in self.script:
            if fault.matches(request):
                fault.fired += 1
                return fault
        return None


def status(code: int, *, after_commit: bool = False) -> Action:
    """Answer with a bare HTTP status and an HTML body, as a proxy does."""

    async def act(request: web.Request, commit: Commit) -> web.StreamResponse:
        if after_commit:
            await commit()
        return web.Response(status=code, text=f"<html>{code}</html>", content_type="text/html")

    return act


def reset(*, after_commit: bool = False) -> Action:
    """Reset the TCP connection instead of answering."""

    async def act(request: web.Request, commit: Commit) -> web.StreamResponse:
        if after_commit:
            await commit()
        abort(request)
        return web.Response()

    return act


def rate_limit(retry_after: float, scope: str = "user") -> Action:
    """Answer 429 without doing the work; the scope is user, global or shared."""

    async def act(request: web.Request, commit: Commit) -> web.StreamResponse:
        body = {"message": "You are being rate limited.", "retry_after": retry_after}
        headers = {"Via": "1.1 google", "Retry-After": str(retry_after), "X-RateLimit-Scope": scope}
        if scope == "global":
            headers["X-RateLimit-Global"] = "true"
        return answer({**body, "global": scope == "global"}, 429, headers)

    return act


def late(seconds: float, code: int = 502) -> Action:
    """Answer with a bare HTTP status at once and do the work later, as behind a proxy that gave up waiting."""
    doing: set[asyncio.Task[None]] = set()

    async def after(commit: Commit) -> None:
        await asyncio.sleep(seconds)
        await commit()

    async def act(request: web.Request, commit: Commit) -> web.StreamResponse:
        task = asyncio.create_task(after(commit))
        doing.add(task)
        task.add_done_callback(doing.discard)
        return web.Response(status=code, text=f"<html>{code}</html>", content_type="text/html")

    return act


def error(http_status: int, code: int, message: str = "error") -> Action:
    """Answer with a Discord error without doing the work."""

    async def act(request: web.Request, commit: Commit) -> web.StreamResponse:
        return answer({"code": code, "message": message}, http_status)

    return act


def delay(seconds: float, *, after_commit: bool = False) -> Action:
    """Do the work and answer as usual, but late; the wait comes before the work unless after_commit."""

    async def act(request: web.Request, commit: Commit) -> web.StreamResponse:
        response = await commit() if after_commit else None
        await asyncio.sleep(seconds)
        return response or await commit()

    return act


def hold_until(event: asyncio.Event, *, after_commit: bool = False) -> Action:
    """Do the work and answer as usual, but wait for an event first."""

    async def act(request: web.Request, commit: Commit) -> web.StreamResponse:
        response = await commit() if after_commit else None
        await event.wait()
        return response or await commit()

    return act


def answer(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Make a JSON answer whose content type names no charset, as discord.py insists on."""
    body = json.dumps(data).encode()
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")


def abort(request: web.Request) -> None:
    """Cut a connection with a TCP reset."""
    transport = request.transport
    if transport is None:
        return
    peer = transport.get_extra_info("socket")
    if peer is not None:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
