"""Messages, events, people and cursors: numbered once, claimed once, revised, taken back, never moved back."""

from __future__ import annotations

import asyncio

import pytest

from storage import conversations, cursors, events, messages, people
from storage.database import Database
from storage.engines.base import Transaction
from storage.errors import ConstraintBroken
from storage.ids import Ids
from storage.messages import NewMessage
from storage.records import Message
from tests.storage.conftest import NOW, Ground


def say(tx: Transaction, ids: Ids, ground: Ground, text: str, client_id: str | None = None) -> str:
    """Keep a person's words at the next number."""
    scene, new_id = ground.conversation.id, ids.new("msg")
    seq = conversations.next_seq(tx, scene)
    messages.add(tx, NewMessage(new_id, scene, seq, "person", "Bob", text, NOW, client_id, ground.person.id))
    return new_id


async def read(database: Database, ground: Ground, message_id: str) -> Message:
    found = await database.read(messages.by_id, ground.conversation.id, message_id)
    assert found is not None
    return found


async def test_fifty_messages_at_once_get_fifty_numbers_without_a_gap(
    database: Database, ids: Ids, ground: Ground
) -> None:
    await asyncio.gather(*(database.write(say, ids, ground, f"{number}") for number in range(50)))

    newest = await database.read(messages.newest, ground.conversation.id, 0, 100)

    assert [message.seq for message in newest] == list(range(50, 0, -1))


async def test_a_number_is_not_given_twice(database: Database, ids: Ids, ground: Ground) -> None:
    scene = ground.conversation.id

    def repeat(tx: Transaction) -> None:
        messages.add(tx, NewMessage(ids.new("msg"), scene, 1, "person", "Bob", "a", NOW))

    await database.write(repeat)

    with pytest.raises(ConstraintBroken):
        await database.write(repeat)


async def test_a_number_of_a_failed_transaction_is_given_again(database: Database, ids: Ids, ground: Ground) -> None:
    def fail(tx: Transaction) -> None:
        say(tx, ids, ground, "never kept")
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(fail)
    kept = await database.write(say, ids, ground, "kept")

    assert (await read(database, ground, kept)).seq == 1


async def test_a_revision_keeps_what_the_message_read_before(database: Database, ids: Ids, ground: Ground) -> None:
    message_id = await database.write(say, ids, ground, "first")

    changed = await database.write(messages.revise, ground.conversation.id, message_id, "second", NOW)
    again = await database.write(messages.revise, ground.conversation.id, message_id, "second", NOW)

    message = await read(database, ground, message_id)
    assert (changed, again) == (True, False)
    assert (message.content, message.revision) == ("second", 2)
    assert await database.read(messages.revisions, ground.conversation.id, message_id) == 1


async def test_what_is_taken_back_leaves_no_words(database: Database, ids: Ids, ground: Ground) -> None:
    message_id = await database.write(say, ids, ground, "secret one")
    await database.write(messages.revise, ground.conversation.id, message_id, "secret two", NOW)

    taken = await database.write(messages.take_back, ground.conversation.id, message_id, NOW)
    again = await database.write(messages.take_back, ground.conversation.id, message_id, NOW)
    revised = await database.write(messages.revise, ground.conversation.id, message_id, "secret three", NOW)

    message = await read(database, ground, message_id)
    assert (taken, again, revised) == (True, False, False)
    assert (message.content, message.content_hash, message.deleted_at) == ("", "", NOW)
    assert await database.read(messages.revisions, ground.conversation.id, message_id) == 0
    assert await database.read(messages.newest, ground.conversation.id, 0, 9) == []


async def test_a_fresh_beginning_hides_what_was_said_and_keeps_it(database: Database, ids: Ids, ground: Ground) -> None:
    old = await database.write(say, ids, ground, "old")
    await database.write(conversations.begin_anew, "discord", "1", "10", ground.persona.id)
    new = await database.write(say, ids, ground, "new")

    scene = await database.read(conversations.by_id, ground.conversation.id)
    assert scene is not None
    seen = await database.read(messages.newest, scene.id, scene.fresh_seq, 9)

    assert [message.id for message in seen] == [new]
    assert (await read(database, ground, old)).content == "old"


async def test_of_fifty_who_hear_one_message_at_once_one_is_first(database: Database) -> None:
    claims = (
        database.write(events.claim, "discord", "77", message_id=f"msg_{n}", verdict="answer", rule="NAMED", now=NOW)
        for n in range(50)
    )

    first = await asyncio.gather(*claims)

    heard = await database.read(events.find, "discord", "77")
    assert sum(first) == 1
    assert heard is not None and heard.message_id == f"msg_{first.index(True)}"


async def test_one_id_on_two_platforms_is_two_messages(database: Database) -> None:
    first = [
        await database.write(events.claim, platform, "77", message_id="m", verdict="answer", rule="NAMED", now=NOW)
        for platform in ("discord", "terminal")
    ]

    assert first == [True, True]


async def test_fifty_who_open_one_scene_at_once_share_it(database: Database, ids: Ids, ground: Ground) -> None:
    where = conversations.Scene("discord", "5", "10", "", "channel", ground.persona.id)

    opened = await asyncio.gather(*(database.write(conversations.open, ids.new("cnv"), where, NOW) for _ in range(50)))

    assert len({conversation.id for conversation in opened}) == 1


async def test_a_person_is_one_and_known_by_their_newest_name(database: Database, ids: Ids) -> None:
    first = await database.write(people.heard, ids.new("psn"), "discord", "9", "Cid", NOW)
    second = await database.write(people.heard, ids.new("psn"), "discord", "9", "Cyd", NOW)

    assert (second.id, second.name) == (first.id, "Cyd")


async def test_a_cursor_never_goes_back(database: Database) -> None:
    for position in (5, 9, 3, 9, 8):
        await database.write(cursors.move, "discord", "1", position, NOW)

    assert await database.read(cursors.of_platform, "discord") == {"1": 9}


async def test_fifty_moves_of_a_cursor_at_once_end_at_the_farthest(database: Database) -> None:
    await asyncio.gather(*(database.write(cursors.move, "discord", "1", n * 7 % 50, NOW) for n in range(50)))

    assert await database.read(cursors.of_platform, "discord") == {"1": 49}


async def test_cursors_of_another_platform_are_not_seen(database: Database) -> None:
    await database.write(cursors.move, "terminal", "1", 5, NOW)

    assert await database.read(cursors.of_platform, "discord") == {}
