"""A model says by which searches a question is answered, where that is set and soon enough; else rules do."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.capabilities.chat import splitting
from tests.fakes.model_server import ModelServer
from tests.settings.world import running

ASKED = "Ada, which animals might I meet on my summer trip?"


def answer(body: dict[str, Any]) -> str:
    return '{"searches": ["Where is the farm of Kurt?"]}' if "response_format" in body else "Mostly cows."


async def test_a_model_splits_a_question_where_that_is_set_and_when_it_is_late_rules_do(
    tmp_path: Path, peopled_file: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(peopled_file, tmp_path / "troupe.db")
    async with running(tmp_path, server) as town:
        await town.order("config set", name="history_tokens", value="1300", level="global")
        await town.talk("Ada, my uncle Kurt has a farm near Lund")
        for _ in range(3):
            await town.talk("Ada, nothing of note happened " * 40)
        server.answer = answer

        async def recalled() -> bool:
            instructions = (await town.called(ASKED)).body["messages"][0]["content"]
            return "Lund" in instructions

        before = len(server.calls)
        assert not await recalled() and len(server.calls) == before + 1
        await town.order("config set", name="searches", value="model", level="global")
        assert await recalled()
        server.replies("no JSON", "none either")
        assert not await recalled()

        monkeypatch.setattr(splitting, "LONGEST_S", 0.05)
        before = len(server.calls)
        async with server.hold() as gate:
            late = asyncio.create_task(recalled())
            await server.called(before + 2)  # the reply is asked for though the first call hangs
            gate.open()
            assert not await late
