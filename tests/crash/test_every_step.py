"""Killed at any step between hearing and marking sent, the bot answers each message once, and loses none."""

from __future__ import annotations

import pytest

from tests.crash.lives import Lives
from tests.fakes.model_script import Says
from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Person, Twin

QUICK = ["heard", "decided", "accepted", "claimed", "asked", "first_token", "answered", "kept", "delivering"]
QUICK += ["posted", "sent"]
GROWING = ["drafted", "posted", "answered", "kept", "delivering", "revised", "sent"]
WORDS = "Tea wants patience. Coffee wants courage. Water wants nothing at all."
LONG = " ".join(f"This is sentence number {number} of a long reply." for number in range(120))


def said_by_us(twin: Twin, channel: Channel) -> list[str]:
    """What the bot has said there and people can see, without the name it writes above its own messages."""
    ours = [message for message in twin.visible(channel) if message.webhook or message.author is twin.bot]
    return [message.content.removeprefix("**Ada**\n") for message in ours]


@pytest.mark.parametrize("stage", QUICK)
async def test_a_bot_killed_at_any_step_answers_once(
    stage: str, scene: Channel, lives: Lives, twin: Twin, server: ModelServer, bob: Person
) -> None:
    server.answer = lambda body: WORDS

    async with lives.child(die_at=stage) as child:
        await bob.say(scene, "Ada, what do drinks want?")
        await child.killed()
    await lives.last(lambda: said_by_us(twin, scene) != [])

    assert said_by_us(twin, scene) == [WORDS]
    assert len(server.calls) <= 2


@pytest.mark.parametrize("stage", ["heard", "decided", "accepted"])
async def test_the_first_words_of_somebody_new_are_not_lost(
    stage: str, lives: Lives, twin: Twin, server: ModelServer
) -> None:
    server.answer = lambda body: WORDS
    new = twin.add_user("New")
    dm = twin.dm(new)

    async with lives.child(die_at=stage) as child:
        await new.say(dm, "hello, we have never met")
        await child.killed()
    await lives.last(lambda: said_by_us(twin, dm) != [])

    assert said_by_us(twin, dm) == [WORDS]


@pytest.mark.parametrize("stage", GROWING)
async def test_a_bot_killed_while_its_reply_grows_ends_in_one_whole_reply(
    stage: str, scene: Channel, lives: Lives, twin: Twin, server: ModelServer, bob: Person
) -> None:
    server.replies(Says(WORDS, pieces=10, delay_s=0.1))
    server.answer = lambda body: WORDS

    async with lives.child(die_at=stage) as child:
        await bob.say(scene, "Ada, what do drinks want?")
        await child.killed()
    await lives.last(lambda: WORDS in said_by_us(twin, scene))

    assert said_by_us(twin, scene) == [WORDS]
    assert len(server.calls) <= 2


@pytest.mark.parametrize("stage", ["posted", "sent"])
@pytest.mark.parametrize("nth", [1, 2, 3])
async def test_a_bot_killed_between_the_parts_of_a_reply_says_each_part_once_and_in_order(
    stage: str, nth: int, scene: Channel, lives: Lives, twin: Twin, server: ModelServer, bob: Person
) -> None:
    server.answer = lambda body: LONG

    async with lives.child(die_at=stage, nth=nth) as child:
        await bob.say(scene, "Ada, tell me all")
        await child.killed()
    await lives.last(lambda: len(said_by_us(twin, scene)) >= 3)

    assert " ".join(said_by_us(twin, scene)).split() == LONG.split()
    assert len(server.calls) == 1


async def test_a_bot_told_to_end_in_the_middle_of_a_reply_answers_once(
    scene: Channel, lives: Lives, twin: Twin, server: ModelServer, bob: Person
) -> None:
    server.answer = lambda body: WORDS

    async with lives.child() as child:
        async with server.hold():
            await bob.say(scene, "Ada, what do drinks want?")
            await server.called()
            child.told_to_end()
        await child.ended()
    await lives.last(lambda: said_by_us(twin, scene) != [])

    assert said_by_us(twin, scene) == [WORDS]
    assert len(server.calls) <= 2
