"""A reply is made of the prompts in force and the history that fits, and remembers what made it."""

from __future__ import annotations

from storage import conversations, messages, personas, prompts, usage
from storage.engines.base import Transaction
from storage.records import Message, ModelCall
from tests.end_to_end.conftest import Start
from tests.end_to_end.troupe import Troupe
from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Person, Twin


async def say(twin: Twin, bob: Person, channel: Channel, text: str, replies: int) -> str:
    await bob.say(channel, text)
    await twin.wait_for(lambda t: len(spoken(t, channel)) == replies)
    return spoken(twin, channel)[-1]


def spoken(twin: Twin, channel: Channel) -> list[str]:
    return [message.content for message in twin.visible(channel) if message.webhook_id]


def kept_replies(tx: Transaction, channel: Channel) -> list[Message]:
    found: list[Message] = []
    for conversation in conversations.of_channel(tx, "discord", str(channel.id), str(channel.guild.id)):
        found += messages.newest(tx, conversation.id, 0, 100)
    return sorted((one for one in found if one.role == "persona"), key=lambda one: one.seq)


def calls_of(tx: Transaction, channel: Channel) -> list[ModelCall]:
    return [call for one in kept_replies(tx, channel) for call in usage.of_work(tx, one.work_id or "")]


def speak_like_a_parrot(tx: Transaction, bot: Troupe) -> str:
    ada = personas.called(tx, "", "ada")
    assert ada is not None
    new = prompts.NewPrompt(bot.house.ids.new("pmt"), ada.id, "voice", "Speak like a parrot.", "a test", "to hear it")
    prompts.publish(tx, new, bot.house.world.clock.now())
    return ada.id


def instructions(server: ModelServer, call: int) -> str:
    return str(server.calls[call].body["messages"][0]["content"])


async def test_the_instructions_hold_the_house_rules_the_voice_and_the_limits(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start
) -> None:
    await troupe()

    await say(twin, bob, channel, "Halvard, hello", 1)

    text = instructions(server, 0)
    assert text.startswith("You are Halvard, a persona of a Discord bot.")
    assert "old lighthouse keeper" in text
    assert "Gives no advice that was not asked for." in text
    assert "{" not in text


async def test_activating_an_older_prompt_changes_the_next_reply_and_each_reply_keeps_what_made_it(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start
) -> None:
    bot = await troupe()
    ada = await bot.house.database.write(speak_like_a_parrot, bot)

    await say(twin, bob, channel, "Ada, one", 1)
    await bot.house.database.write(prompts.activate, ada, "voice", 1)
    await say(twin, bob, channel, "Ada, two", 2)

    assert "parrot" in instructions(server, 0)
    assert "parrot" not in instructions(server, 1)
    first, second = await bot.house.database.read(kept_replies, channel)
    assert first.voice_version_id != second.voice_version_id
    assert first.house_version_id == second.house_version_id is not None


async def test_every_call_keeps_its_model_tokens_time_outcome_and_versions(
    twin: Twin, channel: Channel, bob: Person, troupe: Start
) -> None:
    bot = await troupe()

    await say(twin, bob, channel, "Ada, hello", 1)

    (call,) = await bot.house.database.read(calls_of, channel)
    (reply,) = await bot.house.database.read(kept_replies, channel)
    assert (call.model, call.outcome, call.attempt, call.measured) == ("gpt-test", "OK", 1, 1)
    assert call.prompt_tokens > 0 and call.completion_tokens > 0
    assert call.first_token_ms is not None and 0 <= call.first_token_ms <= call.total_ms
    assert (call.voice_version_id, call.house_version_id) == (reply.voice_version_id, reply.house_version_id)


async def test_history_is_cut_to_the_budget_and_the_person_is_told_once(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start
) -> None:
    await troupe(settings={"TROUPE_HISTORY_TOKENS": "2600"})

    replies = [await say(twin, bob, channel, f"Ada, {number} " + "words " * 300, number) for number in range(1, 5)]

    told = [number for number, reply in enumerate(replies, 1) if "out of my sight" in reply]
    assert len(told) == 1
    cut = [message["content"] for message in server.calls[-1].body["messages"][1:]]
    assert not any("Ada, 1 " in content for content in cut)
    assert "out of my sight" not in str(server.calls[-1].body)


async def test_a_message_longer_than_the_budget_is_politely_refused(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start
) -> None:
    await troupe(settings={"TROUPE_HISTORY_TOKENS": "1800"})

    reply = await say(twin, bob, channel, "Ada, " + "words " * 600, 1)

    assert "tokens long and I can read at most" in reply
    assert server.calls == []


async def test_after_a_reset_the_persona_reads_nothing_of_before(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start
) -> None:
    bot = await troupe()
    await say(twin, bob, channel, "Ada, the word is plum", 1)
    ada = await bot.house.database.read(personas.called, "", "ada")
    assert ada is not None

    await bot.house.database.write(conversations.begin_anew, "discord", str(channel.id), str(channel.guild.id), ada.id)
    await say(twin, bob, channel, "Ada, which word?", 2)

    assert "plum" not in str(server.calls[1].body)
