"""The price of a model, whatever name its provider gives it, and files that are no price list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from config.budgets import Budget, Spendable
from config.kinds import Unfit
from config.prices import PRICES_FILE, Price, PricesWrong, read_prices
from config.static import SettingsWrong, read_settings


@pytest.mark.parametrize("name", ["gpt-4o-mini", "openai/gpt-4o-mini", "gpt-4o-mini-2024-07-18"])
def test_a_model_costs_what_is_listed_for_its_name(name: str) -> None:
    assert read_prices(PRICES_FILE).of(name) == Price(0.15, 0.075, 0.6)


def test_what_nobody_listed_counts_as_the_dearest_and_costs_nothing_on_a_machine_of_our_own() -> None:
    prices = read_prices(PRICES_FILE)

    assert prices.of("gpt-5-pro") == Price(15, 1.5, 75)
    assert replace(prices, free=frozenset({"llama3.2"})).of("llama3.2").cost(1_000_000, 1_000_000) == 0


def test_what_was_read_before_is_cheaper_and_a_part_of_a_millionth_counts_as_a_whole_one() -> None:
    price = Price(2.0, 0.5, 8.0)

    assert price.cost(100, 10, cached=60) == 40 * 2 + 30 + 80
    assert price.cost(0, 0, 0) == 0
    assert Price(0.1).cost(1, 0) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [("[m]\ninput = 1", "input and output"), ("[m]\ninput = -1\noutput = 1", "0 or more"), ("[m", "can't be read")],
)
def test_a_file_that_is_no_price_list_stops_the_start_and_says_why(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(text)

    with pytest.raises(PricesWrong, match=told):
        read_prices(file)
    with pytest.raises(SettingsWrong, match=f"TROUPE_PRICES_FILE .*{told}"):
        read_settings({"TROUPE_PRICES_FILE": str(file)})


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("0", Budget(0, 0)),
        ("$0", Budget(None, 0)),
        ("$1.50", Budget(None, 1_500_000)),
        ("20,000 tokens", Budget(20_000, None)),
        ("$2, 5000 tokens", Budget(5000, 2_000_000)),
        ("0 tokens", Budget(0, None)),
    ],
)
def test_a_budget_reads_as_it_is_written(text: str, budget: Budget) -> None:
    assert Spendable().read(text) == budget
    assert Spendable().read(str(budget)) == budget


@pytest.mark.parametrize("text", ["", "5", "-$1", "$1 $2", "much", "$1 and a bit"])
def test_what_is_no_budget_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        Spendable().read(text)
