"""What is heard live: who is answered, who is not, and words of every kind."""

from __future__ import annotations

from bot.ports import Place, Said, Speaker
from tests.end_to_end.conftest import Start
from tests.end_to_end.ledger import Ledger, Steps, asked, bind, replies, watched
from tests.fakes.model_server import ModelServer
from tests.twin import Channel, Guild, Person, Twin


def to_bot(twin: Twin, text: str) -> str:
    return f"{twin.bot.mention} {text}"


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


async def test_what_is_handed_on_and_what_is_asked_in_a_poll_is_read(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    dm = twin.dm(bob)

    await bob.forward(dm, await bob.say(channel, "The pier closes at nine."))
    await twin.wait_for(lambda t: replies(t, dm))
    await ledger.settled(twin)
    await bob.ask_all(dm, "Where to?", ["sea", "forest"])
    await twin.wait_for(lambda t: len(replies(t, dm)) == 2)
    await ledger.settled(twin)

    assert ledger.words() == ["[forwarded: The pier closes at nine.]", "[poll: Where to? sea / forest]"]
    assert len(server.calls) == 2


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
