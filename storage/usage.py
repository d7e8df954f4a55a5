"""What each call of a model cost and how it ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storage.engines.base import Transaction
from storage.records import ModelCall, Tally, columns


@dataclass(frozen=True, slots=True)
class Whose:
    """Of whom usage is asked: what is '' bounds nothing; ``persona`` is its name."""

    person_id: str = ""
    platform: str = ""
    guild_id: str = ""
    channel_id: str = ""
    persona: str = ""


@dataclass(frozen=True, slots=True)
class Used:
    """What calls of one model for one persona ('' for none) spent on one day, counted in UTC since 1970."""

    day: int
    model: str
    persona: str
    calls: int
    replies: int
    prompt_tokens: int
    completion_tokens: int
    cost: int

    @property
    def tokens(self) -> int:
        """In and out."""
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Spender:
    """Somebody with what answers to them spent."""

    name: str
    replies: int
    tokens: int
    cost: int


@dataclass(frozen=True, slots=True)
class _Moment:
    at: int


def add(tx: Transaction, call: ModelCall) -> None:
    """Keep one call."""
    tx.run("usage.add", **columns(call))


def add_all(tx: Transaction, calls: Iterable[ModelCall]) -> None:
    """Keep several calls together."""
    for call in calls:
        add(tx, call)


def outcomes_since(tx: Transaction, since: int) -> list[Tally]:
    """How calls ended since then."""
    return tx.all(Tally, "usage.outcomes_since", since=since)


def tokens_since(tx: Transaction, since: int) -> int:
    """Tokens in and out since then."""
    return tx.number("usage.tokens_since", since=since) or 0


def of_work(tx: Transaction, work_id: str) -> list[ModelCall]:
    """The calls one work item made, in order."""
    return tx.all(ModelCall, "usage.of_work", work_id=work_id)


def used(tx: Transaction, whose: Whose, since: int) -> list[Used]:
    """What was spent since then, by day, model and persona."""
    return tx.all(Used, "usage.used", **columns(whose), since=since)


def spenders(tx: Transaction, platform: str, guild_id: str, since: int, most: int) -> list[Spender]:
    """Who spent most in a guild since then."""
    return tx.all(Spender, "usage.spenders", platform=platform, guild_id=guild_id, since=since, most=most)


def replied_to(tx: Transaction, person_id: str, since: int, most: int) -> list[int]:
    """When the newest replies to somebody since then were made, newest first."""
    return _replied(tx, {"person_id": person_id, "platform": "", "channel_id": ""}, since, most)


def replied_in(tx: Transaction, platform: str, channel_id: str, since: int, most: int) -> list[int]:
    """When the newest replies in a channel since then were made, newest first."""
    return _replied(tx, {"person_id": "", "platform": platform, "channel_id": channel_id}, since, most)


def _replied(tx: Transaction, where: dict[str, str], since: int, most: int) -> list[int]:
    return [one.at for one in tx.all(_Moment, "usage.replied", **where, since=since, most=most)]
