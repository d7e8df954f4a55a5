"""Entries come up by their words, fit their budget by rank, and stand in an order that is the same every time."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.capabilities.chat.lorebook import allowed, cost, fitting
from storage.lore import Entry

PLENTY = 10_000


def entry(title: str, *words: str, content: str = "", always_on: int = 0, priority: int = 50) -> Entry:
    """One of a channel."""
    kept = json.dumps(words)
    return Entry(
        title, "channel:discord:1:2", title, kept, content or title, always_on, priority, 1, "person", "", 0, 0
    )


def titles(entries: list[Entry], *said: str, tokens: int = PLENTY) -> list[str]:
    return [one.title for one in fitting(entries, said, tokens)]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("goat", "Where is the GOAT?"),
        ("Goat", "the goat’s bell"),
        ("goat's", "the goat’s bell"),
        ("red gate", "by the Red\n   Gate, at noon"),
        ("straße", "auf der STRASSE"),
        ("ｇｏａｔ", "a goat"),
        ("C++", "I write C++, mostly"),
        ("goat", "(goat)"),
        ("龙", "山上有龙吗"),
        ("маяк", "Где МАЯК?"),
        ("🐐", "look🐐here"),
    ],
)
def test_a_word_brings_its_entry_up(word: str, said: str) -> None:
    assert titles([entry("it", "other", word)], said) == ["it"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("goat", "the goatherd"),
        ("goat", "scapegoat"),
        ("goat", "goat_1"),
        ("red gate", "a red big gate"),
        ("red gate", "redgate"),
        ("c", "a c3"),
        ("go.t", "goat"),
        ("", "anything"),
        ("  ", "any  thing"),
    ],
)
def test_part_of_a_word_does_not(word: str, said: str) -> None:
    assert titles([entry("it", word)], said) == []


def test_a_phrase_is_not_found_across_two_messages() -> None:
    assert titles([entry("it", "red gate")], "it is red", "gate closed") == []


def test_what_is_always_on_needs_no_word() -> None:
    assert titles([entry("it", always_on=1), entry("other", "goat")], "hello") == ["it"]


def test_the_budget_goes_to_what_is_always_on_and_then_by_priority() -> None:
    text = "a word or two of it " * 4
    low, high = entry("low", "x", content=text, priority=1), entry("high", "x", content=text, priority=90)
    always = entry("always", content=text, always_on=1, priority=0)
    one, two = cost([always]), cost([always, high])

    assert titles([low, high, always], "x") == ["always", "high", "low"]
    assert titles([low, high, always], "x", tokens=two) == ["always", "high"]
    assert titles([low, high, always], "x", tokens=one) == ["always"]
    assert titles([low, high, always], "x", tokens=cost([low]) - 1) == []


def test_one_that_is_too_long_makes_room_for_a_shorter_one_of_less_priority() -> None:
    assert titles([entry("a", "x", content="long " * 400, priority=90), entry("b", "x")], "x", tokens=60) == ["b"]


def test_an_entry_may_bring_up_another_and_that_one_no_third() -> None:
    goat = entry("goat", "goat", content="The goat lives in the lighthouse.")
    lamp = entry("lighthouse", "lighthouse", content="The lighthouse has a lamp of brass.")
    brass = entry("brass", "brass", content="Brass is polished on Mondays.")

    assert titles([brass, goat, lamp], "where is the goat?") == ["goat", "lighthouse"]
    assert titles([brass, goat, lamp], "the lighthouse!") == ["brass", "lighthouse"]


def test_what_is_named_goes_before_what_an_entry_names_and_what_did_not_fit_names_nothing() -> None:
    goat = entry("goat", "goat", content="It lives in the lighthouse. " * 3, priority=1)
    lamp = entry("lighthouse", "lighthouse", content="It has a lamp of brass. " * 3, priority=99)

    assert titles([goat, lamp], "goat", tokens=cost([goat])) == ["goat"]
    assert titles([goat, lamp], "goat", tokens=cost([goat]) - 1) == []


def test_the_same_entries_stand_in_the_same_order_whatever_was_said() -> None:
    entries = [entry("b", "two", priority=1), entry("a", "one", priority=99), entry("z", always_on=1)]

    assert titles(entries, "one two") == titles(list(reversed(entries)), "two", "one") == ["z", "a", "b"]


def test_the_lorebook_never_takes_more_than_a_third_of_what_is_read() -> None:
    assert (allowed(800, 6000), allowed(800, 900), allowed(0, 6000), allowed(800, -5)) == (800, 300, 0, 0)


@given(
    st.lists(st.tuples(st.text(max_size=40), st.text(max_size=200), st.integers(0, 100), st.booleans()), max_size=8),
    st.text(max_size=200),
    st.integers(0, 200),
)
def test_never_more_than_the_budget(parts: list[tuple[str, str, int, bool]], said: str, tokens: int) -> None:
    entries = [
        entry(str(number), word, content=content, always_on=int(always_on), priority=priority)
        for number, (word, content, priority, always_on) in enumerate(parts)
    ]

    found = fitting(entries, [said], tokens)

    assert cost(found) <= tokens
    assert len(set(found)) == len(found)
