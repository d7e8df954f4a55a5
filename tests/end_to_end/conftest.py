"""A twin with one guild, a model server, and bots on one database file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.ledger import Ledger
from tests.end_to_end.troupe import Troupe, start
from tests.fakes.model_server import ModelServer
from tests.twin import Twin

Start = Callable[..., Awaitable[Troupe]]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """What the bots of the troupe fixture keep."""
    return Ledger(tmp_path / "troupe.db")


@pytest.fixture
async def troupe(twin: Twin, server: ModelServer, tmp_path: Path) -> AsyncIterator[Start]:
    """Starts bots on one file; each is stopped at the end unless the test stopped it."""
    started: list[Troupe] = []

    async def begin(**options: Any) -> Troupe:
        bot = await start(twin, server, tmp_path / "troupe.db", **options)
        started.append(bot)
        return bot

    yield begin
    for bot in started:
        if not bot.stopping.is_set():
            await bot.stop()
