"""A draft is shown and kept by nobody but the person who sends the form."""

from __future__ import annotations

import pytest

from bot.commands import registry
from bot.commands.base import Refused
from storage import personas, prompts
from tests.commands.conftest import ANN, BOB, Troupe

IDEA = "a grumpy lighthouse keeper who loves chess"


async def test_a_draft_fills_in_the_form_of_create_and_keeps_nothing(troupe: Troupe) -> None:
    before = await troupe.database.read(personas.listed, "100")

    answer = await troupe.order(ANN, "persona draft", idea=IDEA)

    assert answer.form is not None and answer.form.key == "persona create:"
    assert [field.key for field in answer.form.fields if not field.value] == []
    assert "of which nothing is kept yet" in answer.text
    assert await troupe.database.read(personas.listed, "100") == before


async def test_everything_the_form_holds_is_shown_and_in_the_file(troupe: Troupe) -> None:
    answer = await troupe.order(ANN, "persona draft", idea=IDEA)

    assert answer.form is not None
    for field in answer.form.fields:
        assert all(line in answer.text for line in field.value.splitlines())
        assert field.value in answer.file


async def test_a_draft_by_rules_says_that_no_model_wrote_it(troupe: Troupe) -> None:
    answer = await troupe.order(ANN, "persona draft", idea=IDEA)

    assert "No language model is connected" in answer.text and "nobody has checked it" in answer.text


async def test_the_form_of_a_draft_makes_the_persona_with_what_was_changed(troupe: Troupe) -> None:
    shown = await troupe.order(ANN, "persona draft", idea=IDEA)

    await troupe.fill(ANN, shown, display_name="Ulf")

    ulf = await troupe.database.read(personas.called, "100", "ulf")
    assert ulf is not None and "lighthouse keeper" in ulf.sheet.greeting
    voice = await troupe.database.read(prompts.active, ulf.id, "voice")
    assert voice is not None and "Your limits:\n- Never claims to be human" in voice.template


async def test_a_form_of_a_draft_that_is_not_taken_opens_again(troupe: Troupe) -> None:
    shown = await troupe.order(ANN, "persona draft", idea=IDEA)
    assert shown.form is not None
    values = {field.key: field.value for field in shown.form.fields}

    again = await registry.reopen(troupe.office, ANN, shown.form.key, values)

    assert again.form is not None
    assert {field.key: field.value for field in again.form.fields} == values


async def test_why_there_is_no_draft_is_the_sentence_people_get(troupe: Troupe) -> None:
    troupe.outside.no_draft = "I draft no persona that poses as a real person."

    with pytest.raises(Refused, match="poses as a real person"):
        await troupe.order(ANN, "persona draft", idea="somebody real")


@pytest.mark.parametrize(("idea", "words"), [("", "needs “idea”"), ("x" * 401, "may have 400 characters")])
async def test_an_idea_is_a_sentence(troupe: Troupe, idea: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        await troupe.order(ANN, "persona draft", idea=idea)


async def test_who_may_not_create_gets_no_draft(troupe: Troupe) -> None:
    with pytest.raises(Refused, match="Manage Server"):
        await troupe.order(BOB, "persona draft", idea=IDEA)
