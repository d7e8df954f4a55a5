"""How tests ask a model."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any, cast

import pytest

from bot.ports import Model, ModelFailed, Question, Turn, Usage

KEY = "sk-test-4f9d1c77e2aa0b5e"
SOON_S = 0.2


def question(*texts: str, **fields: Any) -> Question:
    """One that Bob asks last; bounds are short."""
    turns = tuple(Turn("person", "Bob", text) for text in texts or ("hello",))
    given = {"persona": "Maren", "instructions": "You are Maren.", "turns": turns, "first_token_s": 2.0} | fields
    return Question(**cast(Any, given))


async def ask(model: Model, asked: Question) -> tuple[str, Usage]:
    """The whole text and the usage that comes last."""
    async with aclosing(cast(Any, model.stream(asked))) as stream:
        got: list[str | Usage] = [one async for one in stream]
    *pieces, usage = got
    assert isinstance(usage, Usage)
    assert all(isinstance(piece, str) and piece for piece in pieces)
    return "".join(cast(list[str], pieces)), usage


async def fail(model: Model, asked: Question) -> ModelFailed:
    """The failure that this question ends in."""
    with pytest.raises(ModelFailed) as raised:
        await ask(model, asked)
    return raised.value
