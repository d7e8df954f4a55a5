"""What a list of results is worth, given what should have been in it. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import fmean, stdev

DEPTHS = (5, 10, 20)
TOKENS = 500  # a budget that the ten best usually fit
_LIKELY = 1.96  # standard errors to each side, between which the mean of such questions lies 19 times in 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question: its kind, what it should have found, what it found best first, and the milliseconds it took.

    ``untold`` is whether it says that it found no answer; ``tokens`` are those of each of what it found.
    """

    category: str
    wanted: frozenset[str]
    found: tuple[str, ...]
    ms: float = 0.0
    embedding_ms: float = 0.0
    untold: bool = False
    tokens: tuple[int, ...] = ()


def recall_at(outcome: Outcome, depth: int) -> float:
    """The share of what was wanted that is among the first."""
    return len(outcome.wanted & set(outcome.found[:depth])) / len(outcome.wanted)


def recall_within(outcome: Outcome, tokens: int) -> float:
    """The share of what was wanted that is among the first that fit so many tokens."""
    sums = accumulate(outcome.tokens)
    return recall_at(outcome, sum(1 for one in sums if one <= tokens))


def interval(shares: Sequence[float]) -> tuple[float, float]:
    """Between which the mean of many such questions most likely lies, from 0 to 1; one question tells nothing."""
    if len(shares) < 2:
        return 0.0, 1.0
    half = _LIKELY * stdev(shares) / math.sqrt(len(shares))
    return max(0.0, fmean(shares) - half), min(1.0, fmean(shares) + half)


def hit_at(outcome: Outcome, depth: int) -> float:
    """Whether any of it is."""
    return float(bool(outcome.wanted & set(outcome.found[:depth])))


def reciprocal_rank(outcome: Outcome) -> float:
    """One over the place of the first that was wanted, 0 when there is none."""
    return next((1 / place for place, one in enumerate(outcome.found, 1) if one in outcome.wanted), 0.0)


def ndcg_at(outcome: Outcome, depth: int) -> float:
    """The gain of what was wanted, less the later it comes, over the most there could have been."""
    gained = sum(
        1 / math.log2(place + 1) for place, one in enumerate(outcome.found[:depth], 1) if one in outcome.wanted
    )
    most = sum(1 / math.log2(place + 1) for place in range(1, min(depth, len(outcome.wanted)) + 1))
    return gained / most


def summed(outcomes: Collection[Outcome]) -> dict[str, float]:
    """Means over questions: recall and hit in percent, MRR and NDCG from 0 to 1."""
    figures: dict[str, float] = {"questions": len(outcomes)}
    for depth in DEPTHS:
        figures[f"recall@{depth}"] = round(100 * fmean(recall_at(one, depth) for one in outcomes), 1)
    low, high = interval([recall_at(one, 10) for one in outcomes])
    figures |= {"recall@10 from": round(100 * low, 1), "to": round(100 * high, 1)}
    figures[f"in {TOKENS} tokens"] = round(100 * fmean(recall_within(one, TOKENS) for one in outcomes), 1)
    figures["hit@10"] = round(100 * fmean(hit_at(one, 10) for one in outcomes), 1)
    figures["mrr"] = round(fmean(reciprocal_rank(one) for one in outcomes), 3)
    figures["ndcg@10"] = round(fmean(ndcg_at(one, 10) for one in outcomes), 3)
    return figures


def abstaining(answered: Collection[Outcome], unanswered: Collection[Outcome]) -> dict[str, float]:
    """How often it says that it found nothing, in percent: where nothing answers, and where something does."""
    figures: dict[str, float] = {"questions": len(unanswered)}
    for name, some in (("rightly", unanswered), ("wrongly", answered)):
        if some:
            figures[name] = round(100 * fmean(one.untold for one in some), 1)
    return figures


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that at least so many percent of them do not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
