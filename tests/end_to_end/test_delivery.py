"""What is said: once, whole, in order, at Discord's pace, and ringing nobody but the person answered."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from typing import Any

import pytest

from bot.text.split import join, split
from tests.end_to_end.conftest import Start
from tests.end_to_end.ledger import Ledger, posts, replies
from tests.fakes.model_script import Says
from tests.fakes.model_server import ModelServer
from tests.twin import (
    Channel,
    Fault,
    Guild,
    Permission,
    Person,
    Twin,
    error,
    hold_until,
    rate_limit,
    reset,
    status,
)
from tests.twin.state import BOT_PERMISSIONS

EXECUTE = r"/webhooks/\d+/[^/]+"
SENT = "SELECT 1 FROM deliveries WHERE state = 'sent'"
PACE_S = 1.2
CODE = "".join(f"print({number})\n" for number in range(400))
LONG = f"Before the code.\n\n```python\n{CODE}```\n\n" + "After it. " * 60


def said_in(channel: Channel) -> str:
    return f"/channels/{channel.id}/messages"


def told(twin: Twin) -> list[dict[str, Any]]:
    """The bodies of all requests that show text to people."""
    bodies = [request.json for request in twin.requests if request.method in ("POST", "PATCH") and request.json]
    return [body for body in bodies if isinstance(body, dict) and body.get("content")]


async def test_a_reply_lost_on_the_way_back_is_not_said_twice(
    twin: Twin, server: ModelServer, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    dm = twin.dm(bob)
    twin.faults.add(Fault("POST", said_in(dm), status(502, after_commit=True)))

    await bob.say(dm, "hello")
    await ledger.until(twin, SENT)
    await ledger.settled(twin)

    assert len({post.json["nonce"] for post in posts(twin, dm)}) == 1
    assert len(replies(twin, dm)) == len(server.calls) == 1


@pytest.mark.parametrize("after_commit", [True, False])
async def test_a_reply_whose_connection_was_reset_is_said_once(
    twin: Twin, server: ModelServer, bob: Person, troupe: Start, ledger: Ledger, after_commit: bool
) -> None:
    await troupe()
    dm = twin.dm(bob)
    twin.faults.add(Fault("POST", said_in(dm), reset(after_commit=after_commit)))

    await bob.say(dm, "hello")
    await ledger.until(twin, SENT)
    await ledger.settled(twin)

    assert len(posts(twin, dm)) == 2
    assert len({post.json["nonce"] for post in posts(twin, dm)}) == 1
    assert len(replies(twin, dm)) == len(server.calls) == 1


@pytest.mark.parametrize("scope", ["user", "shared", "global"])
async def test_a_rate_limited_reply_is_said_when_discord_allows(
    twin: Twin, bob: Person, channel: Channel, troupe: Start, ledger: Ledger, scope: str
) -> None:
    await troupe()
    twin.faults.add(Fault("POST", EXECUTE, rate_limit(0.3, scope)))

    await bob.say(channel, "Ada, hello")
    await ledger.until(twin, SENT)
    await ledger.settled(twin)

    first, second = posts(twin)
    assert second.at - first.at >= 0.3
    assert len(replies(twin, channel)) == 1


async def test_a_reply_that_is_forbidden_is_dropped_and_the_next_one_is_said(
    twin: Twin, server: ModelServer, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    dm = twin.dm(bob)
    twin.faults.add(Fault("POST", said_in(dm), error(403, 50007, "Cannot send messages to this user")))

    await bob.say(dm, "first")
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'dropped'")
    await bob.say(dm, "second")
    await ledger.until(twin, SENT)
    await ledger.settled(twin)

    assert len(posts(twin, dm)) == 2
    assert ["second" in reply.content for reply in replies(twin, dm)] == [True]


async def test_what_was_given_up_in_doubt_is_listed_and_looked_for_before_it_is_said_again(
    twin: Twin, server: ModelServer, guild: Guild, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    twin.faults.add(Fault("POST", EXECUTE, status(502, after_commit=True)))
    twin.faults.add(Fault("GET", said_in(channel), error(403, 50001, "Missing Access")))

    await bob.say(channel, "Ada, hello")
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'dropped'")
    listed = await (await guild.owner.slash(channel, "queue list")).answer()
    work_id = listed.content.split("`")[1]
    asked = [await (await guild.owner.slash(channel, "queue retry", {"id": work_id})).answer() for _ in range(2)]
    await ledger.until(twin, SENT)
    after = await (await guild.owner.slash(channel, "queue list")).answer()

    assert f"chat, **Ada** in <#{channel.id}>: not said, the bot may not speak there (403 50001" in listed.content
    assert ["tried again now" in one.content for one in asked] == [True, False]
    assert "Nothing is waiting" in after.content
    assert len(replies(twin, channel)) == len(posts(twin)) == len(server.calls) == 1


async def test_words_that_discord_refuses_are_not_repeated_but_explained_once(
    twin: Twin, server: ModelServer, guild: Guild, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    refusals = {
        200000: "moderation rules",
        200001: "moderation rules",
        240000: "taken for harmful",
        50006: "could not be posted",
    }
    server.replies(*(f"Forbidden words {code}." for code in refusals))
    await troupe()
    for code, why in refusals.items():
        room = guild.add_text_channel(f"room-{code}")
        blocked = Fault("POST", lambda r: "Forbidden" in str(r.json), error(400, code, "no"), times=9)
        twin.faults.clear()
        twin.faults.add(blocked)

        await bob.say(room, "Ada, hello")
        await twin.wait_for(lambda t, room=room: replies(t, room))
        await ledger.settled(twin)

        assert blocked.fired == 1
        assert [why in reply.content for reply in replies(twin, room)] == [True]
        shown = await (await bob.slash(room, "doctor")).answer()
        assert "1 reply of mine here in 24 hours" in shown.content.replace("back here", "here")


async def test_where_moderation_blocks_everything_nothing_is_said_and_the_bot_goes_on(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    twin.faults.add(Fault("POST", EXECUTE, error(400, 200000, "Blocked by AutoMod"), times=2))

    await bob.say(channel, "Ada, hello")
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'dropped'")
    await bob.say(channel, "Ada, again")
    await ledger.until(twin, SENT)
    await ledger.settled(twin)

    assert ["again" in reply.content for reply in replies(twin, channel)] == [True]


async def test_a_channel_deleted_during_a_reply_costs_that_reply_only(
    twin: Twin, server: ModelServer, guild: Guild, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    other = guild.add_text_channel("other")
    await troupe()
    async with server.hold():
        await bob.say(channel, "Ada, hello")
        await server.called()
        twin.delete_channel(channel)
    await ledger.until(twin, "SELECT 1 FROM work WHERE capability = 'chat' AND state IN ('cancelled', 'done')")

    await bob.say(other, "Ada, hello")
    await twin.wait_for(lambda t: replies(t, other))
    await ledger.settled(twin)

    assert len(replies(twin, other)) == 1


async def test_a_reply_that_a_moderator_deletes_while_it_grows_is_not_said_again(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    server.replies(Says("One. Two. Three. Four. Five.", pieces=5, delay_s=0.3))
    await troupe()
    await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: replies(t, channel))

    twin.delete(replies(twin, channel)[0])
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'dropped'")
    await bob.say(channel, "Ada, again")
    await ledger.until(twin, SENT)
    await ledger.settled(twin)

    assert ["again" in reply.content for reply in replies(twin, channel)] == [True]


async def test_a_draft_that_discord_lets_nobody_edit_any_more_is_said_anew_in_its_place(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    text = "One. Two. Three. Four. Five."
    server.replies(Says(text, pieces=5, delay_s=0.3))
    await troupe()
    message = "Maximum number of edits to messages older than 1 hour reached. Try again later"
    twin.faults.add(Fault("PATCH", r"/webhooks/.+/messages/\d+", error(429, 30046, message), times=99))

    await bob.say(channel, "Ada, hello")
    await ledger.until(twin, SENT)
    await ledger.settled(twin)

    assert [reply.content for reply in replies(twin, channel)] == [text]
    assert len(posts(twin)) == 2


async def test_where_the_bot_may_not_write_any_more_it_asks_for_nothing_and_a_webhook_is_no_way_round(
    twin: Twin, server: ModelServer, guild: Guild, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    other = guild.add_text_channel("other")
    await troupe()

    async with server.hold():
        await bob.say(channel, "Ada, hello")
        await server.called()
        twin.set_bot_permissions(channel, BOT_PERMISSIONS & ~Permission.SEND_MESSAGES)
        await bob.say(channel, "Ada, still there?")
        await ledger.until(twin, "SELECT 1 FROM events WHERE rule = 'MUTE'")
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'dropped'")
    await bob.say(other, "Ada, hello")
    await twin.wait_for(lambda t: replies(t, other))
    await ledger.settled(twin)

    assert replies(twin, channel) == []
    assert [request for request in posts(twin) if request.status == 403] == []
    assert len(server.calls) == 2


async def test_a_long_reply_continues_in_further_messages_and_loses_nothing(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    server.replies(LONG)
    await troupe()

    await bob.say(channel, "Ada, show me")
    await ledger.until(twin, SENT)
    await ledger.settled(twin)

    shown = [reply.content for reply in replies(twin, channel)]
    parts = split(LONG.strip(), 1900)
    assert len(shown) > 2
    assert shown == [part.shown for part in parts]
    assert join(parts) == LONG.strip()
    assert all(len(text) <= 2000 and text.count("```") % 2 == 0 for text in shown)
    assert ledger.words("persona") == [LONG]


async def test_a_long_reply_that_grows_in_front_of_people_ends_whole_and_in_order(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    server.replies(Says(LONG, pieces=12, delay_s=0.2))
    await troupe()

    await bob.say(channel, "Ada, show me")
    await ledger.until(twin, "SELECT 1 FROM messages WHERE role = 'persona'")
    await ledger.settled(twin)

    assert [reply.content for reply in replies(twin, channel)] == [part.shown for part in split(LONG.strip(), 1900)]
    assert len(posts(twin)) == len(replies(twin, channel))


async def test_no_two_edits_come_closer_than_the_pace_and_the_last_one_is_made(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    text = " ".join(f"word{number}" for number in range(60)) + "."
    server.replies(Says(text, pieces=60, delay_s=0.07))
    await troupe()

    await bob.say(channel, "Ada, tell me")
    await ledger.until(twin, SENT)
    await ledger.settled(twin)

    writes = [request.at for request in twin.requests if request.path.startswith("/webhooks/")]
    assert len(writes) >= 4
    assert all(later - earlier >= PACE_S for earlier, later in pairwise(writes))
    assert [reply.content for reply in replies(twin, channel)] == [text]


async def test_what_the_model_said_before_a_silence_is_shown_during_it(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    text = "First words. Then these, and then nothing for long."
    server.replies(Says(text, pieces=len(text), delay_s=0.03, then="stall", after=len(text)))
    await troupe()

    message = await bob.say(channel, "Ada, tell me")

    await twin.wait_for(lambda t: [reply.content for reply in replies(t, channel)] == [text])
    await bob.delete(message)
    await server.left()


async def test_somebody_is_seen_typing_within_a_second(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start
) -> None:
    await troupe()
    async with server.hold():
        began = time.monotonic()
        await bob.say(channel, "Ada, hello")

        typing = await twin.wait_for(lambda t: [r for r in t.requests if r.path == f"/channels/{channel.id}/typing"])

    assert typing[0].at - began < 1.0


async def test_a_rate_limited_conversation_does_not_hold_up_another(
    twin: Twin, bob: Person, zoe: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    slow, quick = twin.dm(bob), twin.dm(zoe)
    twin.faults.add(Fault("POST", said_in(slow), rate_limit(1.0)))

    await bob.say(slow, "hello")
    await twin.wait_for(lambda t: posts(t, slow))
    await zoe.say(quick, "hello")
    await twin.wait_for(lambda t: replies(t, quick))

    assert replies(twin, slow) == []
    await twin.wait_for(lambda t: replies(t, slow))
    await ledger.settled(twin)


async def test_a_restart_while_the_model_thinks_ends_in_one_reply(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    first = await troupe()
    async with server.hold():
        await bob.say(channel, "Ada, hello")
        await server.called()
        await first.stop()
    assert replies(twin, channel) == []

    await troupe()
    await ledger.until(twin, SENT)
    await ledger.settled(twin)

    assert len(replies(twin, channel)) == 1
    assert ledger.column("SELECT attempts FROM work WHERE capability <> 'extract'") == [2]


async def test_a_restart_between_saying_and_noting_it_ends_in_one_reply(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    never = asyncio.Event()
    first = await troupe()
    twin.faults.add(Fault("POST", EXECUTE, hold_until(never, after_commit=True)))
    await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: replies(t, channel))
    await first.stop()
    never.set()

    await troupe()
    await ledger.until(twin, SENT)
    await ledger.settled(twin)

    assert len(replies(twin, channel)) == len(server.calls) == len(posts(twin)) == 1


async def test_a_draft_whose_first_words_were_lost_on_the_way_back_becomes_the_reply(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    text = "One. Two. Three. Four. Five."
    server.replies(Says(text, pieces=5, delay_s=0.3))
    await troupe()
    twin.faults.add(Fault("POST", EXECUTE, status(502, after_commit=True)))

    await bob.say(channel, "Ada, hello")
    await ledger.until(twin, SENT)
    await ledger.settled(twin)

    assert [reply.content for reply in replies(twin, channel)] == [text]
    assert len(posts(twin)) == 1


@pytest.mark.parametrize("webhooks", [True, False])
async def test_nobody_but_the_person_answered_is_ever_rung(
    twin: Twin,
    server: ModelServer,
    guild: Guild,
    channel: Channel,
    bob: Person,
    zoe: Person,
    troupe: Start,
    ledger: Ledger,
    webhooks: bool,
) -> None:
    shout = f"@everyone @here {zoe.mention} <@&{guild.people_role}> {bob.mention}, here I am. "
    server.replies(Says(shout * 4, pieces=10, delay_s=0.12), shout * 40)
    if not webhooks:
        twin.set_bot_permissions(guild, BOT_PERMISSIONS & ~Permission.MANAGE_WEBHOOKS)
    await troupe()

    await bob.say(channel, "Ada, shout")
    await ledger.until(twin, SENT)
    await ledger.settled(twin)
    await bob.say(channel, "Ada, shout longer")
    await bob.say(channel, twin.bot.mention)
    await twin.wait_for(lambda t: any("Hi, I'm Ada" in reply.content for reply in replies(t, channel)))
    await ledger.settled(twin)

    assert len(told(twin)) >= 5
    for body in told(twin):
        allowed = body["allowed_mentions"]
        assert allowed.get("parse") == [] and not allowed.get("roles")
        assert [int(each) for each in allowed.get("users", [])] in ([], [bob.id])
    assert all(set(reply.mentions) <= {bob} for reply in replies(twin, channel))


async def test_a_draft_of_the_bot_itself_that_was_lost_on_the_way_back_becomes_the_reply_at_discord_s_pace(
    twin: Twin, server: ModelServer, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    text = "One. Two. Three. Four. Five."
    server.replies(Says(text, pieces=5, delay_s=0.3))
    await troupe()
    dm = twin.dm(bob)
    twin.faults.add(Fault("POST", said_in(dm), reset(after_commit=True)))

    await bob.say(dm, "hello")
    await ledger.until(twin, SENT)
    await ledger.settled(twin)

    (reply,) = replies(twin, dm)
    assert reply.content.endswith(text)
    writes = [request.at for request in twin.requests if request.path.startswith(said_in(dm)) and request.json]
    assert len(writes) == 3
    assert writes[2] - writes[1] >= PACE_S
