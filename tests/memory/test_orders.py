"""What people order of a persona's memory in plain words is done when it is heard, once, and to nothing else."""

from __future__ import annotations

import pytest

from bot.memory.orders import corrected, unwished
from bot.memory.wishes import Wish, heed
from storage import memories
from tests.memory.ground import Ground


@pytest.mark.parametrize(
    ("text", "unwanted"),
    [
        ("Forget that I live in Rome.", "I live in Rome"),
        ("Ada, could you please forget what I told you about my boss?", "my boss"),
        ("don't remember that I smoke", "I smoke"),
        ("forget it", ""),
        ("forget about work, let's play", ""),
        ("don't forget that I live in Rome", ""),
        ("I can't forget that we lost", ""),
        ("ok, " * 1000 + "forget", ""),  # would take for ever if beginnings could be read in any number of ways
    ],
)
def test_what_is_to_be_forgotten_is_understood(text: str, unwanted: str) -> None:
    assert unwished(text) == unwanted


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("no, I live in Oslo now", ["Zoe lives in Oslo"]),
        ("That's not right. My name is Zoë Berg.", ["Zoe is called Zoë Berg"]),
        ("Actually, my sister is called Eva", ["Zoe's sister is called Eva"]),
        ("no idea where I live", []),
        ("no, what do I know?", []),
        ("I live in Oslo now", []),
    ],
)
def test_what_is_set_right_is_understood(text: str, statements: list[str]) -> None:
    assert [one.statement for one in corrected(text, "Zoe")] == statements


async def order(ground: Ground, text: str, who: str = "Mara") -> str:
    message = await ground.say(who, text)
    wish = Wish(ground.scenes["general"].id, ground.people[who], text, ground.now, message)
    for _ in range(2):  # whatever is heard again changes nothing
        await ground.database.write(heed, wish, ground.pen(writer="person"))
    return message


async def test_what_somebody_asks_to_forget_is_gone_at_once_and_nothing_else(ground: Ground) -> None:
    told = await ground.tell("Mara lives in Rome.", topic="home")
    await ground.tell("Mara bought a red kayak in May.")
    await ground.tell("Mara bought a green kayak in June.")
    await ground.tell("Tom lives in Rome.", who="Tom")
    [source] = await ground.database.read(memories.sources, told.conversation_id, told.id)

    asked = await order(ground, "Ada, forget that I live in Rome")
    await order(ground, "forget that I bought a kayak")

    kept = ["Tom lives in Rome.", "Mara bought a green kayak in June.", "Mara bought a red kayak in May."]
    assert await ground.known() == kept
    for message in (source, asked):
        assert await ground.database.read(memories.keep_withheld, told.conversation_id, message)


async def test_what_somebody_sets_right_takes_the_place_of_what_was_known(ground: Ground) -> None:
    rome = await ground.tell("Mara lives in Rome.", topic="home")
    anna = await ground.tell("Mara's sister is called Anna.", kind="relation")

    await order(ground, "no, I live in Oslo now")
    await order(ground, "no, my sister is called Eva")

    held = {one.statement: one.valid_to is None for one in await known(ground)}
    assert held == {
        "Mara lives in Oslo": True,
        "Mara lives in Rome.": False,
        "Mara's sister is called Eva": True,
        "Mara's sister is called Anna.": False,
    }
    for old in (rome, anna):
        assert await ground.database.read(memories.relating, old.conversation_id, old.id, "supersedes")


async def known(ground: Ground) -> list[memories.Memory]:
    return await ground.database.read(memories.known, ground.audience("general"))
