"""The name a message begins with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.names import spoken_to


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ada, hello", "Ada"),
        ("Ada: hello", "Ada"),
        ("Ada! hello", "Ada"),
        ("Ada?", "Ada"),
        ("Ada", "Ada"),
        ("Ada - what now", "Ada"),
        ("Ada — what now", "Ada"),
        ("Ada\nwhat now", "Ada"),
        ("  Ada, hello", "Ada"),
        ("@Ada what now", "Ada"),
        ("hey Ada, hello", "Ada"),
        ("Hello, Ada: hello", "Ada"),
        ("The Countess, hello", "The Countess"),
        ("@The Countess what now", "The Countess"),
        ("Zoë, ça va", "Zoë"),
        ("艾达, 你好", "艾达"),
    ],
)
def test_a_name_at_the_beginning_is_found(text: str, name: str) -> None:
    assert name in spoken_to(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("I asked Ada, and she said no", "Ada"),
        ("Ada is a language", "Ada"),
        ("hello there Ada", "Ada"),
        ("", ""),
        (", hello", ""),
        ("one two three four five six, hello", "one"),
    ],
)
def test_a_name_that_nobody_is_called_by_is_not_found(text: str, name: str) -> None:
    assert name not in spoken_to(text)


def test_longer_names_are_tried_before_shorter_ones() -> None:
    assert spoken_to("@The Countess of Nothing much")[-4:] == [
        "The Countess of Nothing",
        "The Countess of",
        "The Countess",
        "The",
    ]


@given(st.text(max_size=3000))
def test_any_text_gives_a_few_short_names_none_of_them_empty(text: str) -> None:
    found = spoken_to(text)

    assert len(found) <= 12
    assert all(found)
