"""Where money runs short cheaper models answer, then shortly; it ends when there is clearly enough again."""

from __future__ import annotations

import pytest

from bot.models.provider import OpenAIProvider
from bot.spending.runway import decide
from storage import spending
from storage.spending import BOT, Spent
from tests.fakes.model_script import out_of_credit
from tests.settings.world import MODELS, Town


@pytest.mark.parametrize(
    ("level", "ratio", "then"),
    [(0, 1.0, 0), (0, 0.99, 1), (0, 0.49, 2), (1, 1.2, 1), (1, 1.25, 0), (2, 0.6, 2), (2, 0.63, 1), (2, 1.3, 0)],
)
def test_more_is_saved_at_once_and_less_only_when_there_is_clearly_enough(level: int, ratio: float, then: int) -> None:
    assert decide(level, ratio) == then


async def settled(town: Town) -> str:
    """What /status says of it, once it was read and measured."""
    await town.house.purse.look()
    await town.house.watched_for().look()
    await town.house.purse.look()
    return await town.order("status")


async def test_the_balance_decides_who_answers_and_how_long(town: Town) -> None:
    house, server = town.house, town.server
    house.purse.provider = OpenAIProvider(server.base_url, "key", telling=True)
    server.keys = {"key": 2.0}
    await house.database.write(spending.add, BOT, Spent(1, 1_000_000), house.world.clock.now())
    await town.order("config set", name="thrifty_models", value="gpt-small", level="global")

    status = await settled(town)
    call = await town.called()
    assert "**Balance** $2.00 left of the key's limit" in status
    assert "**Saving** cheaper models answer first: the balance lasts 2.0 of 3.0 days" in status
    assert (call.body["model"], call.body["max_tokens"]) == ("gpt-small", 1024)

    server.keys = {"key": 1.0}
    await settled(town)
    assert "lasts 2.0 of" in await town.order("usage bot")  # read a moment ago, so not again
    server.replies(out_of_credit())
    await town.talk()
    assert "and replies are short: the balance lasts 1.0 of" in await settled(town)
    assert (await town.called()).body["max_tokens"] == 256

    server.keys = {"key": 9.0}
    server.replies(out_of_credit())
    await town.talk()
    assert "Saving" not in await settled(town)
    assert (await town.called()).body["model"] == MODELS[0]
