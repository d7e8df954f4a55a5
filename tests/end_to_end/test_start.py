"""Starts that Discord refuses, or grants less than was asked for."""

from __future__ import annotations

import pytest

from bot.gateway.connect import Refusal
from tests.end_to_end.conftest import Start
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


async def test_a_gateway_that_refuses_the_first_connections_is_tried_again(
    twin: Twin, channel: Channel, bob: Person, troupe: Start
) -> None:
    twin.faults.add(Fault("GET", "/gateway", status(503), times=2))
    await troupe()

    await bob.say(channel, "Ada, hello")

    await twin.wait_for(lambda t: len(t.visible(channel)) == 2)


async def test_the_first_lines_hold_an_invitation_with_the_permissions_needed(twin: Twin, troupe: Start) -> None:
    bot = await troupe()

    invitation = next(line for line in bot.said if "oauth2/authorize" in line)

    assert "scope=bot+applications.commands" in invitation and "permissions=" in invitation
