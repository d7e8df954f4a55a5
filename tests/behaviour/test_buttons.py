"""Buttons: suggested messages and confirmations, also after a restart and under the wrong finger."""

from __future__ import annotations

from tests.behaviour.stage import Stage, texts


async def test_use_offers_the_suggestions_and_a_press_says_one(stage: Stage) -> None:
    chosen = await stage.bob.slash(stage.channel, "persona use", name="halvard")

    pressed = await stage.bob.click(chosen.response, label="Tell me something small and true")
    reply = await stage.reply(pressed.response.message)

    assert pressed.response.content == "**Bob** to **Halvard**: Tell me something small and true"
    assert not pressed.ephemeral
    assert reply.author.name == "Halvard"
    assert "Tell me something small and true" in reply.content


async def test_a_suggestion_works_after_a_restart(stage: Stage) -> None:
    chosen = await stage.bob.slash(stage.channel, "persona use", name="halvard")

    await stage.restart()
    pressed = await stage.bob.click(chosen.response, label="Tell me something small and true")

    assert (await stage.reply(pressed.response.message)).author.name == "Halvard"


async def test_a_new_direct_conversation_offers_suggestions_that_work_after_a_restart(stage: Stage) -> None:
    room = stage.bob.user.dm_channel
    first = await stage.reply(await stage.bob.send_dm("hello"), room)
    labels = [button.label for row in first.components for button in row.children]

    await stage.restart()
    pressed = await stage.bob.user.click(first, label="Why is the sky dark at night?")
    reply = await stage.reply(pressed.response.message, room)

    assert "Why is the sky dark at night?" in labels
    assert "Why is the sky dark at night?" in reply.content


async def test_only_the_first_reply_of_a_conversation_offers_suggestions(stage: Stage) -> None:
    room = stage.bob.user.dm_channel
    await stage.reply(await stage.bob.send_dm("hello"), room)

    second = await stage.reply(await stage.bob.send_dm("and more"), room)

    assert second.components == []


async def test_a_suggestion_pressed_twice_is_said_twice_and_answered(stage: Stage) -> None:
    chosen = await stage.bob.slash(stage.channel, "persona use", name="halvard")
    first = await stage.bob.click(chosen.response, label="Tell me something small and true")
    await stage.reply(first.response.message)

    second = await stage.bob.click(chosen.response, label="Tell me something small and true")

    assert await stage.reply(second.response.message)


async def test_a_suggestion_of_an_archived_persona_says_so_to_the_person_only(stage: Stage) -> None:
    chosen = await stage.bob.slash(stage.channel, "persona use", name="odile")
    label = chosen.response.components[0]["components"][0]["label"]
    await stage.archive("odile")

    pressed = await stage.bob.click(chosen.response, label=label)

    assert "Odile is archived" in texts(pressed)
    assert pressed.ephemeral


async def test_a_suggestion_that_was_edited_away_says_so(stage: Stage) -> None:
    await stage.create("Luna")
    chosen = await stage.bob.slash(stage.channel, "persona use", name="luna")
    await stage.change("luna", starters="What is up tonight?")

    pressed = await stage.bob.click(chosen.response, label="Tell me of Mars")

    assert "out of date" in texts(pressed)


async def test_a_suggestion_says_what_its_button_shows_or_nothing(stage: Stage) -> None:
    await stage.create("Luna")
    chosen = await stage.bob.slash(stage.channel, "persona use", name="luna")
    await stage.change("luna", starters="Tell me of Venus\nWhat is up tonight?")

    pressed = await stage.bob.click(chosen.response, label="What is up tonight?")

    assert "out of date" in texts(pressed)


async def test_a_suggestion_of_a_shared_persona_goes_to_the_server_s_own_copy(stage: Stage) -> None:
    chosen = await stage.bob.slash(stage.channel, "persona use", name="halvard")
    await stage.change("halvard", voice="You are Halvard of the harbour, an AI.")

    pressed = await stage.bob.click(chosen.response, label="Tell me something small and true")
    await stage.reply(pressed.response.message)

    assert "Halvard of the harbour" in str(stage.server.calls[-1].body["messages"][0])


async def test_archive_asks_first_and_a_press_does_it_after_a_restart(stage: Stage) -> None:
    asked = await stage.alice.slash(stage.channel, "persona archive", name="odile")
    assert "**Archived**" not in texts(await stage.bob.slash(stage.channel, "persona list"))

    await stage.restart()
    pressed = await stage.alice.click(asked.response, label="Archive Odile")

    assert "**Odile** is archived" in texts(pressed)
    assert "**Archived**\n- **Odile**" in texts(await stage.bob.slash(stage.channel, "persona list"))


async def test_an_archived_persona_is_brought_back(stage: Stage) -> None:
    await stage.archive("odile")

    result = await stage.alice.slash(stage.channel, "persona archive", name="odile", restore="yes")

    assert "**Odile** is back" in texts(result)
    assert (await stage.reply(await stage.bob.send(stage.channel, "Odile, hello"))).author.name == "Odile"


async def test_who_lost_the_right_meanwhile_can_t_confirm(stage: Stage) -> None:
    asked = await stage.alice.slash(stage.channel, "persona archive", name="odile")
    stage.demote(stage.alice)
    before = stage.contents()

    pressed = await stage.alice.click(asked.response, label="Archive Odile")

    assert "Manage Server" in texts(pressed)
    assert pressed.ephemeral
    assert stage.contents() == before
