"""What a persona voiced of itself, and whom it told, is kept and had in mind, so that it stands by it."""

from __future__ import annotations

import pytest

from bot.capabilities.chat import notes
from bot.memory import drawing
from bot.memory.drawing import Notes, Reading
from bot.memory.opinions import opinions
from bot.memory.query import understand
from bot.memory.reminding import Asked, remind
from bot.models import offline_notes
from bot.models.openai_messages import messages
from bot.ports import Question, Turn
from storage import memories
from storage.readings import Line
from tests.memory.ground import Ground


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Oh, I love rainy mornings! Do you?", ["Ada told Mara: I love rainy mornings."]),
        ("In my opinion, chess is overrated.", ["Ada told Mara: In my opinion, chess is overrated."]),
        ("I think so. I'd love to hear more. I like that you ask.", []),
        ("You said: “I love tea.”\n- I love coffee\n(I think this is offline)", []),
    ],
)
def test_2_8_opinions_are_understood_by_rules(text: str, said: list[str]) -> None:
    assert [one.statement for one in opinions(text, "Ada", "Mara")] == said


async def test_2_8_a_persona_remembers_what_it_thinks_and_whom_it_told(ground: Ground) -> None:
    asked, answer = "Do you like rain?", "I love rainy mornings. What about you?"
    first = await ground.say("Mara", asked)
    second = await ground.say("Ada", answer)
    mara = ground.people["Mara"].id
    lines = (
        Line(first, 1, "person", mara, "Mara", asked, ground.now, None),
        Line(second, 2, "persona", None, "Ada", answer, ground.now, first),
    )
    reading = Reading("Ada", lines, (), {"mara": mara}, {})
    question = Question(
        "Ada", "", (Turn("person", "Messages", drawing.payload(reading)),), schema=Notes.model_json_schema()
    )
    found = drawing.found(Notes.model_validate_json(offline_notes.notes(question)), reading)
    [kept] = await ground.learn(*found)

    assert (kept.kind, kept.subject_kind, kept.teller_id) == ("self", "persona", None)
    assert (kept.relation, kept.other_name) == ("told", "Mara")
    wondered = "What kind of mornings do you like?"
    query = understand(wondered, ["Mara"], ground.now, "Mara", "Ada")
    reminders = await ground.database.read(
        remind, ground.audience("general"), Asked(query, wondered, mara, ground.now), None, 5
    )
    known = notes.known(notes.fitting(reminders, 4000), mara, ground.now)
    system = str(messages(Question("Ada", "", (Turn("person", "Mara", wondered),), known=known))[0]["content"])
    assert "Ada told Mara: I love rainy mornings. (your own words: stand by them" in system
    elsewhere = await ground.database.read(memories.known, ground.audience("with Odile", shared=True))
    assert elsewhere == []  # what a persona says of itself is never another's
