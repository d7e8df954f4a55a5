"""One message in, one reply out, in the persona's own face."""

from __future__ import annotations

from tests.end_to_end.conftest import Start
from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Person, Twin


async def test_a_named_persona_answers_with_its_own_face(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start
) -> None:
    await troupe()

    await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: len(t.visible(channel)) == 2)

    reply = twin.visible(channel)[1]
    assert reply.username == "Ada"
    assert "Ada, hello" in reply.content
    assert reply.avatar_url and "/emojis/" in reply.avatar_url
    assert len(server.calls) == 1


async def test_a_direct_message_is_answered_by_the_bot_with_the_persona_s_name(
    twin: Twin, bob: Person, troupe: Start
) -> None:
    await troupe()
    dm = twin.dm(bob)

    await bob.say(dm, "hello")
    await twin.wait_for(lambda t: len(t.visible(dm)) == 2)

    assert twin.visible(dm)[1].content.startswith("**Ada**\n")
