"""A question finds what was said, by words, by meaning, by who said it, and only where its audience may look."""

from __future__ import annotations

from random import Random

import pytest

from bot.bells import Bell
from bot.clock import SystemClock
from bot.memory.embedding import Embedding
from bot.memory.memory import Memory
from bot.memory.ranking import WEIGHTS, Recalled
from bot.memory.recall import Audience, Wondering
from tests.fakes.tiny_embedder import TinyEmbedder
from tests.memory.conftest import Town
from tests.storage.conftest import NOW

LATER = NOW + 86_400_000
WORDS = ("kite", "lamp", "river", "bread", "violin", "storm", "ticket", "garden")


async def recall(memory: Memory, audience: Audience, text: str, most: int = 5) -> list[Recalled]:
    return await memory.recall(audience, Wondering(text, "Bob", "Ada", LATER), most)


def texts(found: list[Recalled]) -> list[str]:
    return [one.passage.content for one in found]


async def understanding(town: Town) -> Memory:
    """A memory whose passages all have their vectors."""
    embedding = Embedding(town.database, TinyEmbedder(), Bell(), SystemClock())
    await embedding.catch_up()
    return Memory(town.database, embedding)


async def test_what_was_said_is_found_by_its_words_alone(town: Town) -> None:
    await town.hall.hear("Bob: The river flooded our garden.", "Zoe: How awful!", "Bob: We bake bread on Sundays.")

    found = await recall(Memory(town.database), Audience(town.hall.id), "who bakes bread?")

    assert texts(found)[0] == "We bake bread on Sundays."
    assert found[0].why.words > 0 and found[0].why.meaning == 0


async def test_a_passage_without_any_word_of_the_question_is_found_by_meaning(town: Town) -> None:
    said = [f"Bob: {word} number {number}" for number, word in enumerate(WORDS)]
    await town.hall.hear(*said)
    memory = await understanding(town)

    by_meaning = await recall(memory, Audience(town.hall.id), "the", most=50)
    by_words = await recall(Memory(town.database), Audience(town.hall.id), "the", most=50)

    assert len(by_meaning) == len(WORDS) and by_words == []


async def test_the_one_who_is_asked_about_goes_first(town: Town) -> None:
    await town.hall.hear("Zoe: I play the violin.", "Bob: I play the violin.", "Carl: I play the violin.")
    memory = await understanding(town)

    by_name = await recall(memory, Audience(town.hall.id), "What does Zoe play?")
    mine = await recall(memory, Audience(town.hall.id), "What do I play?")

    assert (by_name[0].passage.name, mine[0].passage.name) == ("Zoe", "Bob")


async def test_each_result_says_what_spoke_for_it(town: Town) -> None:
    await town.hall.hear("Zoe: Do you own a kite?", "Bob: A red one, since last summer.")

    found = await recall(await understanding(town), Audience(town.hall.id), "When did Bob get his red kite?")

    best = found[0]
    assert best.passage.name == "Bob"
    assert best.why.author == best.why.time == 1 and best.why.answer > 0 and best.why.around > 0
    assert best.score() == pytest.approx(sum(w * s for w, s in zip(WEIGHTS, best.why, strict=True)))


async def test_what_is_before_their_eyes_is_not_recalled(town: Town) -> None:
    await town.hall.hear("Bob: the first kite", "Bob: the second kite", "Bob: the third kite")

    found = await recall(await understanding(town), Audience(town.hall.id, before_seq=2), "kite")

    assert texts(found) == ["the first kite"]


async def test_nothing_is_visible_that_is_not_named_and_a_direct_message_nowhere_else(town: Town) -> None:
    for place in town.places:
        await place.hear(f"Bob: a kite in {place.conversation.channel_id}")
    memory, everywhere = await understanding(town), tuple(place.id for place in town.places)

    alone = await recall(memory, Audience(town.hall.id), "kite")
    named = await recall(memory, Audience(town.hall.id, (town.attic.id,)), "kite")
    greedy = await recall(memory, Audience(town.hall.id, everywhere), "kite")
    private = await recall(memory, Audience(town.private.id, everywhere), "kite")
    nobody = await recall(memory, Audience("cnv_nobody", everywhere), "kite")

    assert set(texts(alone)) == {"a kite in 1"}
    assert set(texts(named)) == set(texts(greedy)) == {"a kite in 1", "a kite in 2"}
    assert set(texts(private)) == {"a kite in 4"}
    assert nobody == []


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_asked_nobody_hears_of_a_place_they_cannot_see(town: Town, seed: int) -> None:
    chance = Random(seed)
    for place in town.places:
        await place.hear(*(f"Bob: {' '.join(chance.choices(WORDS, k=4))}" for _ in range(12)))
    memory = await understanding(town)

    for _ in range(12):
        own = chance.choice(town.places)
        visible = tuple(place.id for place in chance.sample(town.places, 2))
        found = await recall(memory, Audience(own.id, visible), " ".join(chance.choices(WORDS, k=3)), most=100)
        guild = own.conversation.guild_id
        allowed = {own.id} | {
            p.id for p in town.places if p.id in visible and guild and p.conversation.guild_id == guild
        }
        assert {one.passage.conversation_id for one in found} <= allowed


async def test_what_others_say_elsewhere_changes_no_score(town: Town) -> None:
    await town.hall.hear("Bob: a red kite", "Zoe: a blue lamp", "Bob: bread")
    before = await recall(Memory(town.database), Audience(town.hall.id), "red kite")

    await town.attic.hear(*["Zoe: kite kite red red kite"] * 20)
    after = await recall(Memory(town.database), Audience(town.hall.id), "red kite")

    assert [(one.passage.id, one.score()) for one in after] == [(one.passage.id, one.score()) for one in before]


async def test_a_prompt_is_told_no_repetition_while_there_is_something_else_to_tell(town: Town) -> None:
    repeated = [f"Bob: I fly my kite by the old river {word}." for word in ("again", "now", "too", "then", "once")]
    await town.hall.hear(*repeated, "Zoe: A kite hangs in the poplar beside our river.")
    memory, audience = await understanding(town), Audience(town.hall.id)
    wondering = Wondering("What of Bob's kite by the old river?", "Bob", "Ada", LATER)

    listed = await memory.recall(audience, wondering, 4)
    told = await memory.recollect(audience, wondering, 4)

    assert texts(listed) != texts(told) and any("poplar" in text for text in texts(told))
    assert texts(told)[0] == texts(listed)[0]
