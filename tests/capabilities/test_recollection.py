"""What is recalled for a reply fits its budget, has to do with the question, and is told in its order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.capabilities.chat.recollection import told
from bot.memory.ranking import Recalled, Signals
from bot.text.tokens import estimate_tokens
from storage.recall import Told

NOTHING = Signals(*[0.0] * len(Signals._fields))


def found(number: int, content: str = "a kite", words: float = 1.0, meaning: float = 0.0) -> Recalled:
    passage = Told(number, f"msg_{number}", "cnv", "person", None, "Bob", content, 1000 * number)
    return Recalled(passage, NOTHING._replace(words=words, meaning=meaning))


def test_the_best_are_taken_and_told_oldest_first() -> None:
    earlier = told([found(9), found(2), found(5)], tokens=40)

    assert [one.said_at for one in earlier] == [2000, 9000]


def test_what_has_neither_word_nor_meaning_of_the_question_is_left_out() -> None:
    earlier = told([found(1, words=0, meaning=0.1), found(2, words=0, meaning=0.5), found(3, words=0.1)], 1000)

    assert [one.said_at for one in earlier] == [2000, 3000]


def test_one_that_is_too_long_makes_room_for_the_next() -> None:
    earlier = told([found(1, "long " * 500), found(2)], tokens=100)

    assert [one.said_at for one in earlier] == [2000]


@given(st.lists(st.text(max_size=200), max_size=12), st.integers(0, 300))
def test_never_more_than_the_budget(contents: list[str], tokens: int) -> None:
    earlier = told([found(number, content) for number, content in enumerate(contents)], tokens)

    assert sum(estimate_tokens(one.turn.text) for one in earlier) <= tokens
