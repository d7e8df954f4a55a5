"""The fault script against a real client."""

from __future__ import annotations

import asyncio
import sys
import time

import aiohttp
import discord
import pytest

from tests.twin import Fault, delay, error, hold_until, rate_limit, reset, status

from .conftest import Connect, Listener, Scene

MESSAGES = r"/channels/\d+/messages"


async def test_a_rate_limit_is_waited_out(scene: Scene, connect: Connect) -> None:
    client = await connect()
    scene.twin.faults.add(Fault("POST", MESSAGES, rate_limit(0.05, "shared")))

    await client.get_channel(scene.channel.id).send("patience")

    posts = [each.status for each in scene.twin.requests if each.method == "POST"]
    assert posts == [429, 200]
    assert [each.content for each in scene.twin.messages(scene.channel)] == ["patience"]


async def test_a_502_after_the_work_is_retried_into_one_message(scene: Scene, connect: Connect) -> None:
    client = await connect()
    scene.twin.faults.add(Fault("POST", MESSAGES, status(502, after_commit=True)))

    await client.get_channel(scene.channel.id).send("hello")

    posts = [each.status for each in scene.twin.requests if each.method == "POST"]
    assert posts == [502, 200]
    assert [each.content for each in scene.twin.messages(scene.channel)] == ["hello"]


async def test_a_502_after_a_webhook_posted_makes_a_double(scene: Scene, connect: Connect) -> None:
    client = await connect()
    hook = await client.get_channel(scene.channel.id).create_webhook(name="Troupe")
    scene.twin.faults.add(Fault("POST", r"/webhooks/.*", status(502, after_commit=True)))

    await hook.send("twice", wait=True)

    assert [each.content for each in scene.twin.messages(scene.channel)] == ["twice", "twice"]


async def test_a_reset_after_the_work_surfaces_and_the_message_is_there(scene: Scene, connect: Connect) -> None:
    client = await connect()
    fault = scene.twin.faults.add(Fault("POST", MESSAGES, reset(after_commit=True)))

    with pytest.raises(aiohttp.ClientError):
        await client.get_channel(scene.channel.id).send("hello")

    assert fault.fired == 1
    assert scene.twin.requests[-1].status is None
    assert [each.content for each in scene.twin.messages(scene.channel)] == ["hello"]


async def test_a_reset_before_the_work_leaves_nothing(scene: Scene, connect: Connect) -> None:
    client = await connect()
    scene.twin.faults.add(Fault("POST", MESSAGES, reset()))

    with pytest.raises(aiohttp.ClientError):
        await client.get_channel(scene.channel.id).send("hello")

    assert scene.twin.messages(scene.channel) == []


async def test_an_error_of_discord_is_passed_on(scene: Scene, connect: Connect) -> None:
    client = await connect()
    scene.twin.faults.add(Fault("*", lambda seen: "messages" in seen.path, error(400, 200000, "blocked")))

    with pytest.raises(discord.HTTPException) as caught:
        await client.get_channel(scene.channel.id).send("rude")

    assert caught.value.code == 200000


async def test_a_late_answer_is_waited_for(scene: Scene, connect: Connect) -> None:
    client = await connect()
    scene.twin.faults.add(Fault("POST", MESSAGES, delay(0.05, after_commit=True)))

    sent = await client.get_channel(scene.channel.id).send("slow")

    assert time.monotonic() - scene.twin.messages(scene.channel)[0].posted_at >= 0.05
    assert sent.content == "slow"


async def test_an_answer_can_be_held_until_an_event(scene: Scene, connect: Connect) -> None:
    client = await connect()
    gate = asyncio.Event()
    scene.twin.faults.add(Fault("POST", MESSAGES, hold_until(gate, after_commit=True)))

    sending = asyncio.create_task(client.get_channel(scene.channel.id).send("held"))
    await scene.twin.wait_for(lambda twin: twin.messages(scene.channel))
    waiting = not sending.done()
    gate.set()

    assert (await sending).content == "held"
    assert waiting


async def test_a_dropped_connection_is_resumed_and_the_missed_message_replayed(scene: Scene, connect: Connect) -> None:
    client = await connect()

    scene.twin.gateway.drop()
    await scene.bob.say(scene.channel, "missed")
    await client.until(lambda: client.heard)

    assert client.texts == ["missed"]
    assert (scene.twin.gateway.identifies, scene.twin.gateway.resumes) == (1, 1)


async def test_a_request_to_reconnect_is_resumed(scene: Scene, connect: Connect) -> None:
    client = await connect()

    scene.twin.gateway.reconnect()
    await client.until(lambda: client.resumed)
    await scene.bob.say(scene.channel, "still there?")
    await client.until(lambda: client.heard)

    assert client.texts == ["still there?"]


async def test_a_resumable_invalidation_is_resumed(scene: Scene, connect: Connect) -> None:
    client = await connect()

    scene.twin.gateway.invalidate(resumable=True)
    await client.until(lambda: client.resumed)

    assert scene.twin.gateway.identifies == 1


