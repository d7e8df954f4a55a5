"""What was said while nobody listened: heard once, in order, and answered if it is not too old."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.gateway.rooms import snowflake
from tests.end_to_end.conftest import Start
from tests.end_to_end.ledger import Ledger, asked, bind, replies
from tests.fakes.model_script import briefly
from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Fault, Guild, Person, Twin, reset
from tests.twin.faults import Commit


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


async def test_a_message_that_arrives_after_a_later_one_is_answered_once(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    bot = await troupe()
    (early,) = twin.backlog(channel, bob, 1, "Ada, first")
    await bob.say(channel, "Ada, second")
    await twin.wait_for(lambda t: replies(t, channel))

    twin.gateway.redeliver(early)
    await twin.wait_for(lambda t: len(replies(t, channel)) == 2)
    await ledger.settled(twin)
    await bot.stop()
    await troupe()
    await ledger.settled(twin)

    assert ledger.words() == ["Ada, second", "Ada, first"]
    assert len(server.calls) == len(replies(twin, channel)) == 2


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
    for number in range(400):
        twin.backlog(channel, people[number % 20], 1, f"message {number}")

    await troupe()
    await twin.wait_for(lambda t: len(replies(t, channel)) == 20)
    await ledger.settled(twin)

    assert ledger.words() == [f"message {number}" for number in range(400)]
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


async def test_what_is_said_while_a_gap_is_read_waits_for_its_end_and_is_not_taken_for_deleted(
    twin: Twin, guild: Guild, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    first = await troupe()
    await bind(first, channel)
    await first.stop()
    twin.backlog(channel, bob, 2, "missed {}")
    read, go_on = asyncio.Event(), asyncio.Event()

    async def answered_late(request: web.Request, commit: Commit) -> web.StreamResponse:
        answer = await commit()
        read.set()
        await go_on.wait()
        return answer

    twin.faults.add(Fault("GET", f"/channels/{channel.id}/messages", answered_late))
    starting = asyncio.create_task(troupe())
    await read.wait()
    await bob.say(channel, "live")
    await bob.say(guild.add_text_channel("elsewhere"), "Ada, hello")
    await ledger.until(twin, "SELECT 1 FROM messages WHERE content = 'Ada, hello'")
    go_on.set()
    await starting
    await ledger.until(twin, "SELECT 1 FROM messages WHERE content = 'live'")
    await ledger.settled(twin)

    assert [words for words in ledger.words() if words != "Ada, hello"] == ["missed 1", "missed 2", "live"]
