"""The bot in its town."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.model_server import ModelServer
from tests.settings.world import Town, running


@pytest.fixture
async def town(tmp_path: Path, peopled_file: Path, server: ModelServer) -> AsyncIterator[Town]:
    shutil.copy(peopled_file, tmp_path / "troupe.db")
    async with running(tmp_path, server) as town:
        yield town
