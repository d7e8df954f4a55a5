"""People, personas and guilds at the same time: nothing of one reaches another."""

from __future__ import annotations

from typing import Any

from bot.personas.publish import VOICE, Edit, make_own, write_prompt
from storage import personas
from storage.engines.base import Transaction
from tests.end_to_end.conftest import Start
from tests.end_to_end.ledger import Ledger, asked, replies
from tests.end_to_end.troupe import Troupe
from tests.fakes.model_server import Call, ModelServer
from tests.twin import Channel, Guild, Message, Person, Twin


def instructions(call: Call) -> str:
    return str(call.body["messages"][0]["content"])


def everything(call: Call) -> str:
    return "\n".join(str(message["content"]) for message in call.body["messages"])


def last_line(body: dict[str, Any]) -> str:
    return str(body["messages"][-1]["content"]).splitlines()[-1]


def rung(message: Message) -> list[int]:
    assert message.allowed_mentions is not None
    return [int(each) for each in message.allowed_mentions["users"]]


async def give_own_voice(bot: Troupe, guild: Guild, voice: str) -> None:
    """Let a guild have an Ada of its own, who speaks by that voice."""
    house = bot.house

    def write(tx: Transaction) -> None:
        shared = personas.called(tx, "", "ada")
        assert shared is not None
        edit = Edit("test", "test")
        own = make_own(tx, shared, str(guild.id), edit, house.ids, house.world.clock.now())
        write_prompt(tx, own.id, VOICE, voice, edit, house.ids, house.world.clock.now())

    await house.database.write(write)


async def test_two_people_in_one_channel_get_their_own_answers_in_order(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, zoe: Person, troupe: Start, ledger: Ledger
) -> None:
    server.answer = last_line
    await troupe()
    async with server.hold() as gate:
        await bob.say(channel, "Ada, apple?")
        await server.called()
        await zoe.say(channel, "Ada, pear?")
        await ledger.until(twin, "SELECT 1 FROM messages WHERE content = ?", "Ada, pear?")
        gate.open()
        await ledger.settled(twin)

    first, second = replies(twin, channel)
    assert [first.content, second.content] == ["Bob: Ada, apple?", "Zoe: Ada, pear?"]
    assert [rung(first), rung(second)] == [[bob.id], [zoe.id]]
    assert "pear" not in everything(server.calls[0])
    assert asked(server.calls[1])[-1].endswith("Zoe: Ada, pear?")


async def test_ten_people_who_speak_at_once_are_each_answered_once(
    twin: Twin, server: ModelServer, guild: Guild, channel: Channel, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    people = [twin.add_user(f"Person{number}") for number in range(10)]

    for person in people:
        await person.say(channel, f"Ada, I am {person.name}!")
    await twin.wait_for(lambda t: len(replies(t, channel)) == 10)
    await ledger.settled(twin)

    said = {rung(reply)[0]: reply.content for reply in replies(twin, channel)}
    assert len(said) == len(server.calls) == 10
    assert all(f"I am {person.name}!" in said[person.id] for person in people)


async def test_two_personas_in_one_channel_hear_only_what_is_theirs(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, zoe: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    async with server.hold() as gate:
        await bob.say(channel, "Ada, apple?")
        await zoe.say(channel, "Odile, pear?")
        await server.called(2)
        gate.open()
        await ledger.settled(twin)

    by_persona = {"Ada" if "You are Ada" in instructions(call) else "Odile": call for call in server.calls}
    assert asked(by_persona["Ada"]) == ["Bob: Ada, apple?"]
    assert asked(by_persona["Odile"]) == ["Zoe: Odile, pear?"]
    said = {reply.username: (rung(reply), reply.content) for reply in replies(twin, channel)}
    assert said["Ada"][0] == [bob.id] and "apple" in said["Ada"][1]
    assert said["Odile"][0] == [zoe.id] and "pear" in said["Odile"][1]


async def test_two_guilds_with_a_persona_of_one_name_share_neither_words_nor_voice(
    twin: Twin, server: ModelServer, bob: Person, zoe: Person, troupe: Start, ledger: Ledger
) -> None:
    bot = await troupe()
    north, south = twin.add_guild("North"), twin.add_guild("South")
    cold, warm = north.add_text_channel("general"), south.add_text_channel("general")
    await give_own_voice(bot, north, "You are Ada of the north.")
    await give_own_voice(bot, south, "You are Ada of the south.")

    async with server.hold() as gate:
        await bob.say(cold, "Ada, ice?")
        await bob.say(warm, "Ada, sun?")
        await server.called(2)
        gate.open()
        await ledger.settled(twin)

    calls = {"north" if "of the north" in instructions(call) else "south": call for call in server.calls}
    assert asked(calls["north"]) == ["Bob: Ada, ice?"] and asked(calls["south"]) == ["Bob: Ada, sun?"]
    assert ["ice" in reply.content for reply in replies(twin, cold)] == [True]
    assert ["sun" in reply.content for reply in replies(twin, warm)] == [True]


async def test_what_was_said_in_private_is_not_read_in_a_channel(
    twin: Twin, server: ModelServer, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    await troupe()
    dm = twin.dm(bob)
    await bob.say(dm, "my secret is plum")
    await twin.wait_for(lambda t: replies(t, dm))

    await bob.say(channel, "Ada, what do you know of me?")
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)

    assert "plum" not in everything(server.calls[1])


async def test_a_reply_to_a_message_of_another_channel_finds_no_persona_there(
    twin: Twin, server: ModelServer, guild: Guild, channel: Channel, bob: Person, troupe: Start, ledger: Ledger
) -> None:
    other = guild.add_text_channel("other")
    await troupe()
    await bob.say(channel, "Odile, hello")
    await twin.wait_for(lambda t: replies(t, channel))
    await ledger.settled(twin)

    await bob.say(other, "hm", reply_to=replies(twin, channel)[0])
    await bob.say(other, "Ada, hello")
    await twin.wait_for(lambda t: replies(t, other))
    await ledger.settled(twin)

    assert [reply.username for reply in replies(twin, other)] == ["Ada"]
    assert len(server.calls) == 2
