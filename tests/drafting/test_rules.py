"""Without a model an idea's own words become a draft that /persona create takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafting.draft import draft
from bot.drafting.rules import by_rules
from config.persona_files import mistakes
from tests.drafting.conftest import writer_of


@pytest.mark.parametrize(
    ("idea", "name"),
    [
        ("a grumpy lighthouse keeper who loves chess", "Grumpy Lighthouse Keeper"),
        ("The old fox.", "Old Fox"),
        ("robot", "Robot"),
        ("an AI librarian, kind and quick", "AI Librarian"),
        ("eine mürrische Leuchtturmwärterin", "Eine Mürrische Leuchtturmwärterin"),
        ("who?", "Who"),
    ],
)
def test_the_name_is_what_the_idea_begins_with(idea: str, name: str) -> None:
    assert by_rules(idea).display_name == name


def test_what_it_loves_becomes_a_suggestion() -> None:
    assert by_rules("a keeper who loves chess").starters[0] == "Tell me about chess"


def test_it_says_that_it_is_an_ai() -> None:
    made = by_rules("a grumpy keeper")

    assert all("AI" in text for text in (made.description, made.voice, made.greeting))


@given(st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=400))
def test_every_idea_gives_a_draft_whose_lines_fit(idea: str) -> None:
    made = by_rules(idea)

    wrong = mistakes(
        {
            "name": "draft",
            "display_name": made.display_name,
            "description": made.description,
            "voice": made.voice,
            "greeting": made.greeting,
            "starters": list(made.starters),
        }
    )

    assert [one for one in wrong if '"display_name"' not in one] == []


async def test_without_a_model_the_draft_says_nobody_wrote_it() -> None:
    made = await draft("a grumpy keeper", writer_of(), 1)

    assert (made.model, made.display_name) == ("", "Grumpy Keeper")
