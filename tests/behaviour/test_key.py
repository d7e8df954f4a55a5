"""A key that was written in Discord's form is handed back in no form, file or button."""

from __future__ import annotations

from tests.behaviour.stage import Stage, texts
from tests.fakes.model_script import wrong_key

KEY = "sk-bob-5d1f0c9a7e3b42"


async def test_a_key_that_is_not_taken_is_not_handed_back_and_one_that_is_answers(stage: Stage) -> None:
    shown = await stage.bob.slash(stage.channel, "key set")
    stage.server.lists_as = wrong_key(KEY)
    refused = await stage.bob.submit_modal(shown, {"key": KEY})
    stage.server.lists_as = None
    again = await stage.bob.slash(stage.channel, "key set")
    taken = await stage.bob.submit_modal(again, {"key": KEY})
    await stage.reply(await stage.bob.send(stage.channel, "Ada, hello"))

    assert "refuses that key" in texts(refused) and "Open the form" not in str(refused.response.components)
    assert not refused.response.attachments
    assert refused.ephemeral and taken.ephemeral
    assert "ends in 3b42" in texts(taken)
    assert KEY not in texts(refused) + texts(taken)
    assert stage.server.calls[-1].headers["authorization"] == f"Bearer {KEY}"
