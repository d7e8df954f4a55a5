"""What is heard: once, in order, and through every kind of gap."""

from __future__ import annotations

from typing import Any

from bot.gateway.rooms import snowflake
from bot.house import World
from bot.ports import Place, Said, Speaker
from tests.end_to_end.conftest import Start
from tests.end_to_end.ledger import Ledger, Steps, asked, bind, keys, replies
from tests.fakes.model_script import Says
from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Fault, Guild, Person, Twin, reset


def watched(steps: Steps) -> World:
    return World(stages=steps, discord_options={"guild_ready_timeout": 0.05})


def briefly(body: dict[str, Any]) -> str:
    return "Noted, thank you."


def to_bot(twin: Twin, text: str) -> str:
    return f"{twin.bot.mention} {text}"


async def test_fifty_deliveries_of_one_event_give_one_reply(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    steps = Steps()
    await troupe(world=watched(steps))

    message = await bob.say(channel, "Ada, hello")
    twin.gateway.redeliver(message, 50)
    await steps.until("heard", 51)
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)

    assert len(server.calls) == 1
    assert len(replies(twin, channel)) == 1
    assert ledger.words() == ["Ada, hello"]


async def test_a_replay_that_races_the_catch_up_answers_each_message_once(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    bot = await troupe()
    await bind(bot, channel)
    await bob.say(channel, "before")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 1)
    await ledger.settled(twin)

    async with server.hold() as gate:
        twin.gateway.drop()
        for number in range(5):
            await bob.say(channel, f"missed {number}")
        await twin.wait_for(lambda t: t.gateway.resumes == 1)
        twin.gateway.invalidate()
        await bob.say(channel, "after")
        await twin.wait_for(lambda t: t.gateway.identifies == 2)
        await ledger.until(twin, "SELECT 1 FROM messages WHERE content = 'after'")
        gate.open()
        await ledger.settled(twin)

    assert ledger.words() == ["before", *(f"missed {number}" for number in range(5)), "after"]
    assert len(replies(twin, channel)) == len(server.calls) <= 3
    assert len(ledger.rows("SELECT 1 FROM messages WHERE role = 'person' AND work_id IS NULL")) == 0


