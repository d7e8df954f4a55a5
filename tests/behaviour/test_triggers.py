"""What makes a persona answer, and what does not."""

from __future__ import annotations

import pytest

from tests.behaviour.stage import Stage


@pytest.mark.parametrize(
    "words", ["Ada, hello", "hey Ada, hello", "@Ada hello", "ADA: hello", "Adie, hello", "hi Adie! hello"]
)
async def test_a_persona_named_at_the_start_answers(stage: Stage, words: str) -> None:
    message = await stage.bob.send(stage.channel, words)

    reply = await stage.reply(message)

    assert reply.author.name == "Ada"
    assert words in reply.content


async def test_an_alias_of_two_words_is_a_name_too(stage: Stage) -> None:
    message = await stage.bob.send(stage.channel, "Madame Bombazine, what is on tonight?")

    assert (await stage.reply(message)).author.name == "Bombazine"


async def test_a_reply_to_a_persona_goes_to_that_persona_without_a_mention(stage: Stage) -> None:
    first = await stage.reply(await stage.bob.send(stage.channel, "Halvard, evening"))

    message = await stage.bob.send(stage.channel, "and more?", reply_to=first)

    assert (await stage.reply(message)).author.name == "Halvard"


async def test_a_reply_counts_before_a_name(stage: Stage) -> None:
    first = await stage.reply(await stage.bob.send(stage.channel, "Halvard, evening"))

    message = await stage.bob.send(stage.channel, "Ada, what do you say to that?", reply_to=first)

    assert (await stage.reply(message)).author.name == "Halvard"


async def test_a_mention_is_answered_by_the_house_s_persona(stage: Stage) -> None:
    message = await stage.bob.send(stage.channel, f"{stage.mention} hello")

    reply = await stage.reply(message)

    assert reply.author.name == "Ada"
    assert stage.mention not in reply.content


async def test_a_mention_in_the_middle_is_one_too(stage: Stage) -> None:
    message = await stage.bob.send(stage.channel, f"what does {stage.mention} think?")

    assert (await stage.reply(message)).author.name == "Ada"


async def test_a_mention_is_answered_by_the_persona_the_person_chose(stage: Stage) -> None:
    await stage.bob.slash(stage.channel, "persona use", name="odile")

    message = await stage.bob.send(stage.channel, f"{stage.mention} hello")

    assert (await stage.reply(message)).author.name == "Odile"


async def test_an_empty_mention_gets_the_greeting(stage: Stage) -> None:
    message = await stage.bob.send(stage.channel, stage.mention)

    reply = await stage.reply(message)

    assert reply.content.startswith("Hi, I'm Ada.")
    assert not stage.server.calls


async def test_in_a_bound_channel_everything_is_answered(stage: Stage) -> None:
    await stage.bind("paloma", "always")

    message = await stage.bob.send(stage.channel, "buenas tardes")

    assert (await stage.reply(message)).author.name == "Paloma"


async def test_a_name_counts_before_the_channel_s_persona(stage: Stage) -> None:
    await stage.bind("paloma", "always")

    message = await stage.bob.send(stage.channel, "Ada, hello")

    assert (await stage.reply(message)).author.name == "Ada"


async def test_in_mention_mode_the_channel_s_persona_listens_and_answers_when_mentioned(stage: Stage) -> None:
    await stage.bind("paloma", "mention")
    owed = stage.owed()

    await stage.bob.send(stage.channel, "we went to the sea")
    assert stage.owed() == owed
    message = await stage.bob.send(stage.channel, f"{stage.mention} where did we go?")
    reply = await stage.reply(message)

    assert reply.author.name == "Paloma"
    assert "we went to the sea" in str(stage.server.calls[-1].body["messages"])


async def test_a_direct_message_is_answered_by_the_bot_under_the_persona_s_name(stage: Stage) -> None:
    message = await stage.bob.send_dm("hello")

    reply = await stage.reply(message, stage.bob.user.dm_channel)

    assert reply.content.startswith("**Ada**\n")
    assert reply.author.id == stage.bot.client.user.id


@pytest.mark.parametrize("words", ["hello all", "I like Ada", "what would Ada say?", "Adamant, that is what I am"])
async def test_where_nobody_is_addressed_nobody_answers(stage: Stage, words: str) -> None:
    await stage.bob.send(stage.channel, words)

    assert stage.owed() == 0


async def test_bots_are_not_answered(stage: Stage) -> None:
    robot = stage.guild.add_member(stage.env.create_user("robot", bot=True))

    await robot.send(stage.channel, "Ada, hello")
    await robot.send(stage.channel, f"{stage.mention} hello")

    assert stage.owed() == 0


async def test_webhooks_are_not_answered_even_in_a_bound_channel(stage: Stage) -> None:
    await stage.bind("ada", "always")
    owed = stage.owed()

    await stage.guild.create_webhook(stage.channel, "News").send("Ada, hello", username="Bob")

    assert stage.owed() == owed


async def test_what_a_persona_says_is_not_answered_by_another(stage: Stage) -> None:
    stage.server.answer = lambda body: "Halvard, what do you say?"

    await stage.reply(await stage.bob.send(stage.channel, "Ada, ask Halvard"))

    assert stage.owed() == 1


# ── without the message content intent ──


async def test_without_the_intent_a_mention_is_read_and_answered(deaf_stage: Stage) -> None:
    message = await deaf_stage.bob.send(deaf_stage.channel, f"{deaf_stage.mention} how are you?")

    assert "how are you?" in (await deaf_stage.reply(message)).content


async def test_without_the_intent_a_direct_message_is_read_and_answered(deaf_stage: Stage) -> None:
    message = await deaf_stage.bob.send_dm("how are you?")

    assert "how are you?" in (await deaf_stage.reply(message, deaf_stage.bob.user.dm_channel)).content


async def test_without_the_intent_what_mentions_nobody_is_not_answered_blindly(deaf_stage: Stage) -> None:
    await deaf_stage.bind("ada", "always")
    owed = deaf_stage.owed()

    await deaf_stage.bob.send(deaf_stage.channel, "Halvard, good evening")

    assert deaf_stage.owed() == owed


async def test_without_the_intent_chat_works(deaf_stage: Stage) -> None:
    result = await deaf_stage.bob.slash(deaf_stage.channel, "chat", message="how are you?", persona="odile")

    reply = await deaf_stage.reply(result.response.message)

    assert reply.author.name == "Odile"
    assert "how are you?" in reply.content


async def test_without_the_intent_the_message_menu_reads_the_message(deaf_stage: Stage) -> None:
    message = await deaf_stage.alice.send(deaf_stage.channel, "the tide turns at six")

    result = await deaf_stage.bob.context_menu(deaf_stage.channel, "Ask a persona", message)

    assert "the tide turns at six" in (await deaf_stage.reply(result.response.message)).content
