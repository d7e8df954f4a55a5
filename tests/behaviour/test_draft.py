"""A persona is drafted by the model, read, changed and only then made."""

from __future__ import annotations

from typing import Any

from tests.behaviour.stage import Stage, filled, texts
from tests.drafting.conftest import good
from tests.fakes.model_script import refuses

IDEA = "a grumpy lighthouse keeper who loves chess"


async def drafted(stage: Stage) -> Any:
    stage.server.replies(*good())
    return await stage.alice.slash(stage.channel, "persona draft", idea=IDEA)


def holder(result: Any) -> Any:
    """The part of an answer that has the button."""
    return next(one for one in (*reversed(result.followups), result.response) if one and one.components)


async def test_a_draft_is_shown_to_its_orderer_only_and_nothing_is_kept_but_what_it_cost(stage: Stage) -> None:
    before = stage.contents()

    result = await drafted(stage)

    after = stage.contents()
    assert result.ephemeral and result.modal is None
    assert "You are Ulf, an AI." in texts(result) and "Written by gpt-test" in texts(result)
    assert len(after.pop("model_calls")) == 3 and len(after.pop("spending")) == 1
    assert after == {name: rows for name, rows in before.items() if name not in ("model_calls", "spending")}


async def test_the_button_opens_the_form_filled_in_and_what_is_sent_is_made(stage: Stage) -> None:
    result = await drafted(stage)

    shown = await stage.alice.click(holder(result), label="Open the form")
    done = await stage.alice.submit_modal(shown, filled(shown.modal) | {"display_name": "Old Ulf"})
    reply = await stage.reply(await stage.bob.send(stage.channel, "Old Ulf, hello"))

    assert filled(shown.modal)["starters"].splitlines() == ["Shall we play?", "How is the sea?", "Why so grumpy?"]
    assert "**Old Ulf** is here" in texts(done)
    assert reply.author.name == "Old Ulf"
    assert "Gives no medical advice." in str(stage.server.calls[-1].body["messages"][0])


async def test_a_draft_that_a_restart_forgot_still_has_its_words(stage: Stage) -> None:
    result = await drafted(stage)

    await stage.restart()
    pressed = await stage.alice.click(holder(result), label="Open the form")

    assert "your words are in the file above" in texts(pressed)
    (file,) = holder(result).attachments
    assert "You are Ulf, an AI." in (await file.read()).decode()


async def test_an_idea_the_model_declines_is_a_sentence_and_no_form(stage: Stage) -> None:
    stage.server.replies(refuses())

    result = await stage.alice.slash(stage.channel, "persona draft", idea=IDEA)

    assert "declined" in texts(result)
    assert not result.response.components
