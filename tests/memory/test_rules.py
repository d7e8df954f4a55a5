"""What the rules understand of plain English, and of the dates in it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.memory.alike import likeness, opposed, statement_hash
from bot.memory.dates import resolve
from bot.memory.requests import Request, request, wishes
from bot.memory.rules import plain
from bot.memory.wished import wished

SATURDAY = int(datetime(2026, 11, 21, 15, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "statement", "topic"),
    [
        ("My name is Mara.", "Zoe is called Mara", "name"),
        ("I live in Oslo now, and it rains.", "Zoe lives in Oslo", "home"),
        ("I just moved to Bergen!", "Zoe moved to Bergen", "home"),
        ("I don't like spinach.", "Zoe doesn't like spinach", "taste: spinach"),
        ("I really love black coffee but hate tea", "Zoe loves black coffee", "taste: black coffee"),
        ("my sister is called Anna", "Zoe's sister is called Anna", ""),
        ("My boss is called Kim", "Zoe's boss is called Kim", "name of boss"),
        ("I work as a nurse.", "Zoe works as a nurse", "work"),
        ("I work at Acme", "Zoe works at Acme", "employer"),
        ("My birthday is 3 May.", "Zoe's birthday is 3 May", "birthday"),
        ("I'm allergic to nuts", "Zoe is allergic to nuts", "allergy: nuts"),
        ("my favourite colour is green", "Zoe's favourite colour is green", "favourite: colour"),
        ("I went to Rome last week", "Zoe went to Rome last week", ""),
        ("my brother lives in Oslo", "Zoe's brother lives in Oslo", "brother: lives in"),
        ("I lost my job", "Zoe no longer works where they did", "employer"),
        ("I have an interview on Friday", "Zoe plans: an interview on Friday", ""),
    ],
)
def test_a_plain_statement_is_understood(text: str, statement: str, topic: str) -> None:
    found = list(plain(text, "Zoe"))

    assert [(one.statement, one.topic) for one in found] == [(statement, topic)]


def test_of_somebody_s_brother_both_name_and_what_he_does_are_understood() -> None:
    found = [one.statement for one in plain("My brother Max lives in Oslo.", "Zoe")]

    assert found == ["Zoe's brother is called Max", "Zoe's brother Max lives in Oslo"]


@pytest.mark.parametrize(
    "text",
    [
        "Do I like tea?",
        "I like how that sounds",
        "> I live in Rome",
        "If I live in Rome",
        "hello there",
        "I love you",
        "Where do I live",
    ],
)
def test_questions_quotations_and_courtesies_say_nothing(text: str) -> None:
    assert list(plain(text, "Zoe")) == []


def test_somebody_without_a_name_is_addressed() -> None:
    [found] = plain("I live in Oslo", "you")

    assert found.statement == "You live in Oslo"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("remember that we meet at the fountain", "we meet at the fountain"),
        ("Ada, please remember that I hate loud music.", "I hate loud music."),
        ("Don't forget that it is on Friday", "it is on Friday"),
        ("can you remember that I hate loud music?", "I hate loud music"),
        ("By the way, please remember I'm a vegan. Thanks!", "I'm a vegan."),
        ("I'd like you to remember that my dog is ill", "my dog is ill"),
        ("Don't forget my sister Ann arrives on Friday", "my sister Ann arrives on Friday"),
        ("Remember this: the code is 4711. The door sticks. Is that fine?", "the code is 4711. The door sticks."),
        ("Ada, merk dir bitte, dass ich Nüsse hasse!", "ich Nüsse hasse!"),
        ("Souviens-toi que j'habite à Lyon.", "j'habite à Lyon."),
        ("¿Y qué tal? Recuerda que vivo en Cádiz", "vivo en Cádiz"),
        ("Ricordi che ci siamo visti?", ""),
        ("do you remember that song?", ""),
        ("do you remember that I like tea?", ""),
        ("I remember that day", ""),
        ("I see her and remember that we met", ""),
        ("remember when we met?", ""),
        ("remember my dog?", ""),
        ("> remember that I like tea", ""),
        ("ok, " * 1000 + "remember", ""),
        ("remember that " * 1000, ""),
    ],
)
def test_a_wish_to_be_remembered_is_told_from_talk_about_remembering(text: str, wanted: str) -> None:
    if len(text) < 1000:  # the longest are here for the time they could take
        assert wishes(text) == ((wanted,) if wanted else ())
    else:
        assert all(len(one) <= 300 for one in wishes(text))


@pytest.mark.parametrize(
    ("text", "wanted", "besides"),
    [
        ("What is a comet? And please remember that I hate nuts.", ("I hate nuts.",), "What is a comet?"),
        ("remember that I live in Oslo and what is the time?", ("I live in Oslo",), "what is the time?"),
        ("I love rain, and remember that I own a boat", ("I own a boat",), "I love rain"),
        ("Remember that I sing and tell me a joke", ("I sing",), "tell me a joke"),
        ("Remember that I sing. Don't forget that I dance!", ("I sing.", "I dance!"), ""),
    ],
)
def test_a_wish_among_other_words_is_told_from_them(text: str, wanted: tuple[str, ...], besides: str) -> None:
    assert request(text) == Request(wanted, besides)


def test_a_wish_the_rules_do_not_understand_is_kept_in_its_words() -> None:
    [found] = wished("remember that the meeting is at the fountain", "Zoe")

    assert found.statement == "Zoe asked to remember: “the meeting is at the fountain”"
    assert found.importance == 8


def test_of_a_wish_that_the_rules_understand_in_part_the_words_are_kept_as_well() -> None:
    found = wished("Remember that my sister Ann arrives on Friday, and that is all. I hate peas.", "Zoe")

    assert [one.statement for one in found] == [
        "Zoe's sister is called Ann",
        "Zoe asked to remember: “my sister Ann arrives on Friday, and that is all”",
    ]
    assert [one.statement for one in wished("Remember my name is Zoë Berg", "Zoe")] == ["Zoe is called Zoë Berg"]


@pytest.mark.parametrize(
    ("words", "day", "precision"),
    [
        ("yesterday", "2026-11-20", "day"),
        ("the day before yesterday", "2026-11-19", "day"),
        ("3 days ago", "2026-11-18", "day"),
        ("two weeks ago", "2026-11-02", "week"),
        ("last week", "2026-11-09", "week"),
        ("last Friday", "2026-11-20", "day"),
        ("next Monday", "2026-11-23", "day"),
        ("I have an interview on Friday", "2026-11-27", "day"),
        ("I went there on Friday", "2026-11-20", "day"),
        ("last month", "2026-10-01", "month"),
        ("next year", "2027-01-01", "year"),
        ("in May 2019", "2019-05-01", "month"),
        ("8 May 2023", "2023-05-08", "day"),
        ("May 8th, 2023", "2023-05-08", "day"),
        ("2024-02-29", "2024-02-29", "day"),
        ("2024-02", "2024-02-01", "month"),
        ("1990", "1990-01-01", "year"),
    ],
)
def test_a_date_is_counted_from_the_day_of_the_message(words: str, day: str, precision: str) -> None:
    found = resolve(words, SATURDAY)

    assert found is not None
    assert f"{datetime.fromtimestamp(found.at / 1000, UTC):%Y-%m-%d}" == day
    assert found.precision == precision


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("yesterday", "2026-11-21"),
        ("an interview on Sunday", "2026-11-29"),
        ("last month", "2026-10-01"),
        ("1990", "1990-01-01"),
    ],
)
def test_a_date_is_counted_by_the_clock_of_the_place(words: str, day: str) -> None:
    there = ZoneInfo("Pacific/Kiritimati")  # where it is Sunday already

    found = resolve(words, SATURDAY, there)

    assert found is not None
    assert f"{datetime.fromtimestamp(found.at / 1000, there):%Y-%m-%d %H:%M}" == f"{day} 00:00"


@pytest.mark.parametrize("words", ["", "soon", "31 February 2023", "I may go", "99999-01-01"])
def test_what_names_no_day_is_no_date(words: str) -> None:
    assert resolve(words, SATURDAY) is None


@given(st.text(max_size=300), st.text(min_size=1, max_size=30))
def test_no_text_is_too_strange_to_be_read(text: str, who: str) -> None:
    for found in [*plain(text, who), *wished(text, who)]:
        assert found.statement
        resolve(found.dated, SATURDAY)


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_the_same_both_ways_and_bounded(one: str, other: str) -> None:
    assert 0.0 <= likeness(one, other) == likeness(other, one) <= 1.0


def test_writing_alone_makes_no_difference() -> None:
    assert statement_hash("Mara lives in Oslo.") == statement_hash("  mara LIVES in oslo")


def test_a_number_or_a_denial_makes_nearly_the_same_words_mean_another_thing() -> None:
    assert opposed("Mara has 2 cats", "Mara has 3 cats")
    assert opposed("Mara likes tea", "Mara doesn't like tea")
    assert not opposed("Mara works at Acme", "Mara works at Acme and hates the long way there")
