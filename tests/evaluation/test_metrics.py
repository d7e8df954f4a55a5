"""Figures of recall are what people take them for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.evaluation.metrics import (
    Outcome,
    hit_at,
    interval,
    ndcg_at,
    percentile,
    recall_at,
    recall_within,
    reciprocal_rank,
    summed,
)


def outcome(*found: str, wanted: str = "ab") -> Outcome:
    return Outcome("single-hop", frozenset(wanted), found)


def test_recall_is_the_share_of_what_was_wanted() -> None:
    assert recall_at(outcome("a", "x", "b"), 2) == 0.5
    assert recall_at(outcome("a", "x", "b"), 3) == 1


def test_a_hit_is_any_of_it() -> None:
    assert (hit_at(outcome("x", "b"), 1), hit_at(outcome("x", "b"), 2)) == (0, 1)


def test_the_reciprocal_rank_is_that_of_the_first() -> None:
    assert reciprocal_rank(outcome("x", "b", "a")) == 0.5
    assert reciprocal_rank(outcome("x")) == 0


def test_gain_is_whole_only_when_all_comes_first() -> None:
    assert ndcg_at(outcome("b", "a", "x"), 10) == 1
    assert 0 < ndcg_at(outcome("x", "a", "b"), 10) < 1
    assert ndcg_at(outcome("x"), 10) == 0


def test_a_percentile_is_one_of_the_samples() -> None:
    assert [percentile([4.0, 1.0, 3.0, 2.0], percent) for percent in (50, 95)] == [2.0, 4.0]


def test_sums_are_means_over_questions() -> None:
    figures = summed([outcome("a", "b"), outcome("x")])

    assert figures["questions"] == 2
    assert figures["recall@5"] == figures["hit@10"] == 50
    assert figures["mrr"] == pytest.approx(0.5)


def test_an_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    few, many = interval([0.0, 1.0, 1.0]), interval([0.0, 1.0, 1.0] * 100)

    assert few[0] < many[0] < 2 / 3 < many[1] < few[1] <= 1
    assert interval([1.0]) == (0, 1)


def test_recall_within_a_budget_counts_what_fits_it_in_order() -> None:
    found = replace(outcome("a", "x", "b"), tokens=(10, 10, 10))

    assert [recall_within(found, tokens) for tokens in (9, 10, 29, 30)] == [0, 0.5, 0.5, 1]
