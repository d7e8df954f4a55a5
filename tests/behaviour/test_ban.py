"""A persona that the operator has banned answers nobody, and those who manage a server can do nothing about it."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from tests.behaviour.stage import Stage, filled, texts

DECLINED = "-# Ada was banned by the operator and answers nobody; /persona list shows who talks here."


async def notice(stage: Stage, after: discord.Message) -> discord.Message:
    """What the bot itself says next in the channel."""
    return await stage.until(
        lambda: next((one for one in stage.channel.history() if one.id > after.id and not one.webhook_id), None)
    )


async def declined(stage: Stage) -> bool:
    """Whether somebody who names Ada gets the sentence, and no model is asked."""
    calls = len(stage.server.calls)
    said = await notice(stage, await stage.bob.send(stage.channel, "Ada, hello"))
    return said.content == DECLINED and len(stage.server.calls) == calls


async def test_who_names_a_banned_persona_gets_one_sentence_by_the_bot_itself(stage: Stage) -> None:
    await stage.ban("ada")

    said = await notice(stage, await stage.bob.send(stage.channel, "Ada, are you there?"))

    assert said.content == DECLINED
    assert said.author.id == stage.env.backend.bot_user.id
    assert not stage.server.calls


async def test_who_replies_to_what_a_banned_persona_said_gets_it_too(stage: Stage) -> None:
    first = await stage.reply(await stage.bob.send(stage.channel, "Ada, hello"))
    await stage.ban("ada")

    said = await notice(stage, await stage.bob.send(stage.channel, "and more?", reply_to=first))

    assert said.content == DECLINED


async def test_a_ban_counts_in_every_server_at_once(stage: Stage) -> None:
    _, elsewhere, carol = stage.add_guild("Island", "carol")
    await stage.ban("ada")

    message = await carol.send(elsewhere, "Ada, hello")

    said = await stage.until(lambda: next((one for one in elsewhere.history() if one.id > message.id), None))
    assert said.content == DECLINED


async def test_the_channel_of_a_banned_persona_is_silent_and_why_says_so(stage: Stage) -> None:
    await stage.bind("ada", "always")
    await stage.ban("ada")
    owed = stage.owed()

    await stage.bob.send(stage.channel, "lovely weather")
    why = texts(await stage.bob.slash(stage.channel, "persona why"))

    assert stage.owed() == owed
    assert "would get no answer here, because it is for a persona that the operator has banned" in why


async def test_why_explains_a_message_that_was_declined(stage: Stage) -> None:
    await stage.ban("ada")
    message = await stage.bob.send(stage.channel, "Ada, hello")
    await notice(stage, message)

    why = texts(await stage.bob.slash(stage.channel, "persona why", message=str(message.id)))

    assert why.startswith("That message gets no answer, because it is for a persona that the operator has banned")


async def _edit(stage: Stage) -> Any:
    return await stage.alice.slash(stage.channel, "persona edit", name="ada")


async def _restore(stage: Stage) -> Any:
    return await stage.alice.slash(stage.channel, "persona archive", name="ada", restore="yes")


async def _bind(stage: Stage) -> Any:
    return await stage.alice.slash(stage.channel, "persona bind", name="ada")


async def _use(stage: Stage) -> Any:
    return await stage.alice.slash(stage.channel, "persona use", name="ada")


async def _activate(stage: Stage) -> Any:
    return await stage.alice.slash(stage.channel, "prompt activate", name="ada", number=1)


async def _create(stage: Stage) -> Any:
    return await stage.create("Ada")


async def _unban(stage: Stage) -> Any:
    return await stage.alice.slash(stage.channel, "persona unban", name="ada")


@pytest.mark.parametrize("copied", [False, True], ids=["shared", "own copy"])
@pytest.mark.parametrize("attempt", [_edit, _restore, _bind, _use, _activate, _create, _unban])
async def test_who_manages_a_server_gets_a_sentence_and_changes_nothing(
    stage: Stage, attempt: Any, copied: bool
) -> None:
    if copied:
        await stage.change("ada", greeting="Ahoy, I am Ada, an AI.")
    await stage.ban("ada")
    before = stage.contents()

    result = await attempt(stage)

    assert result.modal is None
    assert "banned by the operator" in texts(result) or "already answers" in texts(result) or "alone" in texts(result)
    assert stage.contents() == before
    assert await declined(stage)


async def test_an_edit_opened_before_the_ban_makes_no_copy_that_speaks(stage: Stage) -> None:
    shown = await stage.alice.slash(stage.channel, "persona edit", name="ada")
    await stage.ban("ada")

    result = await stage.alice.submit_modal(shown, filled(shown.modal) | {"greeting": "Ahoy."})

    assert "banned by the operator" in texts(result)
    assert await declined(stage)


async def test_a_restart_publishes_the_files_again_and_lifts_nothing(stage: Stage) -> None:
    await stage.ban("ada")

    await stage.restart()

    assert await declined(stage)


async def test_a_persona_answers_again_when_the_ban_is_lifted(stage: Stage) -> None:
    await stage.ban("ada")
    stage.own(stage.alice)

    lifted = await stage.alice.slash(stage.channel, "persona unban", name="ada")

    assert "The ban on **Ada** is lifted." in texts(lifted)
    assert (await stage.reply(await stage.bob.send(stage.channel, "Ada, hello"))).author.name == "Ada"


async def test_a_reply_that_grows_when_the_ban_falls_is_stopped(stage: Stage) -> None:
    async with stage.server.hold():
        message = await stage.bob.send(stage.channel, "Ada, tell me everything")
        await stage.server.called()
        await stage.ban("ada")
        await stage.server.left()

    assert await declined(stage)
    assert [one.author.name for one in stage.channel.history() if one.id > message.id and one.webhook_id] == []


async def test_a_form_to_ban_sent_without_a_reason_can_be_mended(stage: Stage) -> None:
    wrong = await stage.ban("ada", " ")
    stage.own(stage.alice)

    again = await stage.alice.click(wrong.response, label="Open the form again")
    done = await stage.alice.submit_modal(again, {"reason": "poses as somebody"})

    assert "needs a reason" in texts(wrong)
    assert "**Ada** is banned" in texts(done)
    assert list(filled(again.modal)) == ["reason"]