async def test_after_an_invalid_session_the_gap_is_read_again(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    bot = await troupe()
    await bind(bot, channel)

    async with server.hold() as gate:  # the first is still being answered when the last is read
        twin.gateway.invalidate()
        twin.backlog(channel, bob, 3, "in the gap {}")
        await twin.wait_for(lambda t: t.gateway.identifies == 2)
        await ledger.until(twin, "SELECT 1 FROM messages WHERE content = 'in the gap 3'")
        gate.open()
        await ledger.settled(twin)

    assert ledger.words() == ["in the gap 1", "in the gap 2", "in the gap 3"]
    assert 1 <= len(replies(twin, channel)) == len(server.calls) <= 2


async def test_a_live_message_of_a_new_session_waits_for_what_was_missed_before_it(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    bot = await troupe()
    await bind(bot, channel)

    twin.gateway.invalidate()
    twin.backlog(channel, bob, 120, "in the gap {}")
    await twin.wait_for(lambda t: t.gateway.identifies == 2)
    await bob.say(channel, "live")
    await ledger.until(twin, "SELECT 1 FROM messages WHERE content = 'live'")

    assert ledger.words() == [*(f"in the gap {number}" for number in range(1, 121)), "live"]


async def test_a_live_direct_message_of_a_new_session_does_not_hide_those_missed_before_it(
    twin: Twin, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    dm = twin.dm(bob)
    await bob.say(dm, "hello")
    await twin.wait_for(lambda t: replies(t, dm))
    await ledger.settled(twin)

    twin.gateway.invalidate()
    twin.backlog(dm, bob, 2, "in the gap {}")
    await twin.wait_for(lambda t: t.gateway.identifies == 2)
    await bob.say(dm, "live")
    await ledger.until(twin, "SELECT 1 FROM messages WHERE content = 'live'")
    await ledger.settled(twin)

    assert ledger.words() == ["hello", "in the gap 1", "in the gap 2", "live"]


async def test_a_request_to_reconnect_loses_nothing(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()

    twin.gateway.reconnect()
    await bob.say(channel, "Ada, are you there?")
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)

    assert twin.gateway.identifies == 1 and twin.gateway.resumes == 1
    assert len(server.calls) == len(replies(twin, channel)) == 1


async def test_a_dropped_connection_loses_nothing(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()

    twin.gateway.drop()
    await bob.say(channel, "Ada, are you there?")
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)

    assert twin.gateway.resumes == 1
    assert len(server.calls) == len(replies(twin, channel)) == 1


async def test_a_thousand_messages_of_one_person_said_while_away_get_one_reply(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    server.answer = briefly
    first = await troupe()
    await bind(first, channel)
    await first.stop()

    twin.backlog(channel, bob, 1000)
    await troupe()
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)

    assert ledger.words() == [f"message {number}" for number in range(1, 1001)]
    assert len(server.calls) == len(replies(twin, channel)) == 1
    assert "message 1000" in asked(server.calls[0])[-1]
    assert ledger.column("SELECT count(*) FROM messages WHERE work_id IS NOT NULL AND role = 'person'") == [1000]


async def test_twenty_people_who_wrote_while_the_bot_was_away_get_a_reply_each(
    twin: Twin, server: ModelServer, guild: Guild, channel: Channel, troupe: Start, ledger: Ledger
) -> None:
    server.answer = briefly
    first = await troupe()
    await bind(first, channel)
    await first.stop()
    people = [twin.add_user(f"Person{number}") for number in range(20)]
    for number in range(1000):
        twin.backlog(channel, people[number % 20], 1, f"message {number}")

    await troupe()
    await twin.wait_for(lambda t: len(replies(t, channel)) == 20)
    await ledger.settled(twin)

    assert ledger.words() == [f"message {number}" for number in range(1000)]
    assert len(server.calls) == len(replies(twin, channel)) == 20
    rung = [reply.allowed_mentions["users"] for reply in replies(twin, channel) if reply.allowed_mentions]
    assert sorted(rung) == sorted([person.id] for person in people)


async def test_what_is_too_old_is_kept_and_not_answered(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    first = await troupe()
    await bind(first, channel)
    await first.stop()
    twin.backlog(channel, bob, 1, "long ago", age=120)
    twin.backlog(channel, bob, 1, "just now")

    await troupe(settings={"TROUPE_ANSWER_AGE_SECONDS": "60"})
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)

    assert ledger.words() == ["long ago", "just now"]
    assert ledger.rows("SELECT verdict, rule FROM events ORDER BY client_message_id") == [
        ("keep", "TOO_OLD"),
        ("answer", "BOUND"),
    ]
    assert len(server.calls) == len(replies(twin, channel)) == 1


async def test_an_edit_is_kept_beside_what_was_said_first(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    message = await bob.say(channel, "Ada, one")
    await twin.wait_for(lambda t: replies(t, channel))

    await bob.edit(message, "Ada, two")
    await ledger.until(twin, "SELECT 1 FROM revisions")
    await ledger.settled(twin)

    assert ledger.words() == ["Ada, two"]
    assert ledger.column("SELECT content FROM revisions") == ["Ada, one"]
    assert len(replies(twin, channel)) == 1


async def test_an_old_event_told_again_does_not_undo_an_edit(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    steps = Steps()
    await troupe(world=watched(steps))
    twin.gateway.hold()
    message = await bob.say(channel, "Ada, one")
    twin.gateway.redeliver(message)
    await bob.edit(message, "Ada, two")

    twin.gateway.release()
    await ledger.until(twin, "SELECT 1 FROM revisions")
    stale = message.content
    message.content = "Ada, one"
    twin.gateway.redeliver(message)
    message.content = stale
    await steps.until("heard", 3)
    await ledger.settled(twin)

    assert ledger.words() == ["Ada, two"]
    assert ledger.column("SELECT content FROM revisions") == ["Ada, one"]


async def test_an_edit_made_while_the_bot_was_away_is_noticed(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    first = await troupe()
    await bind(first, channel, mode="mention")
    message = await bob.say(channel, "one")
    await ledger.until(twin, "SELECT 1 FROM messages")
    await first.stop()

    await bob.edit(message, "two")
    await troupe()
    await ledger.until(twin, "SELECT 1 FROM revisions")

    assert ledger.words() == ["two"]
    assert ledger.column("SELECT content FROM revisions") == ["one"]
    assert replies(twin, channel) == []


async def test_a_deleted_message_leaves_no_words_behind(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    message = await bob.say(channel, "Ada, secret one")
    await twin.wait_for(lambda t: replies(t, channel))
    await bob.edit(message, "Ada, secret two")
    await ledger.until(twin, "SELECT 1 FROM revisions")
    await ledger.settled(twin)

    await bob.delete(message)
    await ledger.until(twin, "SELECT 1 FROM messages WHERE deleted_at IS NOT NULL")

    assert ledger.words() == [""]
    assert ledger.rows("SELECT * FROM revisions") == []


async def test_a_message_deleted_while_the_bot_was_away_leaves_no_words_behind(
    twin: Twin, channel: Channel, bob: Person, zoe: Person, troupe: Start, ledger: Ledger
) -> None:
    bot = await troupe()
    await bind(bot, channel, mode="mention")
    message = await bob.say(channel, "a secret")
    await zoe.say(channel, "no secret")
    await ledger.until(twin, "SELECT 1 FROM messages WHERE content = 'no secret'")
    await bot.stop()

    await bob.delete(message)
    await troupe()
    await ledger.until(twin, "SELECT 1 FROM messages WHERE deleted_at IS NOT NULL")

    assert sorted(ledger.words()) == ["", "no secret"]


async def test_a_message_deleted_before_its_turn_is_not_answered(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, zoe: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    async with server.hold() as gate:
        await zoe.say(channel, "Ada, me first")
        await server.called()
        waiting = await bob.say(channel, "Ada, then me")
        await ledger.until(twin, "SELECT 1 FROM work WHERE capability <> 'extract' AND state = 'ready'")

        await bob.delete(waiting)
        await ledger.until(twin, "SELECT 1 FROM work WHERE state = 'cancelled'")
        gate.open()
        await ledger.settled(twin)

    assert len(server.calls) == len(replies(twin, channel)) == 1
    assert "me first" in replies(twin, channel)[0].content


async def test_a_message_deleted_while_it_is_answered_takes_the_answer_away(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    server.replies(Says("An answer that never comes to its end.", pieces=4, then="stall", after=2))
    await troupe()
    message = await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: replies(t, channel))

    await bob.delete(message)
    await server.left()
    await twin.wait_for(lambda t: not replies(t, channel))
    await ledger.settled(twin)

    assert ledger.column("SELECT state FROM work WHERE capability <> 'extract'") == ["cancelled"]
    assert ledger.words("persona") == []
    assert ledger.column("SELECT outcome FROM model_calls") == ["STOPPED"]


async def test_a_direct_message_missed_while_away_is_answered(
    twin: Twin, server: ModelServer, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    first = await troupe()
    dm = twin.dm(bob)
    await bob.say(dm, "hello")
    await twin.wait_for(lambda t: len(replies(t, dm)) == 1)
    await ledger.settled(twin)
    await first.stop()

    twin.backlog(dm, bob, 2, "while you were out {}")
    await troupe()
    await twin.wait_for(lambda t: len(replies(t, dm)) == 2)
    await ledger.settled(twin)

    assert ledger.words() == ["hello", "while you were out 1", "while you were out 2"]
    assert len(server.calls) == len(replies(twin, dm)) == 2


async def test_bots_webhooks_and_notes_of_the_platform_are_never_answered(
    twin: Twin, server: ModelServer, guild: Guild, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    bot = await troupe()
    await bind(bot, channel)
    other = twin.add_user("Other bot")
    other.bot = True
    guild.join(other)
    foreign = twin.add_webhook(channel, "News", owner=bob)

    await other.say(channel, to_bot(twin, "Ada, hello"))
    twin.post(channel, {"content": "Ada, news"}, webhook=foreign, username="News")
    twin.post(channel, {"content": "Bob pinned a message"}, author=bob, kind=6)
    await bob.say(channel, "a person at last")
    await twin.wait_for(lambda t: replies(t, channel)[-1:] and "at last" in replies(t, channel)[-1].content)
    await ledger.settled(twin)

    assert ledger.words() == ["a person at last"]
    assert len(server.calls) == 1


async def test_a_persona_s_own_words_start_nothing_in_a_channel_where_it_answers_everything(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    steps = Steps()
    bot = await troupe(world=watched(steps))
    await bind(bot, channel)

    await bob.say(channel, "hello")
    await twin.wait_for(lambda t: replies(t, channel))
    twin.gateway.redeliver(replies(twin, channel)[0], 3)
    await bob.say(channel, "bye")
    await steps.until("heard", 2)
    await twin.wait_for(lambda t: len(replies(t, channel)) == 2)
    await ledger.settled(twin)

    assert ledger.words() == ["hello", "bye"]
    assert len(server.calls) == len(replies(twin, channel)) == 2


async def test_a_burst_during_a_reply_gets_one_further_reply(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    bot = await troupe()
    await bind(bot, channel)
    async with server.hold() as gate:
        await bob.say(channel, "first")
        await server.called()

        for number in range(5):
            await bob.say(channel, f"burst {number}")
        await ledger.until(twin, "SELECT 1 FROM messages WHERE content = 'burst 4'")
        gate.open()
        await ledger.settled(twin)

    assert len(server.calls) == len(replies(twin, channel)) == 2
    assert all(f"burst {number}" in asked(server.calls[1])[-1] for number in range(5))


async def test_five_thousand_messages_at_once_end_in_few_replies(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    server.answer = briefly
    bot = await troupe()
    await bind(bot, channel)

    async with server.hold() as gate:
        for number in range(5000):
            await bob.say(channel, f"message {number}")
        await ledger.until(twin, "SELECT 1 FROM messages WHERE content = 'message 4999'", within_s=60)
        gate.open()
        await ledger.settled(twin)

    assert ledger.words() == [f"message {number}" for number in range(5000)]
    assert len(replies(twin, channel)) == len(server.calls) == 2
    assert not bot.running.done()


async def test_a_reading_that_fails_is_made_up_for_and_loses_nothing(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    first = await troupe()
    await bind(first, channel)
    await first.stop()
    twin.backlog(channel, bob, 2, "missed {}")
    twin.faults.add(Fault("GET", f"/channels/{channel.id}/messages", reset(), times=2))

    second = await troupe()
    await bob.say(channel, "live")
    await ledger.until(twin, "SELECT 1 FROM messages WHERE content = 'live'")
    await second.stop()
    await troupe()
    await ledger.until(twin, "SELECT 1 FROM messages WHERE content = 'missed 2'")
    await ledger.settled(twin)

    assert sorted(ledger.words()) == ["live", "missed 1", "missed 2"]


async def test_a_message_of_a_hundred_kilobytes_is_politely_refused_and_the_next_one_answered(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    bot = await troupe()
    place = Place("discord", str(channel.id), str(channel.guild.id if channel.guild else ""))
    huge = Said("1", place, Speaker(str(bob.id), "Bob"), "Ada, " + "word " * 20_000, bot.house.world.clock.now())

    await bot.house.intake.hear(huge)
    await twin.wait_for(lambda t: replies(t, channel))
    await bob.say(channel, "Ada, and now?")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 2)
    await ledger.settled(twin)

    assert "part that matters most" in replies(twin, channel)[0].content
    assert len(server.calls) == 1
    assert "and now?" in replies(twin, channel)[1].content


async def test_control_characters_and_everyone_are_answered_and_ring_nobody(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()

    await bob.say(channel, "Ada, \x00\x1b[31m\u202e @everyone @here \U000e0041 hello")
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)

    assert asked(server.calls[0]) == ["Bob: Ada, [31m @everyone @here  hello"]
    assert replies(twin, channel)[0].allowed_mentions == {"parse": [], "users": [bob.id], "replied_user": True}


async def test_a_mention_without_words_is_greeted(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()

    await bob.say(channel, twin.bot.mention)
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)

    assert replies(twin, channel)[0].content.startswith("Hi, I'm Ada.")
    assert server.calls == []


async def test_words_kept_from_us_wipe_out_no_words_we_know(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    twin.allow_message_content = False
    await troupe(settings={"TROUPE_MESSAGE_CONTENT": "false"})
    message = await bob.say(channel, to_bot(twin, "hello"))
    await twin.wait_for(lambda t: replies(t, channel))

    await bob.edit(message, "no longer for you")
    await bob.say(channel, to_bot(twin, "bye"))
    await twin.wait_for(lambda t: len(replies(t, channel)) == 2)
    await ledger.settled(twin)

    assert ledger.words() == ["hello", "bye"]


async def test_a_channel_whose_words_are_kept_from_us_is_not_greeted_at_every_message(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    twin.allow_message_content = False
    bot = await troupe(settings={"TROUPE_MESSAGE_CONTENT": "false"})
    await bind(bot, channel)

    await bob.say(channel, "talking among ourselves")
    await bob.say(channel, to_bot(twin, "hello"))
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)

    assert ledger.words() == ["hello"]
    assert len(replies(twin, channel)) == len(server.calls) == 1


async def test_what_a_dead_connection_missed_before_it_was_noticed_is_still_ahead_of_the_cursor(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    unnoticed_ms = (150 + 41) * 1000
    bot = await troupe()
    await bob.say(channel, "Ada, hello")
    await twin.wait_for(lambda t: replies(t, channel))

    await bot.stop()

    (everything,) = ledger.column("SELECT position FROM cursors WHERE channel_id = ''")
    assert everything <= snowflake(bot.house.world.clock.now() - unnoticed_ms)


async def test_what_is_answered_in_a_burst_follows_the_reply_it_had_to_wait_for(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    server.replies("The first answer.")
    bot = await troupe()
    await bind(bot, channel)
    async with server.hold() as gate:
        await bob.say(channel, "first")
        await server.called()
        await bob.say(channel, "second")
        await ledger.until(twin, "SELECT 1 FROM messages WHERE content = 'second'")
        gate.open()
        await ledger.settled(twin)

    read = [(message["role"], message["content"]) for message in server.calls[1].body["messages"][1:]]
    assert read == [("user", "Bob: first"), ("assistant", "The first answer."), ("user", "Bob: second")]
    assert keys(replies(twin, channel)[1]) == []
