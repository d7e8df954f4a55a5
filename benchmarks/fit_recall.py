"""``python -m benchmarks.fit_recall --corpus FILE``: fits the weights of recall, and says what they are worth.

Each conversation is measured with weights fitted on the others. The last line printed is what bot/memory/ranking.py
keeps: the weights fitted on all of them.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.corpus import read_corpus
from bot.evaluation.metrics import Outcome, summed
from bot.evaluation.trial import Trial, open_trial
from bot.memory.ranking import BY_HAND, WEIGHTS, Recalled, Signals, ranked
from bot.models.local_embedder import LocalEmbedder

_RIDGE = 1e-3  # on the square of each weight: with few questions, what is not needed shall stay small
_STEPS = 1500
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """A question's candidates as a matrix of signals, and which rows hold its answer."""

    category: str
    wanted: frozenset[str]
    found: list[Recalled]
    sources: list[str]
    signals: Array
    right: list[int]

    def outcome(self, weights: Signals) -> Outcome:
        """What these weights make of it."""
        names = {one.passage.id: source for one, source in zip(self.found, self.sources, strict=True)}
        return Outcome(self.category, self.wanted, tuple(names[one.passage.id] for one in ranked(self.found, weights)))


def fitted(cases: Sequence[Case]) -> Signals:
    """The weights, none below zero, under which evidence is likeliest to be drawn first (a softmax over scores)."""
    known = [case for case in cases if case.right]
    spoken = np.array([name not in BY_HAND for name in Signals._fields])
    weights, rate = np.where(spoken, 1.0, 0.0), 1.0
    value, slope = _loss(weights, known)
    for _ in range(_STEPS):
        tried = np.where(spoken, np.maximum(weights - rate * slope, 0), weights)
        found = _loss(tried, known)
        if found[0] <= value:
            weights, (value, slope), rate = tried, found, rate * 1.3
        else:
            rate /= 2
    return Signals(*(round(float(weight), 2) for weight in np.where(spoken, weights, WEIGHTS)))


def _loss(weights: Array, cases: Sequence[Case]) -> tuple[float, Array]:
    total, slope = 0.0, np.zeros_like(weights)
    for case in cases:
        scores = case.signals @ weights
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        total -= float(np.log(chances[case.right]).mean())
        slope -= case.signals[case.right].mean(axis=0) - chances @ case.signals
    ridge = _RIDGE * weights
    return total / len(cases) + float(weights @ ridge), slope / len(cases) + 2 * ridge


async def _cases(trial: Trial, *, pooled: bool) -> list[list[Case]]:
    return [
        [await _case(trial, at, number, pooled=pooled) for number in range(len(talk.questions))]
        for at, talk in enumerate(trial.talks)
    ]


async def _case(trial: Trial, at: int, number: int, *, pooled: bool) -> Case:
    asked = trial.talks[at].questions[number]
    found = await trial.candidates(at, asked, pooled=pooled)
    sources = [trial.sources[one.passage.id] for one in found]
    wanted = trial.wanted(at, asked)
    right = [row for row, source in enumerate(sources) if source in wanted]
    return Case(asked.category, wanted, found, sources, np.array([one.why for one in found]), right)


async def _run(corpus: Path) -> None:
    embedder = LocalEmbedder()
    async with open_trial(read_corpus(corpus), embedder) as trial:
        own, pooled = await _cases(trial, pooled=False), await _cases(trial, pooled=True)
    await embedder.close()
    held = [fitted([case for other in own if other is not talk for case in other]) for talk in own]
    for name, talks in (("own conversation", own), ("pooled guild", pooled)):
        outcomes = [case.outcome(weights) for talk, weights in zip(talks, held, strict=True) for case in talk]
        print(f"{name}, each held out: {summed(outcomes)}")
    print(fitted([case for talk in own for case in talk]))


if __name__ == "__main__":
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--corpus", type=Path, required=True, help="conversations with questions in LoCoMo's format")
    asyncio.run(_run(words.parse_args().corpus))
