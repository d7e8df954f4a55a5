"""A bot that a test starts, stops and asks about, on a database file that outlives it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.gateway.client import TroupeClient
from bot.gateway.connect import Face, connect
from bot.house import House, World, open_database
from bot.models.openai_chat import OpenAIModel
from bot.office import make_office
from bot.ports import Embedder, Model
from config.static import Static, read_settings
from tests.fakes.model_server import ModelServer
from tests.twin import Twin

ROOT = Path(__file__).parent.parent.parent


def settings_for(path: Path, **extra: str) -> Static:
    """Settings of a bot on this file, with a token that the twin knows."""
    environ = {
        "DATABASE_URL": f"sqlite:///{path}",
        "DISCORD_TOKEN": "token",
        "TROUPE_PERSONAS_DIR": str(ROOT / "config" / "personas"),
    }
    return read_settings(environ | extra)


class Impatient(TroupeClient):
    """Identifies at once instead of after discord.py's five seconds."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for nothing: the twin has no limit of identifies."""


@dataclass
class Troupe:
    """One running bot, connected to the twin."""

    house: House
    stopping: asyncio.Event
    running: asyncio.Task[None]
    said: list[str] = field(default_factory=list)

    async def stop(self) -> None:
        """End as SIGTERM would."""
        self.stopping.set()
        await self.running
        await self.house.stop()


async def start(
    twin: Twin,
    server: ModelServer,
    path: Path,
    world: World | None = None,
    settings: Mapping[str, str] | None = None,
    embedder: Embedder | None = None,
) -> Troupe:
    """Start a bot on that file and wait until it works and delivers."""
    chosen = settings_for(path, **(settings or {}))
    world = world or World(discord_options={"guild_ready_timeout": 0.05})
    kept = await open_database(chosen, world.clock)
    names = chosen.openai_models or ("gpt-test",)
    models: tuple[Model, ...] = tuple(OpenAIModel(name, server.base_url, "key") for name in names)
    house = House(chosen, kept, models, world, embedder)
    said: list[str] = []
    begun = asyncio.Event()

    async def begin() -> None:
        await house.start()
        begun.set()

    face = Face(
        token=chosen.discord_token.get_secret_value(),
        content=chosen.message_content,
        pictures=chosen.personas_dir,
        intake=house.intake,
        database=house.database,
        clock=world.clock,
        senders=house.senders,
        begin=begin,
        rest=house.rest,
        office=lambda judge, diagnose, report: make_office(house, judge, diagnose, report),
        say=said.append,
        options=world.discord_options,
        client=Impatient,
    )
    stopping = asyncio.Event()
    with twin.pointed():
        running = asyncio.create_task(connect(face, stopping, house.on_tick))
        ready = asyncio.create_task(begun.wait())
        await asyncio.wait({running, ready}, return_when=asyncio.FIRST_COMPLETED, timeout=20)
        ready.cancel()
    if running.done():
        await house.stop()
        await running
    return Troupe(house, stopping, running, said)
