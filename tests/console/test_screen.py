"""What the screen writes, line by line."""

from __future__ import annotations

import io
import os

from bot.console.screen import Screen
from bot.ports import Face

ADA = Face("prs", "Ada")


def written(*pieces: str) -> str:
    file = io.StringIO()
    screen = Screen(file)
    screen.name(ADA)
    for piece in pieces:
        screen.words(piece)
    screen.end(())
    return file.getvalue()


def test_pieces_join_into_the_words_they_are_parts_of() -> None:
    assert written("Hel", "lo the", "re, B", "ob.") == "Ada: Hello there, Bob.\n"


def test_code_keeps_its_indentation() -> None:
    code = "```py\ndef f():\n    return 1\n```"

    assert written(code) == f"Ada: {code}\n"


def test_a_footnote_is_written_without_its_mark() -> None:
    assert written("Hello.\n-# cut short") == "Ada: Hello.\ncut short\n"
    assert written("-# I can't answer just now.") == "Ada: I can't answer just now.\n"


def test_a_terminal_that_knows_few_signs_shows_the_rest_as_question_marks() -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")

    Screen(file).say("“hello”")

    assert file.buffer.getvalue() == b"?hello?\n"  # type: ignore[attr-defined]  # a BytesIO


def test_words_that_nobody_reads_any_more_go_nowhere() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as file:
        screen = Screen(file)

        screen.say("hello")
        screen.say("and again")


def test_a_mark_in_the_middle_of_a_line_is_just_words() -> None:
    assert written("three -# four") == "Ada: three -# four\n"
