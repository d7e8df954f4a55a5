"""A reply is reminded of what fits, as far as those who read it may know it, and keeps what it was reminded of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.memory.candidate import When
from bot.memory.mending import reword
from bot.memory.query import understand
from bot.memory.recall import Space
from bot.memory.reminding import YEARLY, Asked, Reminder, asks_about_self, remind, weight
from bot.memory.wishes import Wish, heed
from storage import memories, messages, recall, vectors
from storage.engines.base import Transaction
from storage.memories import Audience, Memory
from storage.vectors import Embedded
from tests.fakes.tiny_embedder import embedded
from tests.memory.ground import NOW, Ground
from tests.memory.tidying import known

MODEL = "tiny/64"


async def reminded(
    ground: Ground, text: str, scene: str = "general", who: str = "Mara", space: Space | None = None
) -> list[str]:
    """The statements a reply to these words has in mind."""
    asked = Asked(understand(text, (), ground.now, who, "Ada"), text, ground.people[who].id, ground.now)
    found = await ground.database.read(remind, ground.audience(scene, who), asked, space, 5)
    return [one.memory.statement for one in found]


async def test_a_question_brings_back_what_has_its_words(ground: Ground) -> None:
    await ground.tell("Mara's sister is called Anna.")
    await ground.tell("Mara works as a nurse.")

    assert await reminded(ground, "What is my sister's name?") == ["Mara's sister is called Anna."]


async def test_a_question_brings_back_what_means_the_same_once_it_is_embedded(ground: Ground) -> None:
    await ground.tell("Mara keeps a canary.")
    await ground.database.write(embed_all)

    space = Space(MODEL, embedded("Mara keeps a canary."))

    assert await reminded(ground, "zzz", space=space) == ["Mara keeps a canary."]


def embed_all(tx: Transaction) -> None:
    found = vectors.lacking(tx, MODEL, 50)
    vectors.keep(tx, MODEL, [Embedded(passage, embedded(passage.words)) for passage in found])


async def test_what_is_over_brings_back_what_took_its_place(ground: Ground) -> None:
    await ground.tell("Mara lives in Oslo.", topic="home")
    await ground.tell("Mara moved to Bergen.", topic="home")
    await ground.tell("Mara's home is Rome by now.", topic="home")

    found = await reminded(ground, "Where do I live?")

    assert found == ["Mara's home is Rome by now.", "Mara moved to Bergen.", "Mara lives in Oslo."]


async def test_what_repeats_others_leaves_room_for_what_does_not(ground: Ground) -> None:
    for word in ("again", "too", "then", "once", "also", "now"):
        await known(ground, f"Mara painted the old wooden boat red {word}.")
    await known(ground, "Tom sold the old wooden boat.", who="Tom")
    await ground.database.write(embed_all)
    asked = "What of the old wooden boat?"

    with_vectors = await reminded(ground, asked, space=Space(MODEL, embedded(asked)))

    assert "Tom sold the old wooden boat." in with_vectors
    assert "Tom sold the old wooden boat." not in await reminded(
        ground, asked
    )  # by words alone the best are the same thing


async def test_nothing_is_brought_back_where_its_audience_may_not_know_it(ground: Ground) -> None:
    await ground.tell("Mara's sister is called Anna.", "dm of Mara")
    await ground.tell("Mara's sister is called Anna.", "secret")

    assert await reminded(ground, "What is my sister's name?", "general") == []
    assert await reminded(ground, "What is Mara's sister called?", "thread", "Tom") == []


async def test_pinned_is_always_in_mind_and_archived_never(ground: Ground) -> None:
    pinned = await ground.tell("Mara is allergic to nuts.")
    archived = await ground.tell("Mara's sister is called Anna.")
    await ground.database.write(memories.put, replace(pinned, pinned=1))
    await ground.database.write(memories.put, replace(archived, state="archived"))

    assert await reminded(ground, "What is my sister's name?") == ["Mara is allergic to nuts."]


async def test_what_holds_goes_before_what_is_over_and_the_past_is_still_known(ground: Ground) -> None:
    await ground.tell("Mara lives in Oslo.", topic="home")
    await ground.tell("Mara lives in Bergen.", topic="home")

    assert await reminded(ground, "Where do I live?") == ["Mara lives in Bergen.", "Mara lives in Oslo."]
    assert "Mara lives in Oslo." in await reminded(ground, "Where did I live before?")


@pytest.mark.parametrize(
    "text", ["What do you know about me?", "so, what do you remember about me", "What have I told you?"]
)
async def test_people_who_ask_what_is_known_of_them_get_all_of_it(text: str, ground: Ground) -> None:
    await ground.tell("Mara works as a nurse.")
    await ground.tell("Mara's sister is called Anna.")
    await ground.tell("Tom plays chess.", who="Tom")

    assert asks_about_self(text)
    assert sorted(await reminded(ground, text)) == ["Mara works as a nurse.", "Mara's sister is called Anna."]


async def test_what_was_forgotten_leaves_both_indexes_and_what_is_withheld_is_not_recalled(ground: Ground) -> None:
    memory = await ground.tell("Mara keeps a canary.")
    [message] = await ground.database.read(memories.sources, memory.conversation_id, memory.id)
    await ground.database.write(embed_all)

    await ground.database.write(memories.forget, memory.conversation_id, memory.id)
    await ground.database.write(memories.withhold, memory.conversation_id, message, NOW)
    await ground.database.write(messages.revise, memory.conversation_id, message, "Mara keeps two canaries", NOW)
    await ground.database.write(memories.keep_withheld, memory.conversation_id, message)

    left = await ground.database.read(everything, "canary", ground.audience("general"))
    assert left == []


def everything(tx: Transaction, word: str, audience: Audience) -> list[int]:
    """All passages with that word or any vector, in any scope."""
    every = recall.Reach(0, 2**40)
    words = [*recall.having(tx, every, word), *recall.having(tx, every, "canaries")]
    scopes = [recall.reach(one) for one in recall.seen(tx, audience.conversation_id)]
    return words + [number for scope in scopes for number in recall.nearest(tx, scope, MODEL, embedded(word), 50)]


def a_memory(**fields: object) -> Memory:
    given_out = dict.fromkeys(Memory.__slots__, "") | {
        "importance": 5,
        "said_at": NOW,
        "valid_to": None,
        "expires_at": None,
    }
    return Memory(**(given_out | fields))  # type: ignore[arg-type]


signal = st.floats(0, 1)


@given(signal, signal, signal, signal, st.sampled_from(("words", "meaning", "subject")))
def test_raising_one_component_never_lowers_the_rank(
    words: float, meaning: float, subject: float, more: float, which: str
) -> None:
    before = Reminder(a_memory(), words, meaning, subject)

    after = replace(before, **{which: max(more, getattr(before, which))})

    assert after.score >= before.score


@given(st.integers(1, 10), st.integers(0, 10**12), st.booleans(), st.booleans())
def test_importance_and_age_move_a_memory_within_bounds(importance: int, age: int, over: bool, past: bool) -> None:
    memory = a_memory(importance=importance, said_at=NOW - age, valid_to=NOW if over else None)

    found = weight(memory, NOW, past=past)

    assert 0.3 <= found <= 1.5
    assert found <= weight(replace(memory, importance=10), NOW, past=past)
    assert found <= weight(replace(memory, said_at=NOW), NOW, past=past)


async def test_a_plan_comes_to_mind_when_its_day_comes_and_once_more_when_it_is_over(ground: Ground) -> None:
    day = 86_400_000
    at = ground.now + 5 * day
    plan = await ground.tell("Mara plans: an interview.", kind="plan", happened=When(at, "day"))
    await ground.tell("Mara plans: a trip some time.", kind="plan", happened=When(at, "month"))
    await ground.tell("Tom plans: a race.", who="Tom", kind="plan", happened=When(at, "day"))
    alone = await ground.tell("Mara plans: a surprise.", "dm of Mara", kind="plan", happened=When(at, "day"))

    async def due(days: int, scene: str = "general") -> list[str]:
        query = understand("Hello!", ["Mara", "Tom"], at)
        asked = Asked(query, "Hello!", ground.people["Mara"].id, at + days * day)
        found = await ground.database.read(remind, ground.audience(scene), asked, None, 5)
        return [one.memory.statement for one in found if one.always]

    async def have_in_mind(days: int) -> None:
        message = await ground.say("Ada", "How did it go?")
        reply = (plan.conversation_id, message)
        await ground.database.write(memories.use, reply, 0, plan, "{}", at + days * day)

    assert await due(-3) == [] and await due(15) == []
    assert await due(-1) == [plan.statement] and await due(-1, "dm of Mara") == [plan.statement, alone.statement]
    await have_in_mind(-1)
    assert await due(0) == [] and await due(2) == [plan.statement]
    await have_in_mind(2)
    assert await due(3) == []


async def test_2_9_a_birthday_comes_to_mind_on_its_day_each_year_once(ground: Ground) -> None:
    text = "Remember that my birthday is 3 July"
    message = await ground.say("Mara", text)
    wish = Wish(ground.scenes["general"].id, ground.people["Mara"], text, ground.now, message)
    await ground.database.write(heed, wish, ground.pen(writer="person"))
    [told] = await ground.database.read(memories.known, ground.audience("general"))
    await ground.database.write(memories.put, replace(told, core=1))  # the card does not hide it on its day
    auckland = ZoneInfo("Pacific/Auckland")

    async def of_today(year: int, day: int, hour: int = 12, zone: tzinfo = UTC, who: str = "Mara") -> list[Reminder]:
        now = int(datetime(year, 7, day, hour, tzinfo=UTC).timestamp() * 1000)
        asked = Asked(understand("Hello!", (), now), "Hello!", ground.people[who].id, now, zone)
        found = await ground.database.read(remind, ground.audience("general", who), asked, None, 5)
        return [one for one in found if one.always == YEARLY]

    assert [len(await of_today(2026, day)) for day in (2, 3, 4)] == [0, 1, 0]
    assert [len(await of_today(2026, 2, 13, zone)) for zone in (UTC, auckland)] == [0, 1]
    assert await of_today(2026, 3, who="Tom") == []
    [due] = await of_today(2026, 3)
    ground.now = int(datetime(2026, 7, 3, 12, tzinfo=UTC).timestamp() * 1000)
    reply = await ground.say("Ada", "All the best!")
    await ground.database.write(memories.use, (told.conversation_id, reply), 0, told, due.why(), ground.now)
    assert await of_today(2026, 3, 20) == [] and len(await of_today(2027, 3)) == 1

    reworded = await ground.database.write(reword, await ground.find(told), "My birthday is 9 July", ground.pen())
    assert (reworded.yearly, len(await of_today(2027, 3)), len(await of_today(2027, 9))) == ("07-09", 0, 1)
