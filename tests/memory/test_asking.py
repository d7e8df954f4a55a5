"""Exhaustive mode, quoted phrases, the latest, and questions of several parts: recall gives what each wants."""

from __future__ import annotations

import pytest

from bot.memory.asking import parts, phrases, wants_all, wants_newest
from bot.memory.memory import Memory
from bot.memory.recall import WIDER, Audience, Wondering
from bot.memory.reminding import weight
from tests.memory.conftest import Town
from tests.memory.ground import NOW, Ground
from tests.memory.test_recall import LATER, recall, texts, understanding
from tests.memory.test_reminding import a_memory


@pytest.mark.parametrize(
    "text",
    ["How many kites?", "list all my plans", "Which films did I like?", "Name every city", "every time I cooked"],
)
def test_a_question_wants_all_there_is(text: str) -> None:
    assert wants_all(text)


def test_what_wants_one_answer_is_told_apart_from_what_wants_all_or_the_newest() -> None:
    for text in (
        "Where do I live?",
        "Which is it?",
        "What did I do last week?",
        "my last name",
        "last May",
        "at last!",
    ):
        assert not wants_all(text) and not wants_newest(text)
    for text in ("my latest film", "When did I last cook?", "the last film", "what was most recent?"):
        assert wants_newest(text)


def test_phrases_and_parts_are_read_by_their_marks() -> None:
    assert phrases('Who said "the red  kite" or “no way”, and 5" of rain?') == ("the red kite", "no way")
    assert parts("Where does Tom live? And what does Mara like?") == (
        "Where does Tom live?",
        "And what does Mara like?",
    )
    assert parts("where does Tom live and when did Mara move?") == ("where does Tom live", "when did Mara move?")
    assert parts("Did Tom and Mara sing? Nice.") == parts("Why? Where do I live?") == ()


async def test_exhaustive_mode_finds_each_and_lets_none_make_room(town: Town) -> None:
    count = 10
    await town.hall.hear(*(f"Bob: I flew the red kite on day {day}." for day in range(count)), "Zoe: A blue boat.")
    memory, audience = await understanding(town), Audience(town.hall.id)

    async def told(text: str) -> int:
        found = await memory.recollect(audience, Wondering(text, "Bob", "Ada", LATER), 4)
        return sum("red kite" in one.passage.content for one in found)

    assert await told("How many times did I fly the red kite?") == count < 4 * WIDER
    assert await told("Did I fly the red kite?") <= 4


async def test_a_quoted_phrase_is_found_literally_before_all_else(town: Town) -> None:
    await town.hall.hear(
        "Bob: Kites that fly: red kites, red kite wings, a flying red kite.",
        "Zoe: red is the kite",
        "Carl: Red  Kite, he wrote.",
    )
    await town.hall.hear(*["Bob: What a red day for kites that fly."] * 60)

    found = await recall(Memory(town.database), Audience(town.hall.id), 'Which kites fly "red kite, he wrote"?', 3)

    assert texts(found)[0] == "Red  Kite, he wrote." and [one.why.quoted for one in found] == [1, 0, 0]


async def test_the_latest_is_preferred_where_it_is_asked_for(town: Town) -> None:
    said = [f"Bob: The film I saw was number {number}." for number in range(6)]
    await town.hall.hear(*said[:1], "Bob: The film I saw: a film, a film!", *said[1:], "Zoe: Nice weather.")
    memory, audience = await understanding(town), Audience(town.hall.id)

    assert texts(await recall(memory, audience, "Which was the latest film I saw?"))[0] == said[-1][5:]
    assert weight(a_memory(said_at=NOW - 10**10), NOW, past=False, newest=True) < weight(
        a_memory(said_at=NOW - 10**10), NOW, past=False
    )


async def test_each_part_of_a_question_is_recalled(town: Town) -> None:
    await town.hall.hear(*["Bob: My violin lesson is about the violin, always the violin lesson."] * 30)
    await town.hall.hear("Zoe: We bake bread on Sundays.", *["Bob: The violin lesson again."] * 30)
    memory, audience = Memory(town.database), Audience(town.hall.id)

    one, both = "When is the violin lesson of violin?", "When is the violin lesson of violin and who bakes?"

    assert "We bake bread on Sundays." in texts(await recall(memory, audience, both, 3))
    assert "We bake bread on Sundays." not in texts(await recall(memory, audience, one, 3))


async def test_exhaustive_mode_reminds_of_each_memory(ground: Ground) -> None:
    for film in range(9):
        await ground.tell(f"Mara liked the film number {film}.")

    async def reminded(text: str) -> int:
        wondering = Wondering(text, "Mara", "Ada", ground.now)
        return len(await Memory(ground.database).remind(ground.audience("general"), wondering, [], 4))

    assert (await reminded("Which films have I liked?"), await reminded("Did I like a film?")) == (9, 4)
