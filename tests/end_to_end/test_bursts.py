"""Much at once: kept whole and in order, answered in few replies."""

from __future__ import annotations

from tests.end_to_end.conftest import Start
from tests.end_to_end.ledger import Ledger, Steps, asked, bind, keys, replies, watched
from tests.fakes.model_script import briefly
from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Person, Twin

# A busy machine takes long to hear so many, and the model waits for the last of them.
PATIENT = {
    "TROUPE_MODEL_FIRST_TOKEN_SECONDS": "120",
    "TROUPE_MODEL_CALL_SECONDS": "120",
    "TROUPE_WORK_DEADLINE_SECONDS": "600",
}
REFUSING_FILE = """
CREATE TRIGGER no_poison BEFORE INSERT ON messages WHEN NEW.content = 'poison'
BEGIN SELECT RAISE(ABORT, 'poison'); END;
"""
REFUSING_SERVER = "ALTER TABLE messages ADD CONSTRAINT no_poison CHECK (content <> 'poison');"


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
    bot = await troupe(settings=PATIENT)
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


async def test_what_is_edited_in_the_middle_of_a_burst_reads_as_edited_and_keeps_its_place(
    twin: Twin, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    bot = await troupe()
    await bind(bot, channel)

    said = [await bob.say(channel, f"message {number}") for number in range(10)]
    await bob.edit(said[4], "message 4, as I meant it")
    for number in range(10, 20):
        await bob.say(channel, f"message {number}")
    await ledger.until(twin, "SELECT 1 FROM messages WHERE content = 'message 19'")
    await ledger.settled(twin)

    expected = [f"message {number}" for number in range(20)]
    expected[4] = "message 4, as I meant it"
    assert ledger.words() == expected


async def test_words_that_storage_refuses_take_no_neighbour_of_the_burst_with_them(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    bot = await troupe()
    await bind(bot, channel)
    poison = {"sqlite": REFUSING_FILE, "postgres": REFUSING_SERVER}[bot.house.database.dialect]
    await bot.house.database.write(lambda tx: tx.script(poison))

    for number in range(20):
        await bob.say(channel, "poison" if number == 7 else f"message {number}")
    await ledger.until(twin, "SELECT 1 FROM messages WHERE content = 'message 19'")
    await ledger.settled(twin)

    assert ledger.words() == [f"message {number}" for number in range(20) if number != 7]
