"""No word of the bot rings anybody but the person answered; every test here also checks every request at its end."""

from __future__ import annotations

from typing import Any

from tests.behaviour.stage import Stage, quiet, rung, texts
from tests.fakes.model_script import Says

LOUD = "@everyone @here <@&1> <@1> <@2> hello"


def spoken(stage: Stage) -> list[dict[str, Any]]:
    """The bodies of all requests that say or change words."""
    bodies = [one.json.get("data", one.json) for one in stage.env.http_requests if isinstance(one.json, dict)]
    return [body for body in bodies if isinstance(body, dict) and body.get("content")]


async def test_a_reply_through_a_webhook_may_ring_the_person_answered_only(stage: Stage) -> None:
    stage.server.answer = lambda body: LOUD

    await stage.reply(await stage.bob.send(stage.channel, "Ada, ring everybody"))

    said = spoken(stage)
    assert said
    assert all(rung(one) == [str(stage.bob.id)] and one["allowed_mentions"]["parse"] == [] for one in said)


async def test_a_reply_that_grew_before_people_s_eyes_rings_nobody_else_either(stage: Stage) -> None:
    async with stage.server.hold() as gate:
        stage.server.replies(Says(f"{LOUD} " * 20, pieces=12, delay_s=0.15))
        message = await stage.bob.send(stage.channel, "Ada, ring everybody slowly")
        gate.open()
        await stage.reply(message)

    said = spoken(stage)
    assert any(one.method == "PATCH" for one in stage.env.http_requests)
    assert len(said) > 1
    assert all(rung(one) == [str(stage.bob.id)] and one["allowed_mentions"]["parse"] == [] for one in said)


async def test_a_reply_in_the_bot_s_own_name_rings_the_person_answered_only(stage: Stage) -> None:
    stage.server.answer = lambda body: LOUD

    await stage.reply(await stage.bob.send_dm("ring everybody"), stage.bob.user.dm_channel)

    assert [rung(one) for one in spoken(stage)] == [[str(stage.bob.id)]]


async def test_a_greeting_for_a_whole_channel_rings_nobody(stage: Stage) -> None:
    await stage.create("Luna", greeting=f"{LOUD} I am Luna, an AI.")

    await stage.bind("luna", "always")

    greetings = [one for one in spoken(stage) if one.get("username") == "Luna"]
    assert greetings
    assert all(rung(one) == [] and one["allowed_mentions"]["parse"] == [] for one in greetings)


async def test_command_answers_ring_nobody_whatever_people_wrote(stage: Stage) -> None:
    await stage.create("Luna", description=f"{LOUD} An AI.", greeting=f"{LOUD} I am Luna.")

    shown = await stage.bob.slash(stage.channel, "persona show", name="luna")
    used = await stage.bob.slash(stage.channel, "persona use", name="luna")
    chatted = await stage.bob.slash(stage.channel, "chat", message=LOUD, persona="luna")
    pressed = await stage.bob.click(used.response, label="Tell me of Mars")
    await stage.reply(pressed.response.message)

    assert all("@everyone" in texts(one) for one in (shown, chatted, used))
    answers = [one for one in spoken(stage) if "username" not in one]
    assert len(answers) >= 5
    assert all(rung(one) == [] and not one["allowed_mentions"].get("parse") for one in answers)


def test_the_check_of_every_test_would_notice_a_loud_request() -> None:
    assert not quiet({"content": "hello"})
    assert not quiet({"content": "hello", "allowed_mentions": {"parse": ["users"]}})
    assert not quiet({"data": {"content": "hello", "allowed_mentions": {"parse": [], "users": [1, 2]}}})
    assert quiet({"data": {"content": "hello", "allowed_mentions": {"parse": [], "users": [1]}}})
