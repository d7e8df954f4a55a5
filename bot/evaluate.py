"""``python -m bot eval recall``: how well what was said is found again, on a corpus with questions."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from bot.evaluation.corpus import CATEGORIES, read_corpus
from bot.evaluation.metrics import Outcome, abstaining, percentile, summed
from bot.evaluation.trial import Trial, open_trial
from bot.models.choose_embedder import choose_embedder
from bot.ports import EmbedFailed
from bot.refusals import CannotStart
from config.static import Static

Figures = dict[str, dict[str, float]]


async def run(settings: Static, asked: argparse.Namespace) -> None:
    """Measure and print; raises CannotStart or a StorageError."""
    talks = read_corpus(asked.corpus)
    choice = choose_embedder(settings)
    try:
        async with open_trial(talks, choice.embedder) as trial:
            own, pooled = await _figures(trial, pooled=False), await _figures(trial, pooled=True)
    except EmbedFailed as failed:
        raise CannotStart(failed.fault.value) from failed
    finally:
        if choice.embedder:
            await choice.embedder.close()
    figures = {"own conversation": own, "pooled guild": pooled}
    print(json.dumps(figures, indent=2) if asked.json else f"Embedder: {choice.sentence}\n\n{_tables(figures)}")


async def _figures(trial: Trial, *, pooled: bool) -> Figures:
    numbered = list(enumerate(trial.talks))
    answered = [await trial.outcome(at, one, pooled=pooled) for at, talk in numbered for one in talk.questions]
    in_vain = [await trial.outcome(at, one, pooled=pooled) for at, talk in numbered for one in talk.unanswered]
    return _summed(answered) | {"abstains": abstaining(answered, in_vain)}


def _summed(outcomes: Sequence[Outcome]) -> Figures:
    kinds = {name: [one for one in outcomes if one.category == name] for name in CATEGORIES.values()}
    figures = {"all": summed(outcomes)} | {name: summed(some) for name, some in kinds.items() if some}
    times = {"ms": [one.ms for one in outcomes], "embedding ms": [one.embedding_ms for one in outcomes]}
    for name, samples in times.items():
        figures[name] = {f"p{percent}": round(percentile(samples, percent), 2) for percent in (50, 95)}
    return figures


def _tables(figures: dict[str, Figures]) -> str:
    return "\n\n".join(f"{name}\n{_table(rows)}" for name, rows in figures.items())


def _table(rows: Figures) -> str:
    return "\n".join(
        f"  {name:<13}" + "  ".join(f"{heading} {value:g}" for heading, value in row.items())
        for name, row in rows.items()
    )
