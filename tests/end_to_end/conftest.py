"""A twin with one guild, a model server, and bots on one database, of each kind in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from tests.end_to_end.ledger import Ledger
from tests.end_to_end.troupe import Troupe, start
from tests.fakes.model_server import ModelServer
from tests.storage.outside import Outside
from tests.twin import Twin

Start = Callable[..., Awaitable[Troupe]]


@pytest.fixture
def ledger(outside: Outside) -> Iterator[Ledger]:
    """What the bots of the troupe fixture keep."""
    with outside.look() as look:
        yield Ledger(look)


@pytest.fixture
async def troupe(twin: Twin, server: ModelServer, peopled: Outside) -> AsyncIterator[Start]:
    """Starts bots on one database; each is stopped at the end unless the test stopped it."""
    started: list[Troupe] = []

    async def begin(**options: Any) -> Troupe:
        bot = await start(twin, server, peopled.url, **options)
        started.append(bot)
        return bot

    yield begin
    for bot in started:
        if not bot.stopping.is_set():
            await bot.stop()
