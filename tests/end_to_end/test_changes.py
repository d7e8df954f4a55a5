"""What people edit and take back, while the bot listens and while it does not."""

from __future__ import annotations

from tests.end_to_end.conftest import Start
from tests.end_to_end.ledger import Ledger, Steps, replies, watched
from tests.fakes.model_script import Says
from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Person, Twin


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


async def test_messages_that_a_moderator_cleared_away_leave_no_words_behind(
    twin: Twin, channel: Channel, bob: Person, zoe: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    said = [await bob.say(channel, "Ada, one"), await zoe.say(channel, "Ada, two")]
    await twin.wait_for(lambda t: len(replies(t, channel)) == len(said))
    await bob.say(channel, "Ada, three stays")
    await twin.wait_for(lambda t: len(replies(t, channel)) == len(said) + 1)

    await zoe.clear_away(channel, said)
    await ledger.until(twin, "SELECT 1 WHERE (SELECT count(*) FROM messages WHERE deleted_at IS NOT NULL) = 2")

    assert sorted(ledger.words()) == ["", "", "Ada, three stays"]


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
