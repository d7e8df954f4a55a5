"""A person at a real terminal."""

from __future__ import annotations

import asyncio
import os
import pty
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import nursery
from tests.console.running import Terminal, environment
from tests.fakes.model_script import Says, rate_limited, unknown_model
from tests.fakes.model_server import ModelServer

MASTER = "bWFzdGVyLW1hc3Rlci1tYXN0ZXItbWFzdGVyLTAxMjM="
pytestmark = pytest.mark.usefixtures("begun")


def test_the_persona_greets_and_offers_its_starters_by_number(tmp_path: Path) -> None:
    with Terminal(tmp_path) as terminal:
        terminal.until("/4")
        terminal.until("you ›")
        terminal.type("/3\r")

        assert terminal.until("Ada: ")


async def test_ctrl_c_stops_a_reply_and_a_second_one_leaves(tmp_path: Path) -> None:
    async with ModelServer() as server:
        server.replies(Says("One two three four five six seven eight", pieces=8, then="stall", after=3))
        with Terminal(tmp_path, {"OPENAI_BASE_URL": server.base_url, "OPENAI_MODELS": "slow"}) as terminal:
            await in_thread(terminal.until, "you ›")
            terminal.type("count\r")
            await in_thread(terminal.until, "One two")
            terminal.type("typed too soon\x03")
            rest = await in_thread(terminal.until, "you ›")
            terminal.type("\x03")

            assert "Stopped." in rest and "typed too soon" not in rest
            assert await asyncio.to_thread(terminal.ended) == 0


async def test_ctrl_c_stops_a_reply_that_waits_for_its_next_try(tmp_path: Path) -> None:
    async with ModelServer() as server:
        server.replies(rate_limited(retry_after="9"))
        with Terminal(tmp_path, {"OPENAI_BASE_URL": server.base_url, "OPENAI_MODELS": "busy"}) as terminal:
            await in_thread(terminal.until, "you ›")
            terminal.type("hello\r")
            await server.called()
            terminal.type("\x03")
            await in_thread(terminal.until, "Stopped.")
            terminal.type("/queue list\r")

            await in_thread(terminal.until, "Nothing is waiting")
            assert len(server.calls) == 1


async def test_a_reply_that_is_tried_again_comes_before_the_next_prompt(tmp_path: Path) -> None:
    async with ModelServer() as server:
        server.replies(unknown_model(), "Back again.")
        with Terminal(tmp_path, {"OPENAI_BASE_URL": server.base_url, "OPENAI_MODELS": "new"}) as terminal:
            await in_thread(terminal.until, "you ›")
            terminal.type("hello\r")
            await in_thread(terminal.until, "check OPENAI_MODELS.")
            await in_thread(terminal.until, "you ›")
            terminal.type("/queue list\r")
            owed = re.search(r"wrk_\w+", await in_thread(terminal.until, "given up"))
            assert owed is not None
            await in_thread(terminal.until, "you ›")
            terminal.type(f"/queue retry {owed[0]}\r")
            await in_thread(terminal.until, "is tried again now.")

            assert "Ada: Back again." in await in_thread(terminal.until, "you ›")


def test_what_goes_to_a_file_holds_the_words_and_no_prompts(tmp_path: Path) -> None:
    screen, lower = pty.openpty()
    with (tmp_path / "log").open("wb") as log:
        bot = nursery.on_terminal("bot", env=environment(tmp_path), terminal=lower, out=log.fileno())
    os.close(lower)
    os.write(screen, b"hello\n\x04")
    bot.join(20)
    os.close(screen)

    kept = (tmp_path / "log").read_text()
    assert "Ada: Hi, I'm Ada." in kept and "you ›" not in kept


def test_ctrl_c_twice_leaves(tmp_path: Path) -> None:
    with Terminal(tmp_path) as terminal:
        terminal.until("you ›")
        terminal.type("\x03")
        terminal.until("Ctrl-C again leaves")
        terminal.until("you ›")
        terminal.type("\x03")

        assert terminal.ended() == 0


def test_an_answer_of_a_form_that_is_not_taken_is_mended_and_not_typed_anew(tmp_path: Path) -> None:
    with Terminal(tmp_path) as terminal:
        terminal.until("you ›")
        terminal.type("/persona create\rdiscord guy\ra guy\rTalks.\rHi!\rHow are you?\r")
        terminal.until("send the form again")
        terminal.until("Name: discord guy")
        terminal.type("\x15Guy\r\r\r\r\r")

        terminal.until("Guy is here.")


def test_a_line_typed_before_comes_back_with_the_arrow_key(tmp_path: Path) -> None:
    with Terminal(tmp_path) as terminal:
        terminal.until("you ›")
        terminal.type("hello there\r")
        terminal.until("Ada: ")
        terminal.until("you ›")
        terminal.type("\x1b[A")

        terminal.until("hello there")


async def test_a_key_is_typed_unseen_and_stands_in_no_history(tmp_path: Path) -> None:
    key = "sk-typed-0123456789abcdef"
    async with ModelServer() as server:
        asked = {"OPENAI_BASE_URL": server.base_url, "OPENAI_MODELS": "fake-chat", "TROUPE_MASTER_KEYS": MASTER}
        with Terminal(tmp_path, asked) as terminal:
            await in_thread(terminal.until, "you ›")
            terminal.type("/key set\r")
            await in_thread(terminal.until, "The key:")
            terminal.type(f"{key}\r")
            await in_thread(terminal.until, "takes the key")
            await in_thread(terminal.until, "you ›")
            terminal.type("hello\r")
            await in_thread(terminal.until, "You said")

            assert key not in terminal.seen
            history = await asyncio.to_thread((tmp_path / "terminal_history").read_text)
            assert "/key set" in history and key not in history
        assert server.calls[0].headers["authorization"] == f"Bearer {key}"


async def in_thread(function: Callable[[str], str], argument: str) -> str:
    """Run a blocking reading beside the event loop that serves the model."""

    return await asyncio.to_thread(function, argument)
