"""A question is read for its words, whom it names, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.memory.query import understand
from bot.memory.times import Span, spans, tells_time

NOW = int(datetime(2026, 11, 21, 15, 30, tzinfo=UTC).timestamp() * 1000)


def on(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, 12, tzinfo=UTC).timestamp() * 1000)


def covers(found: tuple[Span, ...], moment: int) -> bool:
    return any(span.first <= moment < span.last for span in found)


def test_stop_words_and_names_are_no_words_to_look_for() -> None:
    query = understand("What did Zoe Miller say about the old lighthouse?", ["Zoe Miller", "Bob"], NOW)

    assert query.words == ("say", "old", "lighthouse")
    assert understand("Do you remember that I like tea?", [], NOW).words == ("like", "tea")


def test_names_are_left_out_of_what_is_embedded() -> None:
    query = understand("Where is Zoe's violin?", ["Zoe"], NOW)

    assert query.text == "Where is violin?"


def test_a_question_that_is_nothing_but_a_name_keeps_it() -> None:
    assert understand("Zoe?", ["Zoe"], NOW).text == "Zoe?"


@pytest.mark.parametrize("text", ["what did Zoe say?", "ZOE said what?", "What about Zoe Miller?"])
def test_somebody_is_named_by_first_or_whole_name(text: str) -> None:
    assert understand(text, ["Zoe Miller", "Bob"], NOW).authors == {"Zoe Miller"}


def test_part_of_a_word_names_nobody() -> None:
    assert understand("the annals of anna", ["Ann", "Al"], NOW).authors == frozenset()


def test_my_is_the_askers_and_your_the_personas() -> None:
    asked = understand("what did I tell you of your lamp?", ["Bob", "Ada"], NOW, "Bob", "Ada")
    neutral = understand("what is a lamp?", ["Bob", "Ada"], NOW, "Bob", "Ada")

    assert (asked.authors, neutral.authors) == ({"Bob", "Ada"}, frozenset())


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("in May 2023", on(2023, 5, 30), on(2023, 6, 1)),
        ("on 8 May, 2023", on(2023, 5, 8), on(2023, 5, 9)),
        ("on March 3rd", on(2025, 3, 3), on(2025, 3, 4)),
        ("in December", on(2025, 12, 31), on(2026, 1, 1)),
        ("during 2024", on(2024, 7, 1), on(2025, 7, 1)),
        ("yesterday", on(2026, 11, 20), on(2026, 11, 21)),
        ("two weeks ago", on(2026, 11, 7), on(2026, 10, 20)),
        ("last month", on(2026, 10, 20), on(2026, 11, 20)),
    ],
)
def test_a_time_is_read_as_its_span(text: str, inside: int, outside: int) -> None:
    found = spans(f"what happened {text}?", NOW)

    assert covers(found, inside) and not covers(found, outside)


def test_a_time_is_read_by_the_clock_of_the_place() -> None:
    assert covers(spans("yesterday", NOW, ZoneInfo("Pacific/Kiritimati")), NOW - 14 * 3_600_000)
    assert not covers(spans("yesterday", NOW), NOW - 14 * 3_600_000)


@pytest.mark.parametrize("text", ["you may go", "31 June 2023", "at 8", "", "in the year 12"])
def test_what_is_no_time_gives_no_span(text: str) -> None:
    assert spans(text, NOW) == ()


def test_a_text_tells_a_time_by_its_words() -> None:
    assert tells_time("I went there last Tuesday") and tells_time("two years now, I think")
    assert not tells_time("I like tea")


@given(st.text(), st.lists(st.text(), max_size=4), st.text())
def test_any_text_can_be_understood(text: str, names: list[str], asker: str) -> None:
    query = understand(text, names, NOW, asker, "Ada")

    assert len(query.words) <= 24 and len(query.text) <= 1000
