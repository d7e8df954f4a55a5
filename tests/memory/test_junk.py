"""What should never have become a memory is put away with its score, what surprises is settled first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.memory.consolidation.doubts import asked
from bot.memory.consolidation.junk import junk
from bot.memory.consolidation.pairs import Pair
from bot.memory.mending import undo
from storage import memories, memory_changes
from tests.memory.ground import NOW, Ground
from tests.memory.test_reminding import a_memory
from tests.memory.tidying import DAY, known, tidy


@pytest.mark.parametrize(
    ("statement", "score"),
    [
        ("Mara says: “Good morning!”", 80),
        ("Mara asks: is it cold?", 70),
        ("Mara runs.", 40),
        ("Mara likes tea.", 0),
        ("Mara's sister is called Anna.", 0),
    ],
)
def test_1_12_junk_is_told_by_its_words(statement: str, score: int) -> None:
    memory = a_memory(
        statement=statement, subject_name="Mara", uses=0, recorded_at=NOW, pinned=0, core=0, writer="model"
    )

    assert junk(memory, 180, NOW, orphan=False).score == score
    assert junk(replace(memory, pinned=1), 180, NOW, orphan=True).score == 0
    assert junk(replace(memory, writer="person"), 180, NOW, orphan=True).score == 0
    assert junk(memory, 180, NOW + 180 * DAY, orphan=True).score == 100


async def test_2_3_junk_is_put_away_at_night_with_its_score_and_comes_back_on_demand(ground: Ground) -> None:
    question = await known(ground, "Mara asks: how cold is the lake?")
    pinned = await known(ground, "Mara asks: how cold is the sea?", pinned=1)
    orphan = await known(ground, "Mara keeps three grey geese.")
    told = await known(ground, "Mara has an old wooden boat.")
    [source] = await ground.database.read(memories.sources, orphan.conversation_id, orphan.id)
    await ground.database.write(memories.drop_source, orphan.conversation_id, source)

    assert [step.what for step in await tidy(ground)] == ["junk", "junk"]

    assert [(await ground.find(one)).state for one in (question, pinned, orphan, told)] == [
        "archived", "live", "archived", "live"
    ]  # fmt: skip
    [entry, *_] = await ground.database.read(memory_changes.of_memory, question.conversation_id, question.id)
    assert (entry.action, entry.reason) == ("archive", "junk, 70 of 100: a question and no fact")
    await ground.database.write(undo, await ground.find(question), ground.pen())
    assert await tidy(ground) == [] and (await ground.find(question)).state == "live"


def test_1_12_what_surprises_most_is_put_to_a_model_first() -> None:
    def pair(name: str, words: float, importance: int) -> Pair:
        older, newer = (a_memory(id=f"{name}{side}", statement=name, importance=importance) for side in "ab")
        return Pair(older, newer, words)

    doubts = asked([pair("dull", 0.8, 9), pair("small", 0.55, 1), pair("new", 0.55, 9)])

    assert [one.found.words for one in doubts] == ["new", "dull", "small"]
