"""Ids sort by birth, fit a nonce, and are never made twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from storage.ids import Ids

NONCE = 25  # characters that Discord takes


@given(st.lists(st.integers(0, 2**45), min_size=2, max_size=200))
def test_ids_sort_by_birth_whatever_the_clock_does(times: list[int]) -> None:
    ticks = iter(times)
    ids = Ids(lambda: next(ticks))

    made = [ids.new("msg") for _ in times]

    assert made == sorted(set(made))


def test_ids_of_one_millisecond_sort_by_birth() -> None:
    ids = Ids(lambda: 1_750_000_000_000)

    made = [ids.new("dlv") for _ in range(10_000)]

    assert made == sorted(set(made))


def test_ids_of_different_milliseconds_sort_by_time_whoever_made_them() -> None:
    ticks = count(1_750_000_000_000)
    mine, yours = Ids(lambda: next(ticks)), Ids(lambda: next(ticks))

    made = [maker.new("wrk") for _ in range(500) for maker in (mine, yours)]

    assert made == sorted(set(made))


def test_ids_made_on_many_threads_are_all_different_and_grow_on_each() -> None:
    ids = Ids(lambda: 1_750_000_000_000)

    def make(_: int) -> list[str]:
        return [ids.new("wrk") for _ in range(1000)]

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(make, range(8)))

    assert all(own == sorted(own) for own in made)
    assert len({one for own in made for one in own}) == 8000


@given(st.integers(0, 2**50 - 1), st.integers(0, 2**54 - 1))
def test_every_id_fits_a_nonce(now: int, random: int) -> None:
    made = Ids(lambda: now, lambda bits: random).new("dlv")

    assert len(made) == NONCE
    assert made.startswith("dlv_") and made.removeprefix("dlv_").isalnum()


def test_two_makers_in_one_millisecond_do_not_meet() -> None:
    made = {Ids(lambda: 1_750_000_000_000).new("msg") for _ in range(5000)}

    assert len(made) == 5000