async def test_an_invalid_session_is_identified_anew_and_loses_the_gap(scene: Scene, connect: Connect) -> None:
    client = await connect()

    scene.twin.gateway.invalidate(resumable=False)
    await scene.bob.say(scene.channel, "lost")
    await client.until(lambda: client.readied == 2)

    assert client.texts == []
    assert scene.twin.gateway.identifies == 2


async def test_a_close_with_4000_is_resumed(scene: Scene, connect: Connect) -> None:
    client = await connect()

    scene.twin.gateway.close(4000)
    await client.until(lambda: client.resumed)

    assert scene.twin.gateway.identifies == 1


@pytest.mark.parametrize(("code", "left"), [(1000, 0), (1001, 0), (4000, 1)])
async def test_only_an_orderly_goodbye_ends_the_session(scene: Scene, code: int, left: int) -> None:
    identify = {"op": 2, "d": {"token": "token", "intents": 1}}
    async with aiohttp.ClientSession() as http, http.ws_connect(scene.twin.gateway_url) as socket:
        await socket.send_json(identify)
        await scene.twin.wait_for(lambda twin: twin.gateway.sessions)

        await socket.close(code=code)
        await scene.twin.wait_for(lambda twin: not twin.gateway.links)

    assert len(scene.twin.gateway.sessions) == left


async def test_a_close_by_the_platform_with_1000_is_identified_anew(scene: Scene, connect: Connect) -> None:
    client = await connect()

    scene.twin.gateway.close(1000)
    await client.until(lambda: client.readied == 2)

    assert (scene.twin.gateway.identifies, scene.twin.gateway.resumes) == (2, 1)


async def test_a_handshake_can_fail_too(scene: Scene, connect: Connect) -> None:
    client = Listener()
    fault = scene.twin.faults.add(Fault("GET", "/gateway", status(503)))
    await client.login("token")

    with pytest.raises(aiohttp.WSServerHandshakeError):
        await client.connect(reconnect=False)

    assert fault.fired == 1
    assert scene.twin.gateway.identifies == 0


async def test_a_child_process_can_be_pointed_at_the_twin(scene: Scene) -> None:
    code = (
        "import asyncio, sys, discord\n"
        "from tests.twin.point import point_at\n"
        "point_at(*sys.argv[1:3])\n"
        "class Child(discord.Client):\n"
        "    async def on_ready(self):\n"
        "        await self.get_channel(int(sys.argv[3])).send('from the child')\n"
        "        await self.close()\n"
        "Child(intents=discord.Intents.default(), guild_ready_timeout=0.05).run('token', log_handler=None)\n"
    )
    place = (scene.twin.base_url, scene.twin.gateway_url, str(scene.channel.id))

    child = await asyncio.create_subprocess_exec(sys.executable, "-c", code, *place)

    assert await child.wait() == 0
    assert [each.content for each in scene.twin.messages(scene.channel)] == ["from the child"]


async def test_a_silent_connection_is_given_up_and_resumed(scene: Scene, connect: Connect) -> None:
    scene.twin.gateway.heartbeat_interval = 0.1
    client = await connect(heartbeat_timeout=0.4)

    scene.twin.gateway.mute(frozen=True)
    await scene.bob.say(scene.channel, "hello?")
    await client.until(lambda: client.heard)

    assert client.texts == ["hello?"]
    assert scene.twin.gateway.resumes == 1


async def test_events_kept_back_arrive_when_released(scene: Scene, connect: Connect) -> None:
    client = await connect()
    scene.twin.gateway.hold()
    await scene.bob.say(scene.channel, "one")
    await scene.bob.say(scene.channel, "two")

    before = list(client.heard)
    scene.twin.gateway.release(backwards=True)
    await client.until(lambda: len(client.heard) == 2)

    assert before == []
    assert client.texts == ["two", "one"]


async def test_a_message_can_be_delivered_again(scene: Scene, connect: Connect) -> None:
    client = await connect()
    message = await scene.bob.say(scene.channel, "echo")

    scene.twin.gateway.redeliver(message, 2)
    await client.until(lambda: len(client.heard) == 3)

    assert {each.id for each in client.heard} == {message.id}


async def test_two_clients_with_one_token_hear_the_same(scene: Scene, connect: Connect) -> None:
    first, second = await connect(), await connect(Listener())

    await scene.bob.say(scene.channel, "both")
    await first.until(lambda: first.heard)
    await second.until(lambda: second.heard)

    assert first.texts == second.texts == ["both"]


async def test_the_world_outlives_a_client(scene: Scene, connect: Connect) -> None:
    client = await connect()
    await client.get_channel(scene.channel.id).send("before")
    await client.close()
    await scene.bob.say(scene.channel, "meanwhile")

    again = await connect()

    found = [each.content async for each in again.get_channel(scene.channel.id).history(oldest_first=True)]
    assert found == ["before", "meanwhile"]


async def test_a_thousand_messages_in_a_breath_are_served_in_their_order(scene: Scene, connect: Connect) -> None:
    client = await connect()

    for number in range(1000):
        await scene.bob.say(scene.channel, f"{number}")
    await client.until(lambda: len(client.heard) == 1000)

    assert client.texts == [f"{number}" for number in range(1000)]
