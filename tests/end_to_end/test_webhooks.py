"""A persona's own face: one webhook a channel, said once whatever breaks, and back at work when it was lost."""

from __future__ import annotations

import re

import pytest

from tests.end_to_end.conftest import Start
from tests.end_to_end.ledger import Ledger, posts, replies
from tests.fakes.model_script import Says
from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Fault, Guild, Permission, Person, Twin, error, late, reset, status
from tests.twin.faults import Action
from tests.twin.state import BOT_PERMISSIONS

EXECUTE = r"/webhooks/\d+/[^/]+"
SLOW = Says("One sentence. Two sentences. Three sentences. And a fourth one.", pieces=8, delay_s=0.25)


def by_hooks(twin: Twin) -> list[str]:
    """The paths of all requests that said something through a webhook."""
    return [request.path for request in posts(twin) if re.fullmatch(EXECUTE, request.path)]


def made(twin: Twin, channel: Channel) -> int:
    """How often a webhook was asked for in a channel."""
    return sum((each.method, each.path) == ("POST", f"/channels/{channel.id}/webhooks") for each in twin.requests)


async def test_a_502_after_the_webhook_spoke_is_looked_up_and_not_said_twice(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    twin.faults.add(Fault("POST", EXECUTE, status(502, after_commit=True)))

    await bob.say(channel, "Ada, hello")
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'sent'")
    await ledger.settled(twin)

    assert len(by_hooks(twin)) == 1
    assert len(replies(twin, channel)) == len(server.calls) == 1
    assert ledger.column("SELECT platform_message_id FROM deliveries") == [str(replies(twin, channel)[0].id)]


async def test_a_connection_reset_after_the_webhook_spoke_is_looked_up_and_not_said_twice(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    twin.faults.add(Fault("POST", EXECUTE, reset(after_commit=True)))

    await bob.say(channel, "Ada, hello")
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'sent'")
    await ledger.settled(twin)

    assert len(by_hooks(twin)) == 1
    assert len(replies(twin, channel)) == len(server.calls) == 1


@pytest.mark.parametrize("fault", [status(502), reset()], ids=["502", "reset"])
async def test_a_failure_before_the_webhook_spoke_is_looked_up_and_said_once_more(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger, fault: Action
) -> None:
    await troupe()
    twin.faults.add(Fault("POST", EXECUTE, fault))

    await bob.say(channel, "Ada, hello")
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'sent'")
    await ledger.settled(twin)

    assert len(by_hooks(twin)) == 2
    assert len(replies(twin, channel)) == len(server.calls) == 1


@pytest.mark.parametrize("slow", [True, False], ids=["draft", "whole"])
async def test_words_that_arrive_after_the_proxy_gave_up_are_waited_for(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger, slow: bool
) -> None:
    text = "One. Two. Three. Four. Five."
    server.replies(Says(text, pieces=5, delay_s=0.15 if slow else 0.0))
    await troupe()
    twin.faults.add(Fault("POST", EXECUTE, late(1.0)))

    await bob.say(channel, "Ada, hello")
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'sent'")
    await ledger.settled(twin)

    assert [reply.content for reply in replies(twin, channel)] == [text]
    assert len(by_hooks(twin)) == 1


async def test_a_hiccup_while_the_webhook_is_looked_for_does_not_cost_the_persona_its_face(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    twin.faults.add(Fault("GET", f"/channels/{channel.id}/webhooks", reset()))

    await bob.say(channel, "Ada, hello")
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'sent'")
    await ledger.settled(twin)

    assert [reply.username for reply in replies(twin, channel)] == ["Ada"]


async def test_a_look_is_not_fooled_by_the_same_words_said_before(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    server.replies("Yes.", "Yes.")
    await troupe()
    await bob.say(channel, "Ada, one?")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 1)
    await ledger.settled(twin)
    twin.faults.add(Fault("POST", EXECUTE, status(502)))

    await bob.say(channel, "Ada, two?")
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'sent' GROUP BY state HAVING count(*) = 2")

    assert [reply.content for reply in replies(twin, channel)] == ["Yes.", "Yes."]


async def test_two_personas_share_one_webhook_and_find_it_again_after_a_restart(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    first = await troupe()
    await bob.say(channel, "Ada, hello")
    await bob.say(channel, "Odile, hello")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 2)
    await ledger.settled(twin)
    await first.stop()

    await troupe()
    await bob.say(channel, "Ada, hello again")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 3)

    assert len(twin.webhooks) == 1
    assert sorted(reply.username or "" for reply in replies(twin, channel)) == ["Ada", "Ada", "Odile"]
    assert len({reply.webhook_id for reply in replies(twin, channel)}) == 1


async def test_a_webhook_deleted_between_two_replies_is_made_anew_once(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 1)
    await ledger.settled(twin)
    del twin.webhooks[next(iter(twin.webhooks))]  # and nobody tells us

    await bob.say(channel, "Ada, again")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 2)
    await ledger.settled(twin)

    assert len(twin.webhooks) == 1
    assert made(twin, channel) == 2
    assert len(replies(twin, channel)) == 2


@pytest.mark.parametrize("told", [True, False], ids=["told", "untold"])
async def test_a_webhook_deleted_in_the_middle_of_a_reply_leaves_one_whole_reply(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger, told: bool
) -> None:
    server.replies(SLOW)
    await troupe()
    await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: replies(t, channel))

    hook = next(iter(twin.webhooks.values()))
    if told:
        twin.delete_webhook(hook)
    else:
        del twin.webhooks[hook.id]
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'sent'")
    await ledger.settled(twin)

    assert [reply.content for reply in replies(twin, channel)] == [SLOW.text]
    assert len(twin.webhooks) == len(server.calls) == 1


