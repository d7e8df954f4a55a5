"""/healthz, /readyz and /metrics over HTTP, for whoever runs the bot."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.health.metrics import Metrics
from bot.health.probe import Probe
from bot.health.vitals import Part, well


class PortTaken(Exception):
    """The address can't be listened on; the message says what to do."""


class Page:
    """The endpoints of one bot, from ``open`` to ``close``."""

    def __init__(self, probe: Probe, metrics: Metrics) -> None:
        self._probe = probe
        self._metrics = metrics
        self._runner: web.AppRunner | None = None

    async def open(self, host: str, port: int) -> None:
        """Listen there; raises PortTaken and then nothing listens."""
        app = web.Application()
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._figures)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            await runner.cleanup()
            why = (error.strerror or str(error)).rpartition(": ")[2]  # asyncio names the address once more before it
            raise PortTaken(
                f"Health can't be asked for on {host}:{port} ({why}); "
                "set TROUPE_HEALTH_PORT to a free port, or to 0 for none."
            ) from error
        self._runner = runner

    async def close(self) -> None:
        """Listen no more; doing so twice is fine."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _healthz(self, _: web.Request) -> web.Response:
        return _told(await self._probe.alive())

    async def _readyz(self, _: web.Request) -> web.Response:
        return _told(await self._probe.ready())

    async def _figures(self, _: web.Request) -> web.Response:
        vitals, parts = await self._probe.look(), await self._probe.ready()
        return web.Response(body=self._metrics.text(vitals, parts), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _told(parts: tuple[Part, ...]) -> web.Response:
    body = {
        "ok": well(parts),
        "parts": {part.name: {"ok": part.ok, "told": part.told, **part.measured} for part in parts},
    }
    return web.json_response(body, status=200 if well(parts) else 503)
