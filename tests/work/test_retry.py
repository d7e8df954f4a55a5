"""After a failure: never more tries than allowed, never past the deadline, the server's wish first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import ModelFault
from bot.work.retry import BUG, CRASHED, DEADLINE, Failure, GiveUp, Limits, TryAgain, decide, name_of, sentence

LIMITS = Limits(attempts=3, longest_wait_s=10, deadline_s=180)
FAULTS = st.sampled_from([*ModelFault, BUG, CRASHED, DEADLINE])
SECONDS = st.floats(0, 1000)


@given(
    st.builds(Failure, FAULTS, st.integers(1, 30), st.booleans(), st.none() | SECONDS),
    st.builds(Limits, st.integers(1, 20), SECONDS, SECONDS),
    SECONDS,
    st.floats(0, 1),
)
def test_no_try_is_one_too_many_or_comes_too_late(
    failure: Failure, limits: Limits, left_s: float, jitter: float
) -> None:
    decision = decide(failure, limits, left_s=left_s, jitter=jitter)

    if isinstance(decision, TryAgain):
        assert failure.attempt < limits.attempts
        assert 0 <= decision.delay_s < left_s
        assert decision.delay_s <= limits.longest_wait_s
    elif failure.fault is not ModelFault.RATE_LIMITED:  # whose sentence tells the server's wish
        assert decision.sentence == sentence(failure.fault)


@pytest.mark.parametrize("wish", [0.0, 3.0, 10.0])
def test_the_server_s_wish_is_honoured_to_the_second(wish: float) -> None:
    failure = Failure(ModelFault.RATE_LIMITED, 1, retry_after_s=wish)

    assert decide(failure, LIMITS, left_s=180, jitter=0.3) == TryAgain(wish)


def test_a_wish_for_longer_than_we_wait_ends_it() -> None:
    failure = Failure(ModelFault.RATE_LIMITED, 1, retry_after_s=10.1)

    assert isinstance(decide(failure, LIMITS, left_s=180, jitter=0.3), GiveUp)


@pytest.mark.parametrize(
    ("wish", "when"), [(60, "a minute"), (61, "2 minutes"), (700, "12 minutes"), (7200, "2 hours")]
)
def test_nobody_is_told_to_come_back_before_the_server_wishes(wish: float, when: str) -> None:
    decision = decide(Failure(ModelFault.RATE_LIMITED, 1, retry_after_s=wish), LIMITS, left_s=180, jitter=0)

    assert isinstance(decision, GiveUp) and decision.sentence.endswith(f"Please try again in {when}.")


@pytest.mark.parametrize("fault", ["WRONG_KEY", "UNKNOWN_MODEL", "OUT_OF_CREDIT", "TOO_LONG", "REFUSED"])
def test_what_another_try_would_not_change_is_given_up_at_once(fault: str) -> None:
    assert isinstance(decide(Failure(ModelFault[fault], 1), LIMITS, left_s=180, jitter=0), GiveUp)


@pytest.mark.parametrize("fault", list(ModelFault))
def test_another_model_is_asked_at_once(fault: ModelFault) -> None:
    failure = Failure(fault, 1, other_model=True, retry_after_s=9)

    assert decide(failure, LIMITS, left_s=180, jitter=1) == TryAgain(0.0)


def test_waits_double_with_jitter_up_to_the_longest() -> None:
    limits = Limits(attempts=9, longest_wait_s=5, deadline_s=180)

    waits = [
        [decide(Failure(ModelFault.STALLED, attempt), limits, left_s=180, jitter=jitter) for jitter in (0.0, 1.0)]
        for attempt in range(1, 6)
    ]

    assert waits == [[TryAgain(most / 2), TryAgain(most)] for most in (1.0, 2.0, 4.0, 5.0, 5.0)]


@pytest.mark.parametrize("fault", [*ModelFault, BUG, CRASHED, DEADLINE])
def test_every_fault_has_a_sentence_and_a_name(fault: ModelFault | str) -> None:
    assert sentence(fault)[-1] in ".?"
    assert name_of(fault).isupper()
