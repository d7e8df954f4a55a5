"""A person's card: stable facts that are always in mind, chosen by tidying, undone and forgotten as memories are."""

from __future__ import annotations

from dataclasses import replace

from bot.capabilities.chat import notes
from bot.memory.consolidation.steps import Terms
from bot.memory.mending import doubt, forget_for_good, undo
from bot.memory.query import understand
from bot.memory.reminding import CARD, Asked, remind
from bot.models.openai_messages import messages
from bot.ports import Question, Turn
from tests.memory.ground import Ground
from tests.memory.tidying import DAY, tidy


async def card(ground: Ground, scene: str = "general", who: str = "Mara") -> list[str]:
    """What a reply to a greeting has in mind, in the order in which a model reads it."""
    asked = Asked(understand("Hello!", (), ground.now), "Hello!", ground.people[who].id, ground.now)
    found = await ground.database.read(remind, ground.audience(scene, who), asked, None, 5)
    return [one.memory.statement for one in notes.fitting(found, 4000) if one.always == CARD]


async def test_1_21_a_core_card_holds_what_is_confirmed_in_a_stable_order_and_forgets_it(ground: Ground) -> None:
    told = {"kind": "preference", "topic": "taste: tea", "importance": 7}
    tea = await ground.tell("Mara loves tea.", **told)
    home = await ground.tell("Mara lives in Oslo.", topic="home", importance=7)
    name = await ground.tell("Mara is called Maja.", topic="name", importance=8)
    await ground.tell("Mara works as a nurse.", "dm of Mara", topic="work", importance=8)
    await ground.tell("Mara saw a heron.")
    await tidy(ground)
    await tidy(ground, "dm of Mara")
    assert await card(ground) == [name.statement]  # the rest is not confirmed yet

    ground.now += 31 * DAY  # now it is: by age, and by being told again
    await ground.learn(ground.drawn(await ground.say("Mara", tea.statement), tea.statement, tea.statement))
    await tidy(ground)
    assert await card(ground) == [name.statement, home.statement, tea.statement]
    assert await card(ground, who="Tom") == [] and await card(ground, "elsewhere") == []
    assert await card(ground, "dm of Mara") == [
        name.statement, home.statement, "Mara works as a nurse.", tea.statement
    ]  # fmt: skip
    assert [step.what for step in await tidy(ground) if step.what == "card"] == []

    await ground.database.write(undo, await ground.find(tea), ground.pen())
    await tidy(ground)
    await ground.database.write(doubt, await ground.find(name), ground.pen())
    assert await card(ground) == [home.statement]
    await ground.database.write(forget_for_good, await ground.find(home), ground.pen())
    assert await card(ground) == []


async def test_the_card_is_within_its_budget_and_read_before_all_that_changes(ground: Ground) -> None:
    for number in range(30):
        word = "abcdefghij"[number % 10] * (number + 3)
        await ground.tell(f"Mara has a cousin {word}.", kind="relation", importance=9)
    await tidy(ground)
    asked = Asked(understand("cousin", (), ground.now), "cousin", ground.people["Mara"].id, ground.now)
    found = await ground.database.read(remind, ground.audience("general"), asked, None, 5)
    told = notes.known(notes.fitting(found, 4000), ground.people["Mara"].id, ground.now)

    question = Question("Ada", "Be kind.", (Turn("person", "Mara", "cousin"),), known=told)
    system = str(messages(question)[0]["content"])

    core = [one for one in told if one.core]
    assert 5 <= len(core) <= 12 < 12 + len([one for one in told if not one.core])
    assert system.index("lasting facts") < system.index(core[0].statement) < system.index("your notes of what people")
    assert replace(core[0], core=False) not in told


async def test_the_card_is_as_large_as_it_is_set_to_be(ground: Ground) -> None:
    name = await ground.tell("Mara is called Maja.", topic="name", importance=8)
    await ground.tell("Mara works as a nurse.", topic="work", importance=8)
    for tokens, on_it in ((30, [name.statement]), (0, []), (160, [name.statement, "Mara works as a nurse."])):
        await tidy(ground, terms=Terms(True, 180, 6, card_tokens=tokens))
        assert await card(ground) == on_it
