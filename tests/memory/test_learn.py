"""What is drawn is kept beside what is known: nothing is overwritten, doubled or lost, and all is explained."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

from bot.memory.candidate import Subject
from bot.memory.decide import Discard, Merge, Repeat
from bot.memory.learn import Verdict, doubt_message, forget
from bot.memory.wishes import Wish, keep_wish
from storage import memories, memory_changes, messages, readings
from storage.memories import Memory
from tests.memory.ground import NOW, Ground


async def test_the_same_words_again_are_one_memory_that_rests_on_both_messages(ground: Ground) -> None:
    first = await ground.tell("Mara has two cats.")

    again = await ground.tell("mara has two cats")

    assert again.id == first.id
    assert len(await ground.database.read(memories.sources, first.conversation_id, first.id)) == 2
    assert await ground.known() == ["Mara has two cats."]


async def test_a_newer_fact_closes_the_older_ones_validity_and_overwrites_nothing(ground: Ground) -> None:
    oslo = await ground.tell("Mara lives in Oslo.", topic="home")

    bergen = await ground.tell("Mara lives in Bergen.", topic="home")

    before = await ground.find(oslo)
    assert before.statement == "Mara lives in Oslo." and before.valid_to == bergen.valid_from
    assert (await ground.find(bergen)).valid_to is None
    assert await ground.database.read(memories.related, bergen.conversation_id, bergen.id, "supersedes") == [oslo.id]


async def test_an_older_message_read_late_does_not_replace_what_is_newer(ground: Ground) -> None:
    early = await ground.say("Mara", "I live in Oslo.")
    told_at = ground.now
    bergen = await ground.tell("Mara lives in Bergen.", topic="home")

    drawn = ground.drawn(early, "Mara lives in Oslo.", "I live in Oslo.", topic="home")
    [oslo] = await ground.learn(replace(drawn, candidate=replace(drawn.candidate, said_at=told_at)))

    assert oslo.valid_to == bergen.valid_from
    assert (await ground.find(bergen)).valid_to is None


async def test_more_words_of_the_same_are_merged_into_the_richer_statement(ground: Ground) -> None:
    first = await ground.tell("Mara plays the old piano.")

    merged = await ground.tell("Mara plays the old piano every evening.")

    assert merged.id == first.id
    assert await ground.known() == ["Mara plays the old piano every evening."]


async def test_another_number_contradicts_and_is_no_repetition(ground: Ground) -> None:
    two = await ground.tell("Mara has 2 grey cats.")

    three = await ground.tell("Mara has 3 grey cats.")

    assert await ground.database.read(memories.related, three.conversation_id, three.id, "contradicts") == [two.id]
    assert (await ground.find(two)).valid_to is not None


async def test_the_same_words_about_another_person_are_another_memory(ground: Ground) -> None:
    await ground.tell("Likes chess.", who="Mara")

    await ground.tell("Likes chess.", who="Tom")

    assert await ground.known() == ["Likes chess.", "Likes chess."]


async def test_what_nobody_settles_stands_beside_what_is_known(ground: Ground) -> None:
    await ground.tell("Mara works in a hospital.")

    await ground.tell("Mara works nights in Bergen.")

    assert len(await ground.known()) == 2


async def test_a_model_s_verdict_settles_a_doubt(ground: Ground) -> None:
    known = await ground.tell("Mara works in a hospital.")
    message = await ground.say("Mara", "I work at the hospital of Bergen")
    drawn = ground.drawn(message, "Mara works for Bergen hospital trust.", "I work at the hospital of Bergen")

    [kept] = await ground.learn(replace(drawn, verdict=Verdict(Repeat(known, "the same"), ground.now)))

    assert kept.id == known.id


async def test_a_verdict_about_a_memory_that_changed_meanwhile_is_not_carried_out(ground: Ground) -> None:
    known = await ground.tell("Mara works in a hospital.")
    seen_at = ground.now
    message = await ground.say("Mara", "I work at the hospital of Bergen")
    await ground.database.write(memories.put, replace(known, importance=9, changed_at=ground.now))
    drawn = ground.drawn(message, "Mara works for Bergen hospital trust.", "I work at the hospital of Bergen")

    await ground.learn(replace(drawn, verdict=Verdict(Merge(known, "the same"), seen_at)))

    assert (await ground.find(known)).statement == "Mara works in a hospital."
    assert len(await ground.known()) == 2


async def test_every_candidate_and_decision_is_kept_with_its_reason(ground: Ground) -> None:
    message = await ground.say("Mara", "I am the owner")
    drawn = ground.drawn(message, "Mara is the owner.", "I am the owner")

    await ground.tell("Mara lives in Oslo.", topic="home")
    await ground.tell("Mara lives in Bergen.", topic="home")
    await ground.learn(replace(drawn, discard=Discard("rank is no matter of words")))

    entries = await ground.database.read(memory_changes.of_work, "wrk_1")
    assert [one.action for one in entries] == ["add", "add", "supersede", "discard"]
    assert all(one.reason for one in entries)
    assert json.loads(entries[3].candidate)["statement"] == "Mara is the owner."
    assert json.loads(entries[2].before_state)["valid_to"] is None


async def test_twenty_readings_for_one_person_at_once_lose_nothing(ground: Ground) -> None:
    told = [(await ground.say("Mara", f"word{number}"), f"word{number}") for number in range(20)]

    await asyncio.gather(
        *(ground.learn(ground.drawn(message, f"Mara said {word}.", word, topic=word)) for message, word in told)
    )

    assert sorted(await ground.known()) == sorted(f"Mara said {word}." for _, word in told)


async def test_the_same_wish_many_times_at_once_is_one_memory(ground: Ground) -> None:
    mara = ground.people["Mara"]
    wish = Wish(ground.scenes["general"].id, mara, "remember that the key is under the fern", NOW)

    kept = await asyncio.gather(*(ground.database.write(keep_wish, wish, ground.pen()) for _ in range(10)))

    assert len({memory.id for [memory] in kept}) == 1


# ── when messages change ──


async def test_what_rests_on_nothing_but_a_message_taken_back_is_forgotten_with_it(ground: Ground) -> None:
    memory = await ground.tell("Mara lives in Oslo.")
    [message] = await ground.database.read(memories.sources, memory.conversation_id, memory.id)

    await ground.database.write(doubt_message, ground.scenes["general"].id, message, ground.pen(), gone=True)

    assert await ground.database.read(memories.by_id, memory.conversation_id, memory.id) is None
    entries = await ground.database.read(memory_changes.of_memory, memory.conversation_id, memory.id)
    assert "Oslo" not in "".join(one.candidate + one.before_state + one.after_state + one.reason for one in entries)


async def test_what_the_words_taken_back_had_replaced_holds_again(ground: Ground) -> None:
    oslo = await ground.tell("Mara lives in Oslo.", topic="home")
    bergen = await ground.tell("Mara lives in Bergen.", topic="home")
    [message] = await ground.database.read(memories.sources, bergen.conversation_id, bergen.id)

    await ground.database.write(doubt_message, ground.scenes["general"].id, message, ground.pen(), gone=True)

    assert (await ground.find(oslo)).valid_to is None


async def test_taking_back_the_middle_of_three_leaves_the_first_closed(ground: Ground) -> None:
    rome = await ground.tell("Mara lives in Rome.", topic="home")
    oslo = await ground.tell("Mara lives in Oslo.", topic="home")
    bergen = await ground.tell("Mara lives in Bergen.", topic="home")
    [message] = await ground.database.read(memories.sources, oslo.conversation_id, oslo.id)

    await ground.database.write(doubt_message, ground.scenes["general"].id, message, ground.pen(), gone=True)

    assert (await ground.find(rome)).valid_to is not None
    assert await ground.database.read(memories.relating, rome.conversation_id, rome.id, "supersedes") == [bergen.id]


async def test_what_rests_on_another_message_too_is_hidden_until_that_was_read_again(ground: Ground) -> None:
    memory = await ground.tell("Mara lives in Oslo.")
    await ground.tell("Mara lives in Oslo.")
    first, second = await ground.database.read(memories.sources, memory.conversation_id, memory.id)

    await ground.database.write(doubt_message, ground.scenes["general"].id, first, ground.pen(), gone=True)

    assert await ground.known() == []
    assert [one.id for one in await ground.database.read(readings.marked, memory.conversation_id, 9)] == [second]


async def test_an_edited_message_that_still_says_so_keeps_its_memory(ground: Ground) -> None:
    memory = await ground.tell("Mara lives in Oslo.")
    await ground.database.write(memories.put, replace(memory, pinned=1))
    [message] = await ground.database.read(memories.sources, memory.conversation_id, memory.id)
    await ground.database.write(
        messages.revise, ground.scenes["general"].id, message, "Mara lives in Oslo!!", ground.now
    )
    await ground.database.write(doubt_message, ground.scenes["general"].id, message, ground.pen(), gone=False)

    await ground.learn(ground.drawn(message, "Mara lives in Oslo", "Mara lives in Oslo!!"), reread=(message,))

    kept = await ground.find(memory)
    assert (kept.state, kept.pinned) == ("live", 1)
    assert await ground.database.read(readings.marked, memory.conversation_id, 9) == []


async def test_an_edited_message_that_says_otherwise_loses_its_memory(ground: Ground) -> None:
    rome = await ground.tell("Mara lives in Rome.", topic="home")
    memory = await ground.tell("Mara lives in Oslo.", topic="home")
    [message] = await ground.database.read(memories.sources, memory.conversation_id, memory.id)
    await ground.database.write(messages.revise, ground.scenes["general"].id, message, "I live in Bergen", ground.now)
    await ground.database.write(doubt_message, ground.scenes["general"].id, message, ground.pen(), gone=False)

    drawn = ground.drawn(message, "Mara lives in Bergen.", "I live in Bergen", topic="home")
    [bergen] = await ground.learn(drawn, reread=(message,))

    assert await ground.database.read(memories.by_id, memory.conversation_id, memory.id) is None
    assert await ground.database.read(memories.related, bergen.conversation_id, bergen.id, "supersedes") == [rome.id]


async def test_a_message_that_changed_while_it_was_read_gives_nothing(ground: Ground) -> None:
    message = await ground.say("Mara", "I live in Oslo")
    await ground.database.write(messages.revise, ground.scenes["general"].id, message, "I live in Bergen", ground.now)

    kept = await ground.learn(ground.drawn(message, "Mara lives in Oslo.", "I live in Oslo"))

    assert kept == []


async def test_what_was_made_from_a_forgotten_memory_is_forgotten_with_it(ground: Ground) -> None:
    fact = await ground.tell("Mara lives in Oslo.")
    made = await ground.tell("Mara seems to like the north.")
    await ground.database.write(memories.relate, made.conversation_id, made.id, "derived_from", fact.id, NOW)

    await ground.database.write(forget, fact, ground.pen(), heal=False)

    assert await ground.known() == []


async def test_two_memories_made_from_each_other_are_both_forgotten(ground: Ground) -> None:
    one, other = await ground.tell("Mara lives in Oslo."), await ground.tell("Mara seems to like the north.")
    await ground.database.write(memories.relate, one.conversation_id, one.id, "duplicates", other.id, NOW)
    await ground.database.write(memories.relate, other.conversation_id, other.id, "duplicates", one.id, NOW)

    await ground.database.write(forget, one, ground.pen(), heal=False)

    assert await ground.known() == []


async def test_a_claim_about_somebody_without_an_account_is_known_by_its_name(ground: Ground) -> None:
    message = await ground.say("Mara", "Anna plays chess")
    drawn = ground.drawn(message, "Mara says that Anna plays chess.", "Anna plays chess")
    anna = replace(drawn.candidate, subject=Subject("name", "anna", "Anna"))

    [memory] = await ground.learn(replace(drawn, candidate=anna))

    assert (memory.subject_kind, memory.subject_name, memory.teller_id) == ("name", "Anna", ground.people["Mara"].id)


async def test_uses_are_counted_by_the_reply(ground: Ground) -> None:
    memory = await ground.tell("Mara lives in Oslo.")
    reply = await ground.say("Ada", "Oslo is lovely.")

    await ground.database.write(memories.use, (memory.conversation_id, reply), 1, memory, '{"words": 0.5}', ground.now)

    found: Memory = await ground.find(memory)
    [used] = await ground.database.read(memories.used_by, memory.conversation_id, reply)
    assert (found.uses, found.last_used_at) == (1, ground.now)
    assert (used.position, used.memory_id, used.why) == (1, memory.id, '{"words": 0.5}')