@pytest.mark.parametrize("told", [True, False], ids=["told", "untold"])
async def test_a_webhook_moved_in_the_middle_of_a_reply_leaves_one_whole_reply(
    twin: Twin,
    server: ModelServer,
    guild: Guild,
    channel: Channel,
    bob: Person,
    troupe: Start,
    ledger: Ledger,
    told: bool,
) -> None:
    other = guild.add_text_channel("other")
    server.replies(SLOW)
    await troupe()
    await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: replies(t, channel))

    hook = next(iter(twin.webhooks.values()))
    if told:
        twin.move_webhook(hook, other)
    else:
        hook.channel = other
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state IN ('sent', 'dropped')")
    await ledger.settled(twin)

    assert [reply.content for reply in replies(twin, channel)] == [SLOW.text]
    assert replies(twin, other) == []


async def test_a_webhook_moved_elsewhere_speaks_in_the_right_channel_and_leaves_nothing_in_the_wrong_one(
    twin: Twin, server: ModelServer, guild: Guild, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    other = guild.add_text_channel("other")
    await troupe()
    await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 1)
    await ledger.settled(twin)
    next(iter(twin.webhooks.values())).channel = other  # and nobody tells us

    await bob.say(channel, "Ada, where are you?")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 2)
    await ledger.settled(twin)

    assert replies(twin, other) == []
    assert "where are you?" in replies(twin, channel)[1].content
    assert len(server.calls) == 2


async def test_without_the_right_to_webhooks_the_bot_speaks_in_the_persona_s_name(
    twin: Twin, guild: Guild, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    twin.set_bot_permissions(guild, BOT_PERMISSIONS & ~Permission.MANAGE_WEBHOOKS)
    await troupe()

    message = await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)

    reply = replies(twin, channel)[0]
    assert reply.author is twin.bot and reply.content.startswith("**Ada**\n")
    assert reply.reference is message
    assert len(replies(twin, channel)) == 1


async def test_without_the_right_to_read_back_either_the_bot_answers_without_pointing_at_the_message(
    twin: Twin, guild: Guild, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    lacking = Permission.MANAGE_WEBHOOKS | Permission.READ_MESSAGE_HISTORY
    twin.set_bot_permissions(guild, BOT_PERMISSIONS & ~lacking)
    await troupe()

    await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)

    assert [(reply.content[:7], reply.reference) for reply in replies(twin, channel)] == [("**Ada**", None)]


async def test_where_the_server_has_all_webhooks_it_may_have_the_bot_speaks_in_the_persona_s_name(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    full = error(400, 30058, "Maximum number of webhooks per guild reached (1000)")
    refused = twin.faults.add(Fault("POST", f"/channels/{channel.id}/webhooks", full, times=9))

    await bob.say(channel, "Ada, hello")
    await bob.say(channel, "Odile, hello")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 2)
    await ledger.settled(twin)

    assert sorted(reply.content.splitlines()[0] for reply in replies(twin, channel)) == ["**Ada**", "**Odile**"]
    assert refused.fired == 1


async def test_where_all_webhooks_are_taken_the_bot_speaks_in_the_persona_s_name(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    for number in range(15):
        twin.add_webhook(channel, f"hook {number}", owner=bob)
    await troupe()

    await bob.say(channel, "Ada, hello")
    await bob.say(channel, "Odile, hello")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 2)
    await ledger.settled(twin)

    assert sorted(reply.content.splitlines()[0] for reply in replies(twin, channel)) == ["**Ada**", "**Odile**"]
    tried = [
        each for each in twin.requests if each.method == "POST" and each.path == f"/channels/{channel.id}/webhooks"
    ]
    assert len(tried) == 1


async def test_where_discord_refuses_the_name_the_bot_speaks_in_it(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    twin.faults.add(Fault("POST", EXECUTE, error(400, 50035, "Invalid Form Body\nIn username: not allowed")))

    await bob.say(channel, "Ada, hello")
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'sent'")
    await ledger.settled(twin)

    assert [reply.content.splitlines()[0] for reply in replies(twin, channel)] == ["**Ada**"]


async def test_a_thread_is_answered_in_the_thread_through_its_parent_s_webhook(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    server.replies(SLOW)
    await troupe()
    thread = twin.add_thread(channel, "aside")

    await bob.say(thread, "Ada, hello")
    await ledger.until(twin, "SELECT 1 FROM deliveries WHERE state = 'sent'")

    assert [(reply.username, reply.content) for reply in replies(twin, thread)] == [("Ada", SLOW.text)]
    assert replies(twin, channel) == []
    assert next(iter(twin.webhooks.values())).channel is channel


async def test_a_forum_post_is_answered_below_the_post(
    twin: Twin, guild: Guild, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    forum = guild.add_forum("questions")
    post = guild.add_forum_post(forum, "A question", bob, "Ada, why is the sky dark at night?")

    await twin.wait_for(lambda t: replies(t, post))
    await ledger.settled(twin)

    assert [reply.username for reply in replies(twin, post)] == ["Ada"]
    assert next(iter(twin.webhooks.values())).channel is forum


async def test_a_reply_reaches_a_thread_that_was_archived_meanwhile(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    thread = twin.add_thread(channel, "aside")
    async with server.hold():
        await bob.say(thread, "Ada, hello")
        await server.called()
        twin.update_channel(thread, archived=True)
    await twin.wait_for(lambda t: replies(t, thread))
    await ledger.settled(twin)

    assert len(replies(twin, thread)) == 1
    assert not thread.archived
