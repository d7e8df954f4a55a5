"""What is said, learnt and voted in a guild or channel, and how long replies take."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from storage.engines.base import Transaction
from storage.records import Tally


@dataclass(frozen=True, slots=True)
class Where:
    """A guild, or where that is '' a channel; ``persona`` is a name, '' for all."""

    platform: str
    guild_id: str
    channel_id: str
    persona: str = ""


@dataclass(frozen=True, slots=True)
class Talked:
    """Messages of people to a persona and its own on one day, counted in UTC since 1970."""

    day: int
    persona: str
    heard: int
    said: int


@dataclass(frozen=True, slots=True)
class Votes:
    """How often people call memories of a persona helpful and wrong."""

    persona: str
    helpful: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Times:
    """In how many milliseconds half, and 95 in 100, of these replies were said.

    ``kind`` is 'day' or 'persona' with its ``name``, or '' for all together.
    """

    kind: str
    name: str
    replies: int
    half: int
    most: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it; among ``people`` those of '' are all together, each counted once."""

    talked: list[Talked]
    people: list[Tally]
    memories: list[Tally]
    votes: list[Votes]
    times: list[Times]


@dataclass(frozen=True, slots=True)
class Trend:
    """Messages of people to a persona lately and as long before, and how many people that was lately."""

    name: str
    lately: int
    earlier: int
    people: int


def figures(tx: Transaction, where: Where, since: int) -> Figures:
    """Everything since then, as it stands at one moment."""
    asked = {**asdict(where), "since": since}
    return Figures(
        talked=tx.all(Talked, "stats.messages", **asked),
        people=tx.all(Tally, "stats.people", **asked),
        memories=tx.all(Tally, "stats.memories", **asked),
        votes=tx.all(Votes, "stats.votes", **asked),
        times=tx.all(Times, "stats.times", **asked),
    )


def trending(tx: Transaction, where: Where, since: int, before: int) -> list[Trend]:
    """Every persona that somebody talked with since before, whoever is talked with most lately first."""
    place = {"platform": where.platform, "guild_id": where.guild_id, "channel_id": where.channel_id}
    return tx.all(Trend, "stats.trending", **place, since=since, before=before)
