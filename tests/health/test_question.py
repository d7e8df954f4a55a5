"""A question to a database that may hang: answered, in trouble, or still open."""

from __future__ import annotations

import asyncio

import pytest

from bot.health.question import Question
from storage.errors import DatabaseFull


async def test_an_answer_is_kept_with_the_time_it_took() -> None:
    async def ask() -> str:
        return "well"

    question = Question(ask)
    asked = await question.ask()

    assert (asked.trouble, question.answer) == ("", "well")
    assert asked.seconds > 0


async def test_trouble_is_told_in_its_own_words_and_forgotten_when_it_is_over() -> None:
    full = [True]

    async def ask() -> None:
        if full.pop():
            full.append(False)
            raise DatabaseFull("The disk is full.")

    question = Question(ask)
    first, second = await question.ask(), await question.ask()

    assert (first.trouble, second.trouble) == ("The disk is full.", "")


async def test_what_hangs_is_asked_once_until_it_answers() -> None:
    answers = asyncio.Event()
    asked = 0

    async def ask() -> None:
        nonlocal asked
        asked += 1
        await answers.wait()

    question = Question(ask, patience_s=0.01)
    told = [await question.ask() for _ in range(3)]
    while_hanging = asked
    answers.set()
    answered = await question.ask()

    assert all("no answer" in one.trouble for one in told)
    assert while_hanging == 1
    assert answered.trouble == ""


async def test_a_bug_is_no_answer() -> None:
    async def ask() -> None:
        raise TypeError("wrong")

    with pytest.raises(TypeError):
        await Question(ask).ask()
