"""What was given up is shown, tried again or cancelled by who may."""

from __future__ import annotations

from tests.behaviour.stage import Stage, texts
from tests.fakes.model_script import Says, wrong_key


async def bury(stage: Stage) -> str:
    """Let one reply fail for good; returns its work's id."""
    stage.server.replies(wrong_key())
    await stage.reply(await stage.bob.send(stage.channel, "Ada, are you there?"))
    return str(stage.contents()["work"][0][0])


async def test_a_person_is_told_when_their_message_is_given_up(stage: Stage) -> None:
    stage.server.replies(wrong_key())

    told = await stage.reply(await stage.bob.send(stage.channel, "Ada, are you there?"))

    assert told.content.startswith("-# My language model refused its key")


async def test_the_queue_shows_what_was_given_up_where_and_why(stage: Stage) -> None:
    work_id = await bury(stage)

    text = texts(await stage.alice.slash(stage.channel, "queue list"))

    assert f"`{work_id}`" in text
    assert f"**Ada** in {stage.channel.mention}: given up, 1 try, WRONG_KEY" in text
    assert "1 given up" in texts(await stage.bob.slash(stage.channel, "status"))


async def test_what_is_tried_again_is_answered_in_place_of_the_notice(stage: Stage) -> None:
    work_id = await bury(stage)
    notice = stage.channel.history()[-1]

    result = await stage.alice.slash(stage.channel, "queue retry", id=work_id)
    await stage.until(
        lambda: "You said: Bob: Ada, are you there?" in stage.channel.history(viewer=stage.bob)[-1].content
    )

    assert "is tried again now" in texts(result)
    assert stage.channel.history(viewer=stage.bob)[-1].id == notice.id
    assert "Nothing is waiting" in texts(await stage.alice.slash(stage.channel, "queue list"))


async def test_what_is_cancelled_is_not_shown_any_more(stage: Stage) -> None:
    work_id = await bury(stage)

    result = await stage.alice.slash(stage.channel, "queue cancel", id=work_id)

    assert "is cancelled" in texts(result)
    assert "Nothing is waiting" in texts(await stage.alice.slash(stage.channel, "queue list"))


async def test_a_running_reply_is_stopped_and_keeps_what_it_had_said(stage: Stage) -> None:
    stage.server.replies(Says("first words of a long story that never ends", pieces=2, then="stall"))
    message = await stage.bob.send(stage.channel, "Ada, tell me a story")
    await stage.until(lambda: [one for one in stage.channel.history() if one.id > message.id])
    work_id = str(stage.contents()["work"][0][0])

    result = await stage.alice.slash(stage.channel, "queue cancel", id=work_id)
    reply = await stage.reply(message)

    assert "what it had said so far stays" in texts(result)
    assert reply.content.startswith("first words of")
    assert reply.content.endswith("-# Stopped.")


async def test_ids_are_completed_with_what_they_are(stage: Stage) -> None:
    work_id = await bury(stage)

    found = await stage.alice.autocomplete(stage.channel, "queue retry", "id", "")

    assert [one["value"] for one in found] == [work_id]
    assert found[0]["name"].startswith("Ada: given up WRONG_KEY")


async def test_another_server_s_work_is_neither_shown_nor_touched(stage: Stage) -> None:
    work_id = await bury(stage)
    _, elsewhere, carol = stage.add_guild("Island", "carol")

    listed = texts(await carol.slash(elsewhere, "queue list"))
    tried = texts(await carol.slash(elsewhere, "queue retry", id=work_id))

    assert "Nothing is waiting" in listed
    assert "find nothing owed here" in tried
    assert await carol.autocomplete(elsewhere, "queue retry", "id", "") == []
