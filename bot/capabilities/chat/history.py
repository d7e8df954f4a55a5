"""Cuts history to a token budget: oldest first, never in the middle of a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.ports import Turn
from bot.text.tokens import estimate_tokens
from storage.records import Message

_PER_TURN = 8  # the role, the name and the separators around a message


@dataclass(frozen=True, slots=True)
class Window:
    """What fits, oldest first, how many older messages did not, and the number of the oldest that does."""

    turns: tuple[Turn, ...]
    left_out: int
    first_seq: int = 0


def cost(message: Message) -> int:
    """An estimate of the tokens a message takes, its frame included."""
    return estimate_tokens(message.content) + estimate_tokens(message.name) + _PER_TURN


def cut(history: Sequence[Message], tokens: int) -> Window:
    """The newest messages whose sum fits; none at all when even the newest is too long."""
    kept: list[Message] = []
    for message in reversed(history):
        tokens -= cost(message)
        if tokens < 0:
            break
        kept.append(message)
    turns = tuple(map(_turn, reversed(kept)))
    return Window(turns, len(history) - len(kept), min((message.seq for message in kept), default=0))


def _turn(message: Message) -> Turn:
    role: Literal["person", "persona"] = "person" if message.role == "person" else "persona"
    return Turn(role, message.name, message.content, message.said_at)
