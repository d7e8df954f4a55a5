"""What is over goes after a while; what was said, who said it, and what may still be edited stay."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from bot.gateway.rooms import KEEP_MS
from config.clashes import LEAST_KEPT_DAYS
from config.static import SettingsWrong, read_settings
from storage import conversations, events, messages, migrate, outbox, upkeep, usage, work
from storage.database import Database
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.messages import NewMessage
from storage.outbox import NewPart
from storage.records import ModelCall
from storage.work import Failed, Lease, NewWork
from tests.storage.conftest import NOW, Ground

LATER = NOW + 1_000
PLACE = ("discord", "1")
# Every table that refers to work, which has to be let go with it or parted from it.
REFERRING = {"deliveries", "messages", "model_calls"}


@dataclass(frozen=True, slots=True)
class Past:
    """One exchange that is over: a message, the work it made, and the reply."""

    work_id: str
    message_id: str


def exchange(tx: Transaction, ids: Ids, ground: Ground, number: int, rule: str = "NAMED", state: str = "sent") -> Past:
    """Somebody said something, and a persona answered it by the platform's message 900 + number."""
    scene, said, owed = ground.conversation.id, ids.new("msg"), ids.new("wrk")
    work.owe(tx, NewWork(owed, owed, "chat", scene, ground.person.id), NOW)
    events.claim(tx, "discord", str(number), message_id=said, verdict="answer", rule=rule, now=NOW)
    messages.add(
        tx,
        NewMessage(
            id=said,
            conversation_id=scene,
            seq=conversations.next_seq(tx, scene),
            role="person",
            name="Bob",
            content=f"question {number}",
            said_at=NOW,
            client_message_id=str(number),
            person_id=ground.person.id,
            work_id=owed,
        ),
    )
    [item] = work.claim(tx, Lease("bot_1", NOW + 1, NOW + 5000), NOW, 1)
    usage.add(tx, ModelCall(ids.new("cal"), owed, 1, "m", "OK", 1, 1, 1, 1, 1, None, None, NOW))
    work.finish(tx, item, NOW)
    outbox.owe(tx, NewPart(ids.new("dlv"), owed, 0, scene, number, "answer"), NOW)
    if state == "sent":
        [part] = outbox.claim(tx, "discord", NOW + 120_000, NOW, 1)
        outbox.trying(tx, part, NOW)
        outbox.acknowledged(tx, part, str(900 + number), "channel")
        outbox.sent(tx, part, NOW)
    return Past(owed, said)


@pytest.fixture
async def past(database: Database, ids: Ids, ground: Ground) -> Past:
    return await database.write(exchange, ids, ground, 1)


async def let_work_go(database: Database, before: int = LATER, most: int = 10) -> int:
    return await database.write(upkeep.let_work_go, before, most)


async def let_events_go(database: Database, before: int = LATER, most: int = 10) -> int:
    return await database.write(upkeep.let_events_go, before, most)


async def test_work_that_is_over_goes_with_its_deliveries_and_calls(database: Database, past: Past) -> None:
    gone = await let_work_go(database)

    assert gone == 1
    assert await database.read(work.by_id, past.work_id) is None
    assert await database.read(outbox.of_work, past.work_id) == []
    assert await database.read(usage.of_work, past.work_id) == []


async def test_what_was_said_stays(database: Database, past: Past, ground: Ground) -> None:
    await let_work_go(database)

    message = await database.read(messages.by_id, ground.conversation.id, past.message_id)

    assert message is not None and message.content == "question 1"


async def test_a_reply_to_a_message_said_long_ago_still_finds_its_persona(
    database: Database, past: Past, ground: Ground
) -> None:
    await let_work_go(database)

    assert await database.read(outbox.said_by, *PLACE, "901") == ground.persona.id
    assert await database.read(outbox.said_by, *PLACE, "902") is None
    assert await database.read(outbox.said_by, "discord", "elsewhere", "901") is None


async def test_which_reply_a_message_was_is_still_known(database: Database, ids: Ids, ground: Ground) -> None:
    past = await database.write(exchange, ids, ground, 1)
    silent = await database.write(exchange, ids, ground, 2)
    scene = ground.conversation.id
    said = NewMessage(ids.new("msg"), scene, 99, "persona", "Ada", "answer", NOW, work_id=past.work_id)
    await database.write(messages.add, said)

    await let_work_go(database)

    assert silent.work_id != past.work_id
    assert await database.read(outbox.reply_long_ago, *PLACE, "901") == said.id
    assert await database.read(outbox.reply_long_ago, *PLACE, "902") is None
    assert await database.read(outbox.reply_long_ago, "discord", "elsewhere", "901") is None


