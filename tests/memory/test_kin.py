"""Who is what to whom is kept as such, and found when somebody asks for "my brother"."""

from __future__ import annotations

import pytest

from bot.memory.kin import meant
from bot.memory.mending import forget_for_good
from bot.memory.recall import Wondering
from bot.memory.reminding import Asked, remind
from bot.memory.rules import plain
from bot.memory.wishes import Wish, heed
from storage import memories
from tests.memory.ground import Ground


@pytest.mark.parametrize(
    ("text", "kind", "relation", "other"),
    [
        ("Max is my big brother.", "relation", "brother", "Max"),
        ("my mum is called Zoë", "relation", "mother", "Zoë"),
        ("Yesterday my sister Anna's train was late", "relation", "sister", "Anna"),
        ("I broke up with Anna.", "relation", "former partner", "Anna"),
        ("My girlfriend Anna and I have split up", "relation", "former girlfriend", "Anna"),
        ("I just divorced my husband", "relation", "former husband", ""),
        ("my boyfriend left me.", "relation", "former boyfriend", ""),
        ("My name is Mara", "identity", "", ""),
        ("I'm from Bergen", "identity", "", ""),
        ("To open the door, you must lift the latch first", "procedural", "", ""),
    ],
)
def test_1_8_kinds_and_relations_are_typed(text: str, kind: str, relation: str, other: str) -> None:
    *_, found = plain(text, "Mara")

    assert (found.kind, found.relation, found.other) == (kind, relation, other)


async def test_1_8_my_brother_is_looked_for_by_his_name(ground: Ground) -> None:
    text = "Remember that Max is my brother"
    message = await ground.say("Mara", text)
    wish = Wish(ground.scenes["general"].id, ground.people["Mara"], text, ground.now, message)
    await ground.database.write(heed, wish, ground.pen(writer="person"))
    await ground.tell("Max climbs high mountains.", who="Tom")
    question = "What does my brother do all day?"

    async def found(scene: str, who: str) -> list[str]:
        audience = ground.audience(scene, who)
        names = await ground.database.read(meant, audience, question)
        query = Wondering(question, who, "Ada", ground.now, kin=names).understood([])
        asked = Asked(query, question, audience.person_id, ground.now)
        return [one.memory.statement for one in await ground.database.read(remind, audience, asked, None, 5)]

    assert "Max climbs high mountains." in await found("general", "Mara")
    assert await found("general", "Tom") == ["Mara's brother is called Max"]  # his own brother is somebody else
    [told] = [one for one in await known(ground) if one.relation]
    assert await ground.database.read(meant, ground.audience("elsewhere"), question) == ()

    await ground.database.write(forget_for_good, told, ground.pen())
    assert await found("general", "Mara") == []


async def known(ground: Ground) -> list[memories.Memory]:
    return await ground.database.read(memories.known, ground.audience("general"))


async def test_1_12_a_break_up_rewrites_who_is_what_to_whom(ground: Ground) -> None:
    anna = await ground.tell("Mara's girlfriend is called Anna", relation="girlfriend", other_name="Anna")
    max_ = await ground.tell("Mara's brother is called Max", relation="brother", other_name="Max")
    works = await ground.tell("Mara works at Acme", topic="employer")

    for text in ("Remember that Anna left me", "Remember that I no longer work at Acme"):
        wish = Wish(
            ground.scenes["general"].id, ground.people["Mara"], text, ground.now, await ground.say("Mara", text)
        )
        await ground.database.write(heed, wish, ground.pen(writer="person"))

    assert [(await ground.find(one)).holds for one in (anna, max_, works)] == [False, True, False]
    names = [
        await ground.database.read(meant, ground.audience("general"), f"my {who}") for who in ("girlfriend", "brother")
    ]
    assert names == [(), ("Max",)]
