"""Aliases and nicknames: people are found by what they asked to be called, where that was heard, and by older names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.memory.calling import called, meant
from bot.memory.candidate import Subject
from bot.memory.memory import Memory
from bot.memory.recall import Audience, Wondering
from bot.memory.rules import plain
from storage.recall import Called
from tests.memory.ground import Ground


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Call me Max.", "Max"),
        ("my nickname is Bär", "Bär"),
        ("My name is Mara, but everyone calls me “Mäxchen” because of my dog", "Mäxchen"),
        ("you can call me प्रिया!", "प्रिया"),
        ("People call me 小明。", "小明"),
        ("I'm also known as Ștefan Țepeș", "Ștefan Țepeș"),
        ("call me tomorrow", ""),
        ("don't call me Bill", ""),
    ],
)
def test_what_people_want_to_be_called_is_understood_in_any_letters(text: str, name: str) -> None:
    [*found] = (one for one in plain(text, "Zoe") if one.topic == "nickname")

    assert [called(one.statement) for one in found] == ([name] if name else [])


async def test_aliases_lead_to_a_person_s_words_and_memories_where_they_were_told_alone(ground: Ground) -> None:
    people = ground.people
    await ground.tell("Mara goes by 小明.", topic="nickname")
    await ground.tell("Mara is called Max by friends.", "dm of Mara", topic="nickname")
    await ground.say("Tom", "I keep a canary.")
    said = await ground.say("Mara", "I keep a canary.")
    await ground.tell("小明 sings.", who="Tom", subject=Subject("name", "小明", "小明"))
    ground.people = {**people, "Marie": replace(people["Mara"], name="Marie")}
    await ground.say("Marie", "Hello again!")
    ground.people = people

    async def best(text: str, scene: str = "general", who: str = "Tom") -> tuple[list[str], str]:
        audience = ground.audience(scene, who)
        found = await ground.database.read(meant, audience, [text], audience.person_id)
        wondering = Wondering(text, who, "Ada", ground.now, people=found)
        recalled = await Memory(ground.database).recall(Audience(ground.scenes["general"].id), wondering, 20)
        return sorted({one.name for one in found}), recalled[0].passage.id

    assert await best("Which bird does 小明 keep? A canary?") == (["Mara", "小明"], said)
    assert await best("Does Marie keep a canary?") == ([], said)  # what she was called by the platform, now and before
    assert (await best("Does Max keep a canary?"))[0] == []  # that was told in private
    assert (await best("Does Max keep a canary?", "dm of Mara", "Mara"))[0] == ["Mara", "Max", "小明"]

    wondering = Wondering("Does Mara sing?", "Tom", "Ada", ground.now, people=(Called("小明", people["Mara"].id),))
    named = (Called("Mara", people["Mara"].id),)
    reminded = await Memory(ground.database).remind(ground.audience("general", "Tom"), wondering, named, 5)
    assert [(one.memory.statement, one.subject) for one in reminded] == [("小明 sings.", 1.0)]
