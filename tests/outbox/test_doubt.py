"""In doubt: repeat where a nonce makes that harmless, else look; and what each failure means for the next try."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outbox.doubt import NONCE_MS, SENTENCES, Drop, Instead, Look, Repeat, Wait, after, resolve
from bot.ports import SendFault

MANY = 1000


@pytest.mark.parametrize("age_ms", [0, 1, NONCE_MS - 1])
def test_a_try_with_a_nonce_is_repeated_while_the_platform_surely_knows_the_nonce(age_ms: int) -> None:
    assert resolve(repeatable=True, age_ms=age_ms) == Repeat()


@pytest.mark.parametrize(("repeatable", "age_ms"), [(True, NONCE_MS), (True, 10**9), (False, 0), (False, 10**9)])
def test_what_could_be_said_twice_is_looked_for_first(repeatable: bool, age_ms: int) -> None:
    assert isinstance(resolve(repeatable=repeatable, age_ms=age_ms), Look)


@pytest.mark.parametrize("fault", [SendFault.GONE, SendFault.FORBIDDEN])
def test_what_can_never_be_said_there_is_dropped_at_once(fault: SendFault) -> None:
    assert after(fault, 1, None) == Drop()


@pytest.mark.parametrize("fault", [SendFault.BLOCKED, SendFault.LINK, SendFault.INVALID])
def test_words_that_are_refused_are_replaced_by_a_sentence_that_ends_the_matter(fault: SendFault) -> None:
    decision = after(fault, 1, None)

    assert isinstance(decision, Instead)
    assert decision.text in SENTENCES


@given(st.integers(1, 11), st.none() | st.floats(0, 1000))
def test_a_try_in_doubt_is_never_taken_for_one_that_left_nothing(tries: int, wish: float | None) -> None:
    decision = after(SendFault.DOUBT, tries, wish)

    assert isinstance(decision, Wait)
    assert not decision.certain
    assert decision.delay_s >= 2  # what a proxy gave up on may still arrive


@pytest.mark.parametrize("wish", [0.0, 0.5, 30.0])
def test_the_platform_s_wish_to_wait_is_honoured(wish: float) -> None:
    assert after(SendFault.LATER, 1, wish) == Wait(wish, certain=True)


def test_waits_grow_up_to_a_bound() -> None:
    waits = [after(SendFault.LATER, tries, None) for tries in range(1, 12)]

    delays = [wait.delay_s for wait in waits if isinstance(wait, Wait)]
    assert delays == sorted(delays)
    assert (delays[0], delays[-1] <= 300) == (1.0, True)


@pytest.mark.parametrize("fault", [SendFault.LATER, SendFault.DOUBT])
def test_trying_comes_to_an_end(fault: SendFault) -> None:
    assert after(fault, MANY, None) == Drop()
