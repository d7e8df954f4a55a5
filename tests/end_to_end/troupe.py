"""A bot that a test starts, stops and asks about, on a database that outlives it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.gateway.connect import Face, connect
from bot.house import House, World, open_database
from bot.models.openai_chat import OpenAIModel
from bot.office import make_office
from bot.ports import Embedder, Model, Provider
from config.static import Static, read_settings
from tests.fakes.model_server import ModelServer
from tests.storage.sessions import Session
from tests.twin import Twin

ROOT = Path(__file__).parent.parent.parent


# Conversations are not read for memories while a test runs, unless it asks for that: the model's calls are counted.
UNREAD = {"TROUPE_MEMORY_PAUSE_SECONDS": "86400", "TROUPE_MEMORY_TURNS": "100000"}


def settings_for(url: str, **extra: str) -> Static:
    """Settings of a bot on this database, with a token that the twin knows."""
    environ = {
        "DATABASE_URL": url,
        "DISCORD_TOKEN": "token",
        "TROUPE_PERSONAS_DIR": str(ROOT / "config" / "personas"),
        **UNREAD,
    }
    return read_settings(environ | extra)


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
    url: str,
    world: World | None = None,
    settings: Mapping[str, str] | None = None,
    identify_pause_s: float = 0.0,  # the twin has no limit of identifies
    embedder: Embedder | None = None,
    provider: Provider | None = None,
) -> Troupe:
    """Start a bot on that database and wait until it works and delivers."""
    chosen = settings_for(url, **(settings or {}))
    world = world or World(discord_options={"guild_ready_timeout": 0.05})
    kept = await open_database(chosen, world.clock, Session)
    names = chosen.openai_models or ("gpt-test",)
    models: tuple[Model, ...] = tuple(OpenAIModel(name, server.base_url, "key") for name in names)
    house = House(chosen, kept, models, world, embedder, provider)
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
        watch=house.watch,
        options=world.discord_options,
        shard_ids=chosen.shard_ids,
        shard_count=chosen.shard_count,
        identify_pause_s=identify_pause_s,
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
