"""Starts that Discord refuses, or grants less than was asked for."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.gateway.client import TroupeClient
from bot.gateway.connect import Refusal
from bot.models.provider import OpenAIProvider
from bot.office import make_office
from tests.end_to_end.conftest import Start
from tests.fakes.model_script import Silent
from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Fault, Person, Twin, status


async def test_a_wrong_token_is_told_in_a_sentence(troupe: Start) -> None:
    with pytest.raises(Refusal, match="DISCORD_TOKEN"):
        await troupe(settings={"DISCORD_TOKEN": "wrong"})


async def test_without_the_content_intent_the_bot_says_so_and_answers_mentions(
    twin: Twin, channel: Channel, bob: Person, troupe: Start
) -> None:
    twin.allow_message_content = False
    bot = await troupe()

    await bob.say(channel, f"<@{twin.bot.id}> hello")
    await twin.wait_for(lambda t: len(t.visible(channel)) == 2)

    assert any("Message Content Intent" in line for line in bot.said)
    assert "hello" in twin.visible(channel)[1].content


async def test_an_intent_that_the_operator_does_not_ask_for_is_said_to_be_missing(twin: Twin, troupe: Start) -> None:
    bot = await troupe(settings={"TROUPE_MESSAGE_CONTENT": "false"})

    assert any("TROUPE_MESSAGE_CONTENT is false" in line for line in bot.said)


async def test_an_intent_that_is_taken_away_in_the_middle_of_a_reply_costs_nothing_but_its_words(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start
) -> None:
    bot = await troupe()
    dm = twin.dm(bob)

    async with server.hold() as gate:
        await bob.say(channel, "Ada, hello")
        await twin.wait_for(lambda t: len(server.calls) == 1)
        twin.allow_message_content = False
        twin.gateway.close(4014)
        await twin.wait_for(lambda t: len(t.gateway.sessions) == 1)
        await bob.say(dm, "still there?")
        await twin.wait_for(lambda t: len(server.calls) == 2)
        gate.release(2)
        await twin.wait_for(lambda t: len(t.visible(channel)) == len(t.visible(dm)) == 2)

    await bot.stop()
    assert len(server.calls) == len(twin.visible(channel)) == 2
    assert any("Message Content Intent" in line for line in bot.said)


async def test_a_token_that_is_reset_while_the_bot_runs_is_told_in_a_sentence(twin: Twin, troupe: Start) -> None:
    bot = await troupe()

    twin.token = "another"
    twin.gateway.close(4004)

    with pytest.raises(Refusal, match="DISCORD_TOKEN"):
        await bot.stop()


async def test_a_gateway_that_refuses_the_first_connections_is_tried_again(
    twin: Twin, channel: Channel, bob: Person, troupe: Start
) -> None:
    twin.faults.add(Fault("GET", "/gateway", status(503), times=2))
    await troupe()

    await bob.say(channel, "Ada, hello")

    await twin.wait_for(lambda t: len(t.visible(channel)) == 2)


async def test_what_discord_py_tells_a_client_that_left_goes_nowhere() -> None:
    client = TroupeClient(lambda shard: pytest.fail("nothing is heard"), asyncio.Event().wait, content=True)

    await client.close()

    client.dispatch("ready")  # its wait for the last guilds goes on for a while; the loop is not the client's any more


async def test_the_first_lines_hold_an_invitation_with_the_permissions_needed(twin: Twin, troupe: Start) -> None:
    bot = await troupe()

    invitation = next(line for line in bot.said if "oauth2/authorize" in line)

    assert "scope=bot+applications.commands" in invitation and "permissions=" in invitation


async def test_models_that_are_not_listed_are_named_and_a_list_that_does_not_come_holds_nothing_up(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start
) -> None:
    provider = OpenAIProvider(server.base_url, "key")
    server.lists_as = Silent()
    bot = await troupe(provider=provider)
    await server.listed()
    await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: len(t.visible(channel)) == 2)
    async with asyncio.timeout(5):
        await bot.stop()

    server.lists_as, server.models = None, ["gpt-tset", "another"]
    with capture_logs() as logs:
        bot = await troupe(provider=provider)
        await bot.house.looked()

    sentence = f"{provider.name} lists no model gpt-test; did you mean gpt-tset? Check OPENAI_MODELS."
    assert [line["reason"] for line in logs if line["event"] == "model_not_listed"] == [sentence]
    assert sentence in [line.value.removeprefix("❌ ") for line in await make_office(bot.house).report()]
