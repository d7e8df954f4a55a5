"""A person who asked to be forgotten is gone from every table, and what others said and know stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.memory.decide import Discard
from bot.memory.journal import Pen
from bot.memory.mending import reword
from storage import (
    access,
    bans,
    bindings,
    conversations,
    cursors,
    events,
    feedback,
    forgetting,
    memories,
    messages,
    opt_outs,
    outbox,
    pairings,
    pauses,
    people,
    personas,
    prompts,
    provider_keys,
    recall,
    settings,
    tombstones,
    work,
)
from storage.access import DENY, Rule
from storage.bindings import ChannelKey
from storage.database import Database
from storage.engines.base import Transaction
from storage.forgetting import NOBODY
from storage.messages import NewMessage
from storage.outbox import NewPart
from storage.provider_keys import Owner, Sealed
from storage.records import Binding, Conversation, Person
from storage.settings import Wish
from storage.wiping import Receipt
from storage.work import Lease, NewWork
from tests.memory.ground import Ground, laid
from tests.storage.conftest import NOW, a_persona
from tests.storage.outside import Outside

MARA = ("discord", "0")
SECRET = "zanzibar"  # stands in everything Mara said, and in everything that was made of it
SAFE = "lighthouse"


@dataclass
class Town:
    """The ground, the place of its database, and ways to talk and to forget."""

    ground: Ground
    outside: Outside

    @property
    def database(self) -> Database:
        return self.ground.database

    async def forget(self, until: int = 0, most: int = forgetting.MOST) -> Receipt:
        """Forget Mara in as many steps as it takes."""
        done = Receipt()
        until = until or self.ground.now
        while not done.whole:
            step = await self.database.write(forgetting.forget, *MARA, until, self.ground.now, most)
            assert step.touched <= 3 * most  # a memory takes the replies that had it in mind with it
            done += step
        return done

    async def exchange(self, said: str, answer: str, *, who: str = "Mara", scene: str = "general") -> tuple[str, str]:
        """Somebody says something and is answered; the two messages."""
        self.ground.now += 60_000
        return await self.database.write(_exchange, self.ground, who, scene, said, answer)

    def text(self) -> str:
        """Every value of every table in words."""
        rows = ((table, row) for table, rows in self.outside.whole().items() for row in rows)
        return "\n".join(f"{table}: {row!r}" for table, row in rows)


def _exchange(tx: Transaction, ground: Ground, who: str, scene: str, said: str, answer: str) -> tuple[str, str]:
    ids, person, conversation, now = ground.ids, ground.people[who], ground.scenes[scene], ground.now
    owed = work.owe(tx, NewWork(ids.new("wrk"), ids.new("lan"), "chat", conversation.id, person.id), now)
    asked = _said(tx, ground, conversation, person, said, owed)
    [item] = work.claim(tx, Lease("bot_1", now + 1, now + 5000), now, 1)
    work.finish(tx, item, now)
    reply = NewMessage(
        id=ids.new("msg"),
        conversation_id=conversation.id,
        seq=conversations.next_seq(tx, conversation.id),
        role="persona",
        name="Ada",
        content=answer,
        said_at=now,
        reply_to=asked,
        work_id=owed,
    )
    messages.add(tx, reply)
    return asked, reply.id


def _said(
    tx: Transaction, ground: Ground, scene: Conversation, person: Person, text: str, owed: str | None = None
) -> str:
    message_id, number = ground.ids.new("msg"), ground.ids.new("num")
    events.claim(tx, "discord", number, message_id=message_id, verdict="answer", rule="NAMED", now=ground.now)
    new = NewMessage(
        id=message_id,
        conversation_id=scene.id,
        seq=conversations.next_seq(tx, scene.id),
        role="person",
        name=person.name,
        content=text,
        said_at=ground.now,
        client_message_id=number,
        person_id=person.id,
        work_id=owed,
    )
    messages.add(tx, new)
    return message_id


@pytest.fixture
async def town(outside: Outside) -> AsyncIterator[Town]:
    database = Database(await outside.open())
    yield Town(await laid(database), outside)
    await database.close()


async def test_no_table_holds_a_word_of_somebody_who_was_forgotten(town: Town) -> None:
    asked, _ = await town.exchange(f"I am {SECRET}", f"How {SECRET} of you")
    await town.database.write(
        messages.revise, town.ground.scenes["general"].id, asked, f"I am very {SECRET}", town.ground.now
    )
    await town.exchange(f"psst, {SECRET}", f"I keep it {SECRET}", scene="dm of Mara")
    await town.ground.tell(f"Mara loves {SECRET} tea.", topic=SECRET, tags=(SECRET,))

    receipt = await town.forget()

    assert SECRET not in town.text().lower()
    assert (receipt.messages, receipt.replies, receipt.memories) == (3, 2, 1)
    assert "mara" not in town.text().lower()


async def test_the_rows_stay_in_their_order_and_are_not_heard_again(town: Town) -> None:
    await town.exchange(f"I am {SECRET}", "Hello")
    before = town.outside.rows("SELECT id, conversation_id, seq, client_message_id FROM messages ORDER BY id")

    await town.forget()

    after = town.outside.rows("SELECT id, conversation_id, seq, client_message_id FROM messages ORDER BY id")
    assert after == before
    assert town.outside.rows("SELECT count(*) FROM events") == [(1,)]
    assert town.outside.rows("SELECT count(*) FROM messages WHERE deleted_at IS NULL") == [(0,)]


async def test_what_others_said_and_are_known_for_stays(town: Town) -> None:
    await town.exchange(f"I am {SECRET}", f"How {SECRET}")
    _, answer = await town.exchange(f"I keep the {SAFE}", f"A fine {SAFE}", who="Tom")
    await town.ground.tell(f"Tom keeps the {SAFE}.", who="Tom")

    await town.forget()

    kept = await town.database.read(messages.by_id, town.ground.scenes["general"].id, answer)
    assert kept is not None and kept.content == f"A fine {SAFE}"
    assert await town.ground.known(who="Tom") == [f"Tom keeps the {SAFE}."]
    named = await town.database.read(recall.names, town.ground.scenes["general"].id)
    assert [one.name for one in named] == ["", "Ada", "Tom"]


async def test_an_answer_to_somebody_else_goes_when_it_had_something_of_theirs_in_mind(town: Town) -> None:
    memory = await town.ground.tell(f"Mara loves {SECRET} tea.")
    _, answer = await town.exchange("What does she love?", f"{SECRET} tea", who="Tom")
    await town.database.write(
        memories.use, (memory.conversation_id, answer), 1, memory, '{"words": 1}', town.ground.now
    )

    await town.forget()

    kept = await town.database.read(messages.by_id, town.ground.scenes["general"].id, answer)
    assert kept is not None and (kept.content, kept.name) == ("", "Ada")
    assert SECRET not in town.text()


async def test_what_was_made_of_their_words_goes_though_others_said_so_too(town: Town) -> None:
    memory = await town.ground.tell(f"The {SECRET} market is on Friday.", who="Tom")
    hers = await town.ground.say("Mara", f"yes, {SECRET}, on Friday")
    await town.database.write(memories.add_source, memory.conversation_id, memory.id, hers)

    await town.forget()

    assert await town.database.read(memories.by_id, memory.conversation_id, memory.id) is None


async def test_words_they_gave_to_somebody_else_s_memory_go(town: Town) -> None:
    memory = await town.ground.tell("Tom keeps bees.", who="Tom")
    pen = Pen(town.ground.ids, town.ground.now, "Mara (0)")
    await town.database.write(reword, memory, f"Tom keeps {SECRET} bees.", pen)

    await town.forget()

    assert SECRET not in town.text() and "Mara" not in town.text()


async def test_what_a_forgotten_memory_had_closed_is_closed_still(town: Town) -> None:
    oldest = await town.ground.tell("The inn is in Oslo.", who="Tom", topic="inn")
    middle = await town.ground.tell("The inn is in Rome.", topic="inn")
    newest = await town.ground.tell("The inn is in Bonn.", who="Tom", topic="inn")
    await town.database.write(memories.relate, middle.conversation_id, middle.id, "supersedes", oldest.id, NOW)
    await town.database.write(memories.relate, newest.conversation_id, newest.id, "supersedes", middle.id, NOW)

    await town.forget()

    assert await town.database.read(memories.relating, oldest.conversation_id, oldest.id, "supersedes") == [newest.id]


async def test_what_they_said_of_memories_goes_and_what_others_said_stays(town: Town) -> None:
    goats = await town.ground.tell("Tom keeps goats.", who="Tom")
    for who in ("Mara", "Tom"):
        await town.database.write(feedback.give, goats, town.ground.people[who].id, "wrong", NOW)

    await town.forget()

    assert await town.database.read(feedback.opinions, [goats]) == {goats.id: feedback.Opinion(goats.id, 0, 1)}


async def test_their_name_and_their_settings_are_nowhere(town: Town) -> None:
    ground, database = town.ground, town.database
    author, channel = "Mara (0)", ChannelKey("discord", "9", "10")
    persona = replace(a_persona(ground.ids, "luna", "10"), author=author, reason=SECRET)
    await database.write(personas.add, persona, NOW)
    await database.write(bindings.bind, channel, Binding(persona.id, "always"), author, NOW)
    await database.write(bindings.choose, *MARA, "10", persona.id, NOW)
    await database.write(bans.add, persona.id, "rude", author, NOW)
    about = Rule("acc_1", "discord", "10", "chat", "person:0", DENY, None, "", "Tom (1)", NOW)
    for rule in (about, replace(about, id="acc_2", subject="role:5", made_by=author, reason=SECRET)):
        await database.write(access.put, rule)
        await database.write(access.end, rule, author, NOW)
    await database.write(pairings.ask, *MARA, "c0de", NOW)
    await database.write(settings.change, Wish("user:discord:0", "language", "de", author, SECRET), NOW)
    await database.write(settings.change, Wish("guild:discord:10", "language", "de", author, SECRET), NOW)
    new = prompts.NewPrompt(ground.ids.new("pmt"), persona.id, "voice", "You are Luna.", author, SECRET)
    await database.write(prompts.publish, new, NOW)

    receipt = await town.forget()

    assert receipt.settings == 2
    text = town.text()
    assert "Mara" not in text and SECRET not in text
    assert town.outside.rows("SELECT scope, changed_by FROM setting_changes") == [("guild:discord:10", NOBODY)]
    assert town.outside.rows("SELECT bound_by, reason FROM bindings, bans") == [(NOBODY, "rude")]
    ruled = town.outside.rows("SELECT subject, made_by, ended_by FROM access_rules ORDER BY id")
    assert ruled == [("person:0", "Tom (1)", NOBODY), ("role:5", NOBODY, NOBODY)]
    assert town.outside.rows("SELECT * FROM pairings") == []


async def test_somebody_whose_number_ends_alike_keeps_their_name(town: Town) -> None:
    await town.database.write(settings.change, Wish("global", "language", "de", "Tom (10)", "why"), NOW)

    await town.forget()

    assert town.outside.rows("SELECT changed_by, reason FROM setting_changes") == [("Tom (10)", "why")]


async def test_a_direct_channel_is_named_nowhere_any_more(town: Town) -> None:
    await town.exchange("hello", "hello", scene="dm of Mara")
    await town.database.write(cursors.move, "discord", "5", 7, NOW)

    await town.forget()

    found = await town.database.read(conversations.of_channel, "discord", "5", "")
    assert found == []
    assert await town.database.read(cursors.of_platform, "discord") == {}


async def test_work_that_is_owed_to_them_is_cancelled_and_its_draft_taken_away(town: Town) -> None:
    ground, database = town.ground, town.database
    scene, person = ground.scenes["general"], ground.people["Mara"]
    new = NewWork(ground.ids.new("wrk"), "lane", "chat", scene.id, person.id, payload=f'{{"text": "{SECRET}"}}')
    owed = await database.write(work.owe, new, NOW)
    part = NewPart(ground.ids.new("dlv"), owed, 0, scene.id, 1, f"so {SECRET}", answered="0", reply_to="77")
    await database.write(outbox.open, part, NOW)
    await database.write(outbox.acknowledged, part, "900", "channel")
    [item] = await database.write(work.claim, Lease("bot_1", NOW + 1, NOW + 5000), NOW, 1)

    receipt = await town.forget()

    assert receipt.running == (owed,)
    with pytest.raises(work.LostLease):
        await database.write(work.finish, item, NOW)
    [left] = await database.read(outbox.of_work, owed)
    assert (left.state, left.content, left.answered, left.reply_to) == ("owed", "", "", "")
    assert SECRET not in town.text()


async def test_a_reply_of_which_nothing_is_known_to_be_shown_is_never_said(town: Town) -> None:
    ground, database = town.ground, town.database
    scene, person = ground.scenes["general"], ground.people["Mara"]
    owed = await database.write(work.owe, NewWork(ground.ids.new("wrk"), "lane", "chat", scene.id, person.id), NOW)
    part = NewPart(ground.ids.new("dlv"), owed, 0, scene.id, 1, SECRET)
    await database.write(outbox.owe, part, NOW)

    await town.forget()

    assert await database.write(outbox.claim, "discord", NOW + 9000, NOW + 1000, 5) == []
    assert SECRET not in town.text()


async def test_small_steps_come_to_the_same_as_one(town: Town) -> None:
    for number in range(5):
        await town.exchange(f"{SECRET} {number}", f"{SECRET}? {number}")
        await town.exchange(f"{SECRET} {number}", f"{SECRET}! {number}", scene="dm of Mara")
        await town.ground.tell(f"Mara has {number} {SECRET} birds.", topic=f"birds {number}")

    receipt = await town.forget(most=3)

    assert (receipt.messages, receipt.replies, receipt.memories) == (15, 10, 5)
    assert SECRET not in town.text()


async def test_forgetting_half_way_is_found_and_finished(town: Town) -> None:
    for number in range(4):
        await town.exchange(f"{SECRET} {number}", "hm")
    await town.database.write(forgetting.forget, *MARA, town.ground.now, town.ground.now, 2)

    stones = await town.database.read(tombstones.every)
    [(known, until)] = await town.database.read(forgetting.returned, stones)
    while not (await town.database.write(forgetting.forget, known.platform, known.platform_id, until, NOW)).whole:
        pass

    assert SECRET not in town.text()
    assert await town.database.read(forgetting.returned, stones) == []


async def test_doing_it_twice_does_nothing_more(town: Town) -> None:
    await town.exchange(SECRET, "hm")
    await town.forget()
    before = town.text()

    receipt = await town.forget(until=town.ground.now)

    assert receipt == Receipt(whole=True)
    assert town.text() == before


async def test_who_comes_back_is_somebody_new_and_is_heard(town: Town) -> None:
    ground = town.ground
    await town.exchange(SECRET, "hm")
    await town.forget()
    old = ground.people["Mara"]
    ground.now += 60_000

    ground.people["Mara"] = await town.database.write(people.heard, ground.ids.new("psn"), *MARA, "Mara", ground.now)
    await ground.say("Mara", "hello again")

    assert ground.people["Mara"].id != old.id
    assert await town.database.read(forgetting.returned, await town.database.read(tombstones.every)) == []
    assert "hello again" in town.text()


async def test_words_said_after_the_moment_stay_and_are_not_looked_at_again(town: Town) -> None:
    await town.exchange(SECRET, f"{SECRET}?")
    until = town.ground.now
    await town.exchange("still here", "good")

    await town.forget(until=until)

    text = town.text()
    assert SECRET not in text and "still here" in text and "good" in text
    assert await town.database.read(forgetting.returned, await town.database.read(tombstones.every)) == []
    assert await town.database.read(people.known, *MARA) is not None


async def test_somebody_who_only_chose_set_or_brought_a_key_is_found_in_an_older_copy(town: Town) -> None:
    ground = town.ground
    await town.database.write(bindings.choose, "discord", "55", "10", ground.persona_id, NOW)
    await town.database.write(settings.change, Wish("user:discord:66", "language", "de", "x (66)", ""), NOW)
    for owner in (Owner("person", "discord", "77"), Owner("guild", "discord", "77")):
        await town.database.write(provider_keys.put, owner, "llm.example", Sealed("master", "", ""), "", NOW)
    stones = [tombstones.Tombstone(tombstones.key_hash("discord", number), NOW + 1) for number in ("55", "66", "77")]

    found = await town.database.read(forgetting.returned, stones)
    for known, until in found:
        await town.database.write(forgetting.forget, known.platform, known.platform_id, until, NOW)

    assert {known.platform_id for known, _ in found} == {"55", "66", "77"}
    assert town.outside.rows("SELECT kind FROM provider_keys") == [("guild",)]
    assert town.outside.rows("SELECT (SELECT count(*) FROM choices) + (SELECT count(*) FROM setting_changes)") == [(0,)]


async def test_the_moment_is_not_before_what_the_platform_heard(town: Town) -> None:
    await town.exchange(SECRET, "hm")

    assert await town.database.read(forgetting.until_now, *MARA, NOW) == town.ground.now
    assert await town.database.read(forgetting.until_now, *MARA, town.ground.now + 5) == town.ground.now + 5


@pytest.mark.parametrize(("table", "wish"), [("opt_outs", opt_outs), ("memory_pauses", pauses)])
async def test_a_wish_that_holds_stays_and_one_that_is_over_goes(town: Town, table: str, wish: Any) -> None:
    """An opt-out, and a pause of memory."""
    await town.database.write(wish.begin, *MARA, NOW - 2)
    await town.forget()
    assert await town.database.read(wish.since, *MARA) == NOW - 2

    await town.database.write(wish.end, *MARA, NOW - 1)
    await town.forget()

    assert town.outside.rows(f"SELECT count(*) FROM {table}") == [(0,)]


async def test_what_was_read_in_their_words_and_not_kept_goes_from_the_journal(town: Town) -> None:
    message = await town.ground.say("Mara", f"I rule {SECRET}")
    found = town.ground.drawn(message, f"Mara rules {SECRET}.", f"I rule {SECRET}")
    await town.ground.learn(replace(found, discard=Discard("a claim of rank")))
    assert SECRET in repr(town.outside.rows("SELECT candidate FROM memory_changes"))

    await town.forget()

    assert SECRET not in town.text()