async def test_why_it_was_said_is_still_known(database: Database, past: Past) -> None:
    await let_work_go(database)

    assert await database.read(events.led_to, *PLACE, "901") == "NAMED"


async def test_what_ended_later_stays(database: Database, past: Past) -> None:
    assert await let_work_go(database, before=NOW) == 0
    assert await database.read(work.by_id, past.work_id) is not None


async def test_work_whose_reply_is_on_its_way_stays(database: Database, ids: Ids, ground: Ground) -> None:
    past = await database.write(exchange, ids, ground, 1, state="owed")

    assert await let_work_go(database) == 0
    assert len(await database.read(outbox.of_work, past.work_id)) == 1


async def test_work_that_waits_stays_and_what_was_given_up_or_cancelled_goes(
    database: Database, ids: Ids, ground: Ground
) -> None:
    for name in ("waits", "buried", "cancelled"):
        await database.write(work.owe, NewWork(f"wrk_{name}", name, "chat", ground.conversation.id), NOW)
    [item] = [
        item
        for item in await database.write(work.claim, Lease("bot_1", NOW, NOW + 5000), NOW, 9)
        if item.id == "wrk_buried"
    ]
    await database.write(work.bury, item, Failed("BROKEN", ""), NOW)
    await database.write(work.release_all, NOW)
    await database.write(work.cancel, "wrk_cancelled", NOW)

    gone = await let_work_go(database)

    assert gone == 2
    assert await database.read(work.by_id, "wrk_waits") is not None


async def test_no_more_goes_at_once_than_was_asked_for(database: Database, ids: Ids, ground: Ground) -> None:
    for number in (1, 2, 3):
        await database.write(exchange, ids, ground, number)

    assert [await let_work_go(database, most=2) for _ in range(3)] == [2, 1, 0]


async def test_an_event_whose_message_may_be_edited_stays_however_old(database: Database, past: Past) -> None:
    await let_work_go(database)

    assert await let_events_go(database) == 0
    assert await database.read(events.find, "discord", "1") is not None


async def test_a_message_heard_again_after_its_work_went_is_still_a_repetition(
    database: Database, past: Past, ids: Ids
) -> None:
    await let_work_go(database)
    await let_events_go(database)

    first = await database.write(
        events.claim, "discord", "1", message_id=ids.new("msg"), verdict="answer", rule="NAMED", now=LATER
    )

    assert not first


async def test_the_event_of_a_message_that_was_taken_back_goes_when_it_is_old(
    database: Database, past: Past, ground: Ground
) -> None:
    await database.write(messages.take_back, ground.conversation.id, past.message_id, NOW + 10)

    assert await let_events_go(database, before=NOW + 10) == 0
    assert await let_events_go(database) == 1
    assert await database.read(events.find, "discord", "1") is None


async def test_the_event_of_a_press_goes_and_its_words_stay(database: Database, ids: Ids, ground: Ground) -> None:
    past = await database.write(exchange, ids, ground, 1, rule="PICKED")

    assert await let_events_go(database, before=NOW) == 0
    assert await let_events_go(database) == 1
    assert await database.read(messages.by_id, ground.conversation.id, past.message_id) is not None


async def test_an_order_is_taken_once_beside_the_words_it_says_and_goes_when_it_is_old(
    database: Database, ids: Ids, ground: Ground
) -> None:
    await database.write(exchange, ids, ground, 1)

    taken = [await database.write(events.take_order, "discord", "1", NOW) for _ in range(2)]

    assert taken == [True, False]
    assert [await let_events_go(database, before=at) for at in (NOW, LATER)] == [0, 1]


async def test_an_edit_after_the_work_went_is_kept_with_what_it_read_before(
    database: Database, past: Past, ground: Ground
) -> None:
    await let_work_go(database)

    assert await database.write(messages.revise, ground.conversation.id, past.message_id, "another question", LATER)
    assert await database.read(messages.revisions, ground.conversation.id, past.message_id) == 1


def test_a_claim_outlives_whatever_the_gateway_reads_again() -> None:
    assert LEAST_KEPT_DAYS * 86_400_000 > KEEP_MS

    with pytest.raises(SettingsWrong, match="TROUPE_KEEP_DAYS=7 is less than 8"):
        read_settings({"TROUPE_KEEP_DAYS": "7"})


def test_whatever_refers_to_work_is_let_go_with_it_or_parted_from_it() -> None:
    referring = set()
    for step in migrate.known("sqlite"):
        for table, body in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\);", step.up, re.S):
            if re.search(r"REFERENCES work\b", body):
                referring.add(table)

    assert referring == REFERRING
