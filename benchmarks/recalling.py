"""Recall: how long a reply waits for it in an ever larger file, what a memory takes there, how soon it can be found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from benchmarks import ingesting
from benchmarks.asking import Answers, ask
from benchmarks.measure import Figure, Goal, Run, percentile
from benchmarks.remembered import Town
from benchmarks.scanned import MOST
from benchmarks.stored import opened

_GOAL = Goal("≤", 15)
_NO_GROWTH = Goal("≤", 1.2, of="ratio")


@dataclass(frozen=True, slots=True)
class Scale:
    """How many rows are one's own at most, how many there are in all at each step, and after which one is weighed."""

    own: int
    steps: tuple[int, ...]
    weighed: int


@dataclass(frozen=True, slots=True)
class Step:
    """What so many rows came to; ``size`` is the file's, ``plain_size`` that of words and vectors as they are."""

    rows: int
    own: int
    answers: Answers
    size: int
    plain_size: int
    filling_s: float  # since the first row


FULL = Scale(10_000, (1_000, 10_000, 100_000, 1_000_000), 100_000)
QUICK = Scale(1_000, (200, 1_000, 3_000), 3_000)


async def measure(run: Run) -> list[Figure]:
    """Grows one file step by step and asks at each; then hears and embeds texts."""
    scale = QUICK if run.quick else FULL
    return [*figures(await grown(run, scale), scale), *await ingesting.measure(run)]


async def grown(run: Run, scale: Scale) -> list[Step]:
    """Every step of one file."""
    steps: list[Step] = []
    path, filling, whole = run.folder / "recall.db", 0.0, scale.steps[-1]
    async with opened(path) as bot:
        town = Town(bot, scale.own)
        for rows in scale.steps:
            began = perf_counter()
            await town.grow(rows, lambda: run.tick(0.9 * town.rows / whole))
            filling += perf_counter() - began
            await bot.database.shrink_log()
            answers = await ask(bot, town, run.folder / f"chroma-{rows}", run.count(200, 20))
            steps.append(Step(rows, len(town.mine), answers, path.stat().st_size, town.bytes, filling))
    return steps


def figures(steps: Sequence[Step], scale: Scale) -> list[Figure]:
    """What the steps say."""
    found = [figure for step in steps for figure in (_half(step), _most(step, steps[-1]), *_chroma(step))]
    full = [step for step in steps if step.own == scale.own]
    weighed = next(step for step in steps if step.rows == scale.weighed)
    return [*found, _growth(full[0], full[-1]), _weight(weighed)]


def _half(step: Step) -> Figure:
    ours, scan = percentile(step.answers.ours, 50), percentile(step.answers.scan, 50)
    told = step.answers.found / len(step.answers.ours)
    return Figure(
        f"recall_p50_{_short(step.rows)}",
        ours,
        "ms",
        f"What half of all questions wait for at most until memories and messages are recalled, by words and meaning "
        f"and without embedding, from {step.own:,} of one's own among {step.rows:,} in all ({told:.0%} of the answers "
        f"hold what was asked about); baseline: numpy's product with those {step.own:,} vectors in memory, its best "
        f"{MOST}, without reading a word.",
        baseline=scan,
        ratio=ours / scan,
    )


def _most(step: Step, last: Step) -> Figure:
    ours, scan = percentile(step.answers.ours, 95), percentile(step.answers.scan, 95)
    absent = "" if step.answers.chroma else "; chromadb was not installed to be measured beside it"
    return Figure(
        f"recall_p95_{_short(step.rows)}",
        ours,
        "ms",
        f"What 95 % of questions wait for at most, as recall_p50_{_short(step.rows)}{absent}.",
        baseline=scan,
        ratio=ours / scan,
        goal=_GOAL if step is last else None,
    )


def _chroma(step: Step) -> list[Figure]:
    """Nothing where it was not there."""
    if not step.answers.chroma:
        return []
    ours, theirs = percentile(step.answers.ours, 95), percentile(step.answers.chroma, 95)
    sentence = (
        f"recall_p95_{_short(step.rows)} once more; baseline: the best {MOST} of a chromadb collection that holds "
        f"the same {step.own:,} texts and vectors and nothing else."
    )
    return [Figure(f"recall_chromadb_{_short(step.rows)}", ours, "ms", sentence, theirs, ours / theirs)]


def _growth(before: Step, after: Step) -> Figure:
    ours, then = percentile(after.answers.ours, 95), percentile(before.answers.ours, 95)
    return Figure(
        "recall_growth",
        ours,
        "ms",
        f"What 95 % of questions wait for at most with {after.own:,} rows of one's own among {after.rows:,} in all; "
        f"baseline: the same among {before.rows:,}.",
        baseline=then,
        ratio=ours / then,
        goal=_NO_GROWTH,
    )


def _weight(step: Step) -> Figure:
    ours, plain = step.size / step.rows, step.plain_size / step.rows
    return Figure(
        "memory_bytes",
        ours,
        "bytes",
        f"Size of the file for each of {step.rows:,} messages and memories, in every index and with vectors (the "
        f"file was filled at {step.rows / step.filling_s:,.0f} a second); baseline: their words and vectors alone.",
        baseline=plain,
        ratio=ours / plain,
    )


def _short(rows: int) -> str:
    """1m for a million, 10k for ten thousand."""
    return f"{rows // 1_000_000}m" if rows >= 1_000_000 else f"{rows // 1000}k" if rows >= 1000 else str(rows)
