"""Killed over and over with several conversations under way, the bot loses nothing and says nothing twice."""

from __future__ import annotations

from random import Random

from storage.database import Database
from tests.crash.lives import Lives
from tests.fakes.model_script import Says
from tests.fakes.model_server import ModelServer
from tests.storage.outside import Outside, Rows
from tests.storage.test_recall import check_words
from tests.twin import Channel, Guild, Message, Person, Twin

ROUNDS = 6
STEPS = 60  # each round has more of them than this, so each life really ends by SIGKILL


def ours(twin: Twin, channel: Channel) -> list[Message]:
    """What people can see there of the bot."""
    return [message for message in twin.visible(channel) if message.webhook or message.author is twin.bot]


def kept_replies(outside: Outside, channel: Channel) -> list[str]:
    """What the bot believes to have said there, in the order of the conversation."""
    found = outside.rows(
        "SELECT m.content FROM messages m JOIN conversations c ON c.id = m.conversation_id "
        "WHERE c.channel_id = ? AND m.role = 'persona' ORDER BY m.seq",
        str(channel.id),
    )
    return [str(row[0]) for row in found]


def answered_messages(outside: Outside) -> Rows:
    """Each person's message with the state of its work and the number of replies to it."""
    return outside.rows(
        "SELECT m.client_message_id, w.state, "
        "(SELECT count(*) FROM messages r WHERE r.work_id = w.id AND r.role = 'persona') "
        "FROM messages m JOIN work w ON w.id = m.work_id WHERE m.role = 'person'"
    )


async def assert_indexed(outside: Outside) -> None:
    """What is indexed is what the messages say."""
    database = Database(await outside.open())
    if database.dialect == "sqlite":
        await database.write(check_words)
    await database.close()
    assert outside.rows("SELECT id FROM messages WHERE content <> '' EXCEPT SELECT source_id FROM passages") == []


async def test_a_bot_killed_over_and_over_loses_nothing_and_says_nothing_twice(
    twin: Twin, guild: Guild, server: ModelServer, bob: Person, lives: Lives
) -> None:
    chance = Random(20261121)
    people = [bob, *(twin.add_user(name) for name in ("Cid", "Dot", "Eve"))]
    for person in people[1:]:
        guild.join(person)
    halls = [guild.add_text_channel(name) for name in ("general", "tea")]
    rooms = [(person, hall) for person in people for hall in halls]
    server.replies(*(Says(f"Answer {number}. {'word ' * chance.randrange(9)}done.") for number in range(999)))
    said: list[Message] = []

    for _ in range(ROUNDS):
        async with lives.child(die_at="any", nth=chance.randrange(1, STEPS)) as child:
            for person, room in chance.sample(rooms, len(rooms)):
                said.append(await person.say(room, f"Ada, {len(said)}?"))
            await child.killed()
    await lives.last(lambda: True)

    answered = {row[0]: row[1:] for row in answered_messages(lives.outside)}
    assert answered == {str(message.id): ("done", 1) for message in said}
    for hall in halls:
        assert [message.content for message in ours(twin, hall)] == kept_replies(lives.outside, hall)
    await assert_indexed(lives.outside)
    assert {message.username for hall in halls for message in ours(twin, hall)} == {"Ada"}
