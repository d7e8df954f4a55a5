"""Discord hears a first word in time, however long the answer takes, and commands are told to it only when new."""

from __future__ import annotations

import pytest

from bot.gateway import slash
from storage import markers
from tests.behaviour.stage import Stage, texts


async def test_a_quick_answer_is_given_at_once(stage: Stage) -> None:
    result = await stage.bob.slash(stage.channel, "persona list")

    assert not result.deferred


async def test_an_answer_comes_in_time_even_while_a_model_takes_long(stage: Stage) -> None:
    async with stage.server.hold():
        result = await stage.bob.slash(stage.channel, "chat", message="take your time")
        await stage.server.called()

        assert result.acknowledged
        assert not stage.channel.history()[-1].webhook_id
    assert await stage.reply(result.response.message)


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060)], ids=["too late", "answered by another"])
async def test_an_interaction_that_can_t_be_answered_is_done_all_the_same(stage: Stage, status: int, code: int) -> None:
    stage.env.inject_error("POST", "/interactions/*/callback", status=status, code=code, message="no")

    await stage.alice.slash(stage.channel, "persona bind", name="halvard")

    shown = texts(await stage.bob.slash(stage.channel, "persona list"))
    assert "**Halvard** `halvard`" in shown
    assert "answers everything here" in shown


async def test_commands_are_told_to_discord_once_over_two_starts(stage: Stage) -> None:
    await stage.restart()
    await stage.restart()

    assert len(stage.requests("PUT", "/commands")) == 1


async def test_commands_are_told_again_when_they_changed(stage: Stage) -> None:
    house, client = stage.bot.house, stage.bot.client
    name = f"discord_commands:{client.application_id}"
    await house.database.write(markers.put, name, "what an earlier release told", house.world.clock.now())

    await stage.restart()

    assert len(stage.requests("PUT", "/commands")) == 2
    assert await slash.sync_when_changed(stage.bot.client.tree, stage.bot.client.office, client.application_id) is False
