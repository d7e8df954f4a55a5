"""A twin with a guild and a direct channel heard before, a model server, and one database of each kind in turn."""

from __future__ import annotations

import pytest

from bot.clock import SystemClock
from bot.gateway.normalise import PLATFORM
from bot.house import open_database
from storage import cursors
from tests.crash.lives import Lives
from tests.end_to_end.troupe import settings_for
from tests.fakes.model_server import ModelServer
from tests.storage.outside import Outside
from tests.twin import Channel, Guild, Person, Twin


@pytest.fixture(params=["channel", "dm"])
def scene(request: pytest.FixtureRequest, twin: Twin, guild: Guild, bob: Person) -> Channel:
    """A channel where personas speak by webhook, or one where the bot speaks itself, with a nonce."""
    return guild.add_text_channel("general") if request.param == "channel" else twin.dm(bob)


@pytest.fixture
async def lives(twin: Twin, server: ModelServer, outside: Outside) -> Lives:
    """A bot that was at home in every channel there is before the test begins."""
    clock = SystemClock()
    kept = await open_database(settings_for(outside.url), clock)
    for channel in twin.channels.values():
        await kept.database.write(cursors.move, PLATFORM, str(channel.id), twin.snowflake(), clock.now())
    await kept.opened.close()
    return Lives(twin, server, outside)
