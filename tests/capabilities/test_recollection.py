"""What is recalled for a reply fits its budget, has to do with the question, and is told in its order."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.capabilities.chat import notes
from bot.capabilities.chat.recollection import fitting
from bot.memory.ranking import NOTHING, Recalled
from bot.memory.reminding import DUE, Reminder
from bot.memory.untold import untold
from bot.text.tokens import estimate_tokens
from storage.recall import Told
from tests.memory.test_reminding import a_memory


def found(number: int, content: str = "a kite", words: float = 1.0, meaning: float = 0.0) -> Recalled:
    passage = Told(number, f"msg_{number}", "cnv", "person", None, "Bob", content, 1000 * number)
    return Recalled(passage, NOTHING._replace(words=words, meaning=meaning))


def test_the_best_are_taken_and_told_oldest_first() -> None:
    earlier = fitting([found(9), found(2), found(5)], tokens=40)

    assert [one.passage.said_at for one in earlier] == [2000, 9000]


def test_what_has_neither_word_nor_meaning_of_the_question_is_left_out() -> None:
    earlier = fitting([found(1, words=0, meaning=0.1), found(2, words=0, meaning=0.5), found(3, words=0.1)], 1000)

    assert [one.passage.said_at for one in earlier] == [2000, 3000]


def test_one_that_is_too_long_makes_room_for_the_next() -> None:
    earlier = fitting([found(1, "long " * 500), found(2)], tokens=100)

    assert [one.passage.said_at for one in earlier] == [2000]


@given(st.lists(st.text(max_size=200), max_size=12), st.integers(0, 300))
def test_never_more_than_the_budget(contents: list[str], tokens: int) -> None:
    earlier = fitting([found(number, content) for number, content in enumerate(contents)], tokens)

    assert sum(estimate_tokens(one.passage.content) for one in earlier) <= tokens


def test_a_memory_whose_source_passage_says_all_of_it_is_not_told_twice() -> None:
    memory = a_memory(id="mem", statement="Mara lives in Oslo.", subject_name="Mara", state="live", happened_at=None)
    plain, due = Reminder(memory, words=1), Reminder(memory, words=1, always=DUE)
    over = replace(plain, memory=replace(memory, valid_to=5))
    says = replace(found(1, "I live in Oslo by now"), notes=frozenset({"mem"}))
    hints = replace(found(2, "no, further south"), notes=frozenset({"mem"}))

    def told(*recalled: Recalled) -> list[bool]:
        return [not one.quoted for one in notes.known(notes.beside((plain, due, over), recalled), "", 9)]

    assert told(says) == [False, True, True]
    assert told(hints) == told(found(1, "I live in Oslo by now")) == [True, True, True]
    assert [one.lifts > 0 for one in notes.beside((plain,), (hints,))] == [True]


def test_abstention_where_nothing_fits_or_others_fit_better_than_who_is_asked_about() -> None:
    def said(words: float, author: float = 0.0) -> Recalled:
        one = found(1)
        return replace(one, why=NOTHING._replace(words=words, meaning=words, author=author))

    assert untold([]) and untold([said(0.2)]) and not untold([said(0.9)])
    assert untold([said(0.9), said(0.6, author=1.0)]) and not untold([said(0.9), said(0.8, author=1.0)])
    assert notes.answers(Reminder(a_memory(), words=0.6)) and not notes.answers(Reminder(a_memory(), words=0.2))


def test_neighbours_are_told_with_the_best_where_there_is_room_and_never_twice() -> None:
    best = replace(found(5), beside=(found(4).passage, found(6, "long " * 200).passage))
    next_best = replace(found(3), beside=(found(2).passage, found(4).passage))

    def told(tokens: int) -> list[int]:
        return [one.passage.number for one in fitting([best, next_best], tokens)]

    each = told(1000)
    assert each == sorted(set(each)) == [2, 3, 4, 5, 6]
    assert told(80) == [2, 3, 4, 5]  # the one that is too long makes room
    assert told(32) == [3, 5]  # what fits the question goes first
