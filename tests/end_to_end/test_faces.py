"""A persona that speaks through a webhook is met: its picture, its starters, and who answers whom."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import Start
from tests.end_to_end.ledger import Ledger, bind, keys, replies
from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Person, Twin


async def test_starters_are_offered_with_the_first_reply_of_a_conversation_only(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    for number in range(2):
        await bob.say(channel, f"Ada, {number}")
        await twin.wait_for(lambda t, n=number: len(replies(t, channel)) == n + 1)
        await ledger.settled(twin)

    first, second = replies(twin, channel)
    assert len(keys(first)) == 4
    assert keys(second) == []


async def test_a_starter_works_after_a_restart(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    first = await troupe()
    await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 1)
    await ledger.settled(twin)
    await first.stop()
    await troupe()

    await bob.click(replies(twin, channel)[0], keys(replies(twin, channel)[0])[2])
    await server.called(2)
    await ledger.settled(twin)

    assert ledger.words()[1] == "Why is the sky dark at night?"
    spoken = [reply for reply in replies(twin, channel) if reply.username == "Ada"]
    assert len(spoken) == 2


async def test_a_picture_goes_up_once_however_often_the_bot_starts(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    for number in range(2):
        bot = await troupe()
        await bob.say(channel, f"Ada, {number}")
        await twin.wait_for(lambda t, n=number: len(replies(t, channel)) == n + 1)
        await ledger.settled(twin)
        await bot.stop()

    assert len(twin.emojis) == 1
    assert len({reply.avatar_url for reply in replies(twin, channel)}) == 1


async def test_a_reply_to_a_persona_s_message_is_answered_by_that_persona(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, zoe: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    await bob.say(channel, "Odile, hello")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 1)
    await ledger.settled(twin)

    await zoe.say(channel, "and what about me?", reply_to=replies(twin, channel)[0])
    await twin.wait_for(lambda t: len(replies(t, channel)) == 2)

    assert replies(twin, channel)[1].username == "Odile"
    assert ledger.column("SELECT rule FROM events ORDER BY client_message_id") == ["NAMED", "REPLY"]


@pytest.mark.parametrize(
    ("text", "replied", "mode", "rule", "persona"),
    [
        ("Halvard, look", True, "always", "REPLY", "Odile"),
        ("Halvard, look {bot}", False, "always", "NAMED", "Halvard"),
        ("look {bot}", False, "mention", "MENTION", "Paloma"),
        ("look", False, "always", "BOUND", "Paloma"),
    ],
)
async def test_the_nearest_address_wins(
    twin: Twin,
    channel: Channel,
    bob: Person,
    troupe: Start,
    ledger: Ledger,
    text: str,
    replied: bool,
    mode: str,
    rule: str,
    persona: str,
) -> None:
    bot = await troupe()
    await bind(bot, channel, "paloma", mode)
    await bob.say(channel, "Odile, hello")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 1)
    await ledger.settled(twin)

    quoted = replies(twin, channel)[0] if replied else None
    await bob.say(channel, text.format(bot=twin.bot.mention), reply_to=quoted)
    await twin.wait_for(lambda t: len(replies(t, channel)) == 2)

    assert replies(twin, channel)[1].username == persona
    assert ledger.column("SELECT rule FROM events ORDER BY client_message_id DESC LIMIT 1") == [rule]


async def test_a_channel_that_only_listens_keeps_words_and_answers_none(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    bot = await troupe()
    await bind(bot, channel, "paloma", "mention")

    await bob.say(channel, "just talking")
    await ledger.until(twin, "SELECT 1 FROM messages")
    await ledger.settled(twin)

    assert ledger.words("person", "paloma") == ["just talking"]
    assert server.calls == [] and replies(twin, channel) == []
