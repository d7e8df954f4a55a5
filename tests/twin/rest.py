"""The REST server: reads requests, applies faults, checks the token and answers in JSON."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .faults import Request, answer
from .state import Refusal

if TYPE_CHECKING:
    from .hub import File
    from .world import World

PREFIX = "/api/v10"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


BODY: web.RequestKey[tuple[Any, list[tuple[str, bytes]]]] = web.RequestKey("body", tuple)


@dataclass
class Call:
    """One request as a route sees it."""

    world: World
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    files: list[File]

    def __getitem__(self, key: str) -> str:
        return self.params[key]


Route = Callable[[Call], Any]
ROUTES: list[tuple[str, str, Route, bool]] = []


def route(method: str, path: str, *, public: bool = False) -> Callable[[Route], Route]:
    """Register a route; a public one needs no bot token."""

    def register(handler: Route) -> Route:
        ROUTES.append((method, path, handler, public))
        return handler

    return register


async def read_body(request: web.Request) -> tuple[Any, list[File]]:
    """Give the JSON of a request, and the files when it is a multipart form."""
    if request.content_type != "multipart/form-data":
        raw = await request.read()
        return (json.loads(raw) if raw else None), []
    body, files = {}, []
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files.append((value.filename, value.file.read()))
        elif name == "payload_json":
            body = json.loads(str(value))
    return body, files


class Rest:
    """The HTTP application of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.app = web.Application(middlewares=[self._script], client_max_size=64 << 20)
        for method, path, handler, public in ROUTES:
            self.app.router.add_route(method, PREFIX + path, self._wrap(handler, public))
        self.app.router.add_get("/gateway", world.gateway.connect)
        self.app.router.add_get("/cdn/{tail:.+}", self._cdn)

    @web.middleware
    async def _script(self, request: web.Request, handler: Any) -> web.StreamResponse:
        path = request.path.removeprefix(PREFIX)
        seen = Request(request.method, path, query=dict(request.query))
        if request.path.startswith(PREFIX):
            request[BODY] = await read_body(request)
            seen.json = request[BODY][0]
            self.world.requests.append(seen)
            self.world.changed()

        async def commit() -> web.StreamResponse:
            try:
                done: web.StreamResponse = await handler(request)
                return done
            except web.HTTPNotFound:
                return answer({"message": "404: Not Found", "code": 0}, 404)
            except Refusal as no:
                return answer({"message": no.message, "code": no.code}, no.status)
            except Exception as bug:  # a 500 would make discord.py repeat the request for 25 seconds
                logging.getLogger(__name__).exception("the twin failed at %s %s", seen.method, seen.path)
                return answer({"message": f"the twin failed: {bug!r}", "code": -1}, 418)

        fault = self.world.faults.take(seen)
        response = await (fault.action(request, commit) if fault else commit())
        cut = request.transport is None or request.transport.is_closing()
        seen.status = None if cut else response.status
        self.world.changed()
        return response

    def _wrap(self, handler: Route, public: bool) -> Callable[[web.Request], Any]:
        async def serve(request: web.Request) -> web.StreamResponse:
            if not public and request.headers.get("Authorization") != f"Bot {self.world.token}":
                raise Refusal(401, 0, "401: Unauthorized")
            call = Call(self.world, request.match_info, request.query, *request[BODY])
            result = handler(call)
            self.world.changed()
            return web.Response(status=204) if result is None else answer(result)

        return serve

    async def _cdn(self, request: web.Request) -> web.StreamResponse:
        data = self.world.files.get(request.match_info["tail"], PIXEL)
        return web.Response(body=data, content_type="image/png" if data is PIXEL else "application/octet-stream")
