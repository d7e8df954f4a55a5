"""Asks a bot about what one person said, beside others who look through the same: milliseconds of each question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.remembered import DIMENSION, EMBEDDER, Town, listed
from benchmarks.scanned import Chroma, Scan, chroma_is_there
from benchmarks.speech import telling
from benchmarks.stored import Opened
from bot.bells import Bell
from bot.capabilities.chat import notes, recollection
from bot.clock import SystemClock
from bot.memory import recall
from bot.memory.embedding import Embedding
from bot.memory.memory import Memory
from bot.ports import Vector
from storage import memories

_WARM_UP = 10  # questions that are not counted
_LEAST = 5  # that are counted, however long they take
_LONGEST_S = 60.0
_WORDS = 5


@dataclass(frozen=True, slots=True)
class Question:
    """Some of the words of something kept, and a vector near its own."""

    text: str
    vector: Vector
    wanted: str


@dataclass(slots=True)
class Given:
    """An embedder that knows the vector already."""

    vector: Vector
    name: str = EMBEDDER

    async def open(self) -> int:
        """Nothing to make ready."""
        return DIMENSION

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """The given one, at once."""
        return [self.vector for _ in texts]

    async def close(self) -> None:
        """Nothing to let go."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What each question took, in milliseconds, and how many were told what they asked about; no chroma, no times."""

    ours: tuple[float, ...]
    scan: tuple[float, ...]
    chroma: tuple[float, ...]
    found: int


async def ask(bot: Opened, town: Town, folder: Path, questions: int) -> Answers:
    """Each question is asked of us and then of the scan, so that a busy moment of the machine touches both.

    After a minute no more are asked: a figure that misses its goal by far needs not be exact.
    """
    scan, given = Scan(town.mine), Given(listed(town.unit(1)[0]))
    embedding = Embedding(bot.database, given, Bell(), SystemClock())
    await embedding.catch_up()  # nothing lacks a vector; from now on questions get theirs
    memory, found = Memory(bot.database, embedding), 0
    times: list[tuple[float, float]] = []
    asked: list[Question] = []
    until = perf_counter() + _LONGEST_S
    with threadpool_limits(1, user_api="blas"):  # each has one core
        while len(times) < _WARM_UP + questions and (perf_counter() < until or len(times) < _WARM_UP + _LEAST):
            question = _question(town)
            asked.append(question)
            given.vector = question.vector
            began = perf_counter()
            told = await _recalled(memory, town, question)
            ours = perf_counter()
            scan.nearest(question.vector)
            times.append(((ours - began) * 1000, (perf_counter() - ours) * 1000))
            found += question.wanted in told and len(times) > _WARM_UP
    ours_ms, scan_ms = zip(*times[_WARM_UP:], strict=True)
    return Answers(ours_ms, scan_ms, _chroma(town, folder, asked) if chroma_is_there() else (), found)


def _chroma(town: Town, folder: Path, asked: Sequence[Question]) -> tuple[float, ...]:
    """The same questions afterwards: its threads go on after an answer."""
    chroma, times = Chroma(folder, town.mine), []
    for question in asked:
        began = perf_counter()
        chroma.nearest(question.vector)
        times.append((perf_counter() - began) * 1000)
    return tuple(times[_WARM_UP:])


def _question(town: Town) -> Question:
    """About something of one's own, in other words around a few of its words; the vectors' cosine is about 0.7."""
    kept = town.random.choice(town.mine)
    words = telling(kept.words)
    some = town.random.sample(words, min(_WORDS, len(words)))
    near = kept.vector + town.unit(1)[0]
    return Question(f"What was it about {' '.join(some)}?", listed(near / np.linalg.norm(near)), kept.words)


async def _recalled(memory: Memory, town: Town, asked: Question) -> set[str]:
    """What a reply is told, in the two steps in which it asks: first the memories, then what was said."""
    [(person_id, name)] = town.home.people
    wondering = recall.Wondering(asked.text, name, "Ada", town.home.clock)
    audience = memories.Audience(town.home.id, person_id)
    reminded = await memory.remind(audience, wondering, [name], notes.MOST)
    found = await memory.recollect(recall.Audience(town.home.id), wondering, recollection.MOST)
    return {one.memory.statement for one in reminded} | {one.passage.content for one in found}
