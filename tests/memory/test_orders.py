"""What people order of a persona's memory in plain words is done when it is heard, once, and to nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.capabilities.base import Reply
from bot.capabilities.chat.briefing import brief
from bot.capabilities.chat.wrong import answer
from bot.memory.orders import called_wrong, corrected, unwished
from bot.memory.salience import moved
from bot.memory.wishes import Wish, heed
from bot.personas.orders import ordering
from bot.personas.publish import HOUSE, VOICE
from storage import conversations, memories, messages, prompts, work
from storage.engines.base import Transaction
from storage.messages import NewMessage
from storage.prompts import NewPrompt
from storage.records import Person
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


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("That's wrong.", True),
        ("Ada, no, that’s not true!", True),
        ("you remember that wrong", True),
        ("you're mistaken", True),
        ("That's wrong, I live in Oslo", False),
        ("what's wrong?", False),
        ("I was wrong", False),
        ("that's not right for me", False),
    ],
)
def test_1_9_calling_a_reply_wrong_is_understood(text: str, wrong: bool) -> None:
    assert called_wrong(text) == wrong


async def test_1_9_that_is_wrong_marks_the_one_memory_a_reply_had_in_mind_and_asks_among_several(
    ground: Ground,
) -> None:
    await ground.database.write(publish, ground)
    home = await ground.tell("Mara lives in Rome.", topic="home")
    boat = await ground.tell("Mara has a red kayak.")
    pinned = await ground.tell("Mara is allergic to nuts.")
    tom = await ground.tell("Tom lives in Rome.", who="Tom")

    async def replied(who: str, *used: tuple[memories.Memory, str]) -> str:
        asked = await ground.say(who, "Where do I live?")
        ground.now += 60_000
        return await ground.database.write(reply, ground, asked, used)

    async def called_wrong_by(who: str) -> Reply | None:
        ground.now += 60_000
        return await ground.database.write(call_wrong, ground, ground.people[who])

    always = '{"always": "pinned"}'
    await replied("Mara", (home, "{}"), (pinned, always), (tom, "{}"))
    assert await called_wrong_by("Tom") is None  # it was no reply to him
    said = await called_wrong_by("Mara")
    assert said is not None and "I doubt that" in said.text and home.statement in said.text
    stand = [(await ground.find(one)).confidence > 20 for one in (home, boat, pinned, tom)]
    assert stand == [False, True, True, True]

    await replied("Mara", (home, "{}"), (boat, "{}"), (pinned, "{}"))
    said = await called_wrong_by("Mara")
    assert said is not None and said.text.startswith("Which of these is wrong?")
    assert [button.key for button in said.buttons] == [
        ordering("", "memory wrong", one.id).key for one in (boat, pinned)
    ]  # fmt: skip
    assert (await ground.find(boat)).confidence > 20


def publish(tx: Transaction, ground: Ground) -> None:
    for owner, name in ((prompts.SYSTEM, HOUSE), (ground.persona_id, VOICE)):
        new = NewPrompt(ground.ids.new("prm"), owner, name, "Be kind.", "test", "test")
        prompts.publish(tx, new, ground.now)


def reply(tx: Transaction, ground: Ground, asked: str, used: tuple[tuple[memories.Memory, str], ...]) -> str:
    scene, message_id = ground.scenes["general"].id, ground.ids.new("msg")
    seq = conversations.next_seq(tx, scene)
    messages.add(tx, NewMessage(message_id, scene, seq, "persona", "Ada", "In Rome.", ground.now, reply_to=asked))
    for position, (memory, why) in enumerate(used, 1):
        memories.use(tx, (scene, message_id), position, memory, why, ground.now)
    return message_id


def call_wrong(tx: Transaction, ground: Ground, person: Person) -> Reply | None:
    """Hear it, and what is said to that without a model."""
    scene, message_id, text = ground.scenes["general"].id, ground.ids.new("msg"), "That's wrong!"
    owed = work.owe(tx, work.NewWork(ground.ids.new("wrk"), scene, "chat", scene, person.id), ground.now)
    seq = conversations.next_seq(tx, scene)
    new = NewMessage(message_id, scene, seq, "person", person.name, text, ground.now, None, person.id, work_id=owed)
    messages.add(tx, new)
    heed(tx, Wish(scene, person, text, ground.now, message_id), ground.pen(writer="person"))
    item = work.by_id(tx, owed)
    assert item is not None
    briefing = brief(tx, item, 4000, shared=False)
    assert briefing is not None
    work.cancel(tx, owed, ground.now)
    return answer(briefing)


@given(st.integers(1, 10), st.text(max_size=200), st.text(max_size=80))
def test_1_9_what_moves_somebody_matters_more_within_bounds(importance: int, text: str, statement: str) -> None:
    found = moved(importance, text, statement)

    assert importance <= found <= min(10, importance + 2)
    assert moved(5, "I moved. My grandmother died!! I miss her so much.", "Mara's grandmother died.") == 7
    assert moved(5, "My grandmother died. I live in Oslo.", "Mara lives in Oslo.") == 5
