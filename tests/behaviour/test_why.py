"""The button below a reply that had memories in mind: shown there only, answered in private, good after a restart."""

from __future__ import annotations

from typing import Any

from tests.behaviour.stage import Stage, texts
from tests.fakes.model_script import Says

WHY = "🧠 why"
QUESTION = "where is the spare key?"


def labels(message: Any) -> list[str]:
    """The buttons below a message."""
    rows = [row if isinstance(row, dict) else row.to_dict() for row in message.components]
    return [button["label"] for row in rows for button in row["components"]]


async def told(stage: Stage) -> None:
    """Ada has greeted Bob alone and remembers something of his, for which no model found better words."""
    await said(stage, "hello")
    stage.server.replies('{"memories": []}')
    asked = len(stage.server.calls)
    await stage.bob.user.slash("memory add", text="the spare key is under the fern")
    await stage.until(lambda: len(stage.server.calls) > asked)


async def said(stage: Stage, text: str) -> Any:
    """The reply to that."""
    return await stage.reply(await stage.bob.send_dm(text), stage.bob.user.dm_channel)


async def test_only_a_reply_that_had_memories_in_mind_has_the_button(stage: Stage) -> None:
    await told(stage)

    without, reply = await said(stage, "zzz"), await said(stage, QUESTION)

    assert (labels(without), labels(reply)) == ([], [WHY])


async def test_it_answers_in_private_and_what_it_offers_works_all_after_a_restart(stage: Stage) -> None:
    await told(stage)
    reply = await said(stage, QUESTION)

    await stage.restart()
    shown = await stage.bob.user.click(reply, label=WHY)
    await stage.restart()
    pressed = await stage.bob.user.click(shown.response, label="Wrong 1")

    assert shown.ephemeral and "the spare key is under the fern" in texts(shown)
    assert labels(shown.response) == ["Wrong 1", "Helpful 1", "Forget 1", "Pin 1"]
    assert pressed.ephemeral and "I doubt that from now on" in texts(pressed)


async def test_forgetting_asks_first_and_a_press_does_it(stage: Stage) -> None:
    await told(stage)
    shown = await stage.bob.user.click(await said(stage, QUESTION), label=WHY)

    question = await stage.bob.user.click(shown.response, label="Forget 1")
    before = stage.outside.rows("SELECT statement FROM memories")
    pressed = await stage.bob.user.click(question.response, label="Forget it")

    assert "can't be undone" in texts(question) and len(before) == 1
    assert texts(pressed) == "Forgotten." and stage.outside.rows("SELECT statement FROM memories") == []


async def test_a_reply_of_several_messages_that_grew_has_it_on_the_last_one_only(stage: Stage) -> None:
    await told(stage)
    room = stage.bob.user.dm_channel
    stage.server.replies(Says("fern and key " * 250, pieces=3, delay_s=0.3))

    question = await stage.bob.send_dm(QUESTION)
    await stage.until(lambda: len(stage.outside.rows("SELECT id FROM deliveries WHERE state = 'sent'")) == 3)

    grown = sorted((one for one in room.history() if one.id > question.id), key=lambda one: one.id)
    assert [labels(one) for one in grown] == [[], [WHY]]


async def test_whoever_does_not_want_it_switches_it_off(stage: Stage) -> None:
    await told(stage)
    await stage.bob.user.slash("config set", name="why_button", value="off", level="user")

    assert labels(await said(stage, QUESTION)) == []
