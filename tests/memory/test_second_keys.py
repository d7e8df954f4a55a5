"""Facts are second keys to the raw evidence: what fits a question leads to the words it was drawn from."""

from __future__ import annotations

from dataclasses import replace

from bot.memory.memory import Memory
from bot.memory.ranking import Recalled
from bot.memory.recall import Audience, Wondering
from bot.memory.reminding import leading
from tests.memory.ground import Ground

ASKED = "Where does my sister live?"


async def recalled(ground: Ground, scene: str = "general", *, fit: float = 1.0) -> list[Recalled]:
    """What is recalled there with what Mara's reminders lead to, each fitting that much of what it does."""
    memory, wondering = Memory(ground.database), Wondering(ASKED, "Mara", "Ada", ground.now)
    reminded = await memory.remind(ground.audience(scene), wondering, [], 5)
    keys = {one: fit * well for one, well in leading(reminded).items()}
    return await memory.recall(Audience(ground.scenes[scene].id), replace(wondering, notes=keys), 20)


async def test_facts_as_second_keys_lift_the_evidence_and_never_lower_it(ground: Ground) -> None:
    said = await ground.say("Mara", "She moved to Bergen last spring.")
    [memory] = await ground.learn(
        ground.drawn(said, "Mara's sister lives in Bergen.", "She moved to Bergen last spring.")
    )
    for text in ("What a day.", "I live for music.", "My brother sings."):
        await ground.say("Mara", text)

    without, places = await recalled(ground, fit=0), []
    for fit in (0.01, 0.3, 0.6, 1.0):
        found = await recalled(ground, fit=fit)
        places.append(next(at for at, one in enumerate(found) if one.passage.id == said))

    assert said not in {one.passage.id for one in without if one.why.words or one.why.noted}
    assert places == sorted(places, reverse=True) and places[-1] == 0
    assert found[0].notes == {memory.id} and 0 < found[0].why.noted <= 1


async def test_no_fact_leads_to_words_that_its_audience_may_not_read(ground: Ground) -> None:
    said = await ground.say("Mara", "She moved to Bergen last spring.")
    await ground.learn(ground.drawn(said, "Mara's sister lives in Bergen.", "She moved to Bergen last spring."))

    assert await recalled(ground, "dm of Mara") == []  # she is reminded of it there, and what was said stays there
