"""When a memory that nobody uses is faint enough to be put away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.memory.candidate import Candidate, Subject
from bot.memory.consolidation.fading import DAY_MS, FAINT, LASTING, faded, strength
from bot.memory.journal import Pen
from storage.ids import Ids
from storage.memories import Memory

SAID = 1_750_000_000_000


def memory(importance: int = 1, **more: object) -> Memory:
    """One that was said then."""
    candidate = Candidate("Mara saw a heron.", "fact", Subject("name", "mara", "Mara"), "", None, SAID)
    made = Pen(Ids(lambda: SAID), SAID, "test").memory("cnv_1", 1, candidate, None)
    return replace(made, **{"importance": importance, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(("days", "counts"), [(0, 6.0), (10, 3.0), (20, 1.5), (-5, 6.0)])
def test_a_memory_counts_half_after_each_half_life(days: int, counts: float) -> None:
    assert strength(memory(6), 10 * DAY_MS, SAID + days * DAY_MS) == counts


@pytest.mark.parametrize(
    ("importance", "half_lives", "gone"),
    [
        (1, 0.99, False),
        (1, 1.0, True),
        (5, 1.0, True),
        (6, 1.2, False),
        (6, 1.3, True),
        (7, 1.4, False),
        (7, 1.5, True),
    ],
)
def test_what_matters_little_goes_first_and_nothing_before_one_half_life(
    importance: int, half_lives: float, gone: bool
) -> None:
    assert faded(memory(importance), 100, SAID + int(half_lives * 100 * DAY_MS)) is gone


def test_the_bound_itself_is_faint_and_a_millisecond_before_is_not() -> None:
    at = SAID + 100 * DAY_MS

    assert strength(memory(5), 100 * DAY_MS, at) == FAINT
    assert faded(memory(5), 100, at) and not faded(memory(5), 100, at - 1)


@pytest.mark.parametrize("kept", [{"pinned": 1}, {"importance": LASTING}])
def test_what_is_pinned_or_lasting_never_goes(kept: dict[str, int]) -> None:
    assert not faded(memory(**kept), 1, SAID + 100_000 * DAY_MS)


@pytest.mark.parametrize("since", ["last_used_at", "happened_at"])
def test_the_half_life_begins_anew_with_each_use_and_at_what_is_to_happen(since: str) -> None:
    later = SAID + 90 * DAY_MS

    assert not faded(memory(1, **{since: later}), 100, SAID + 189 * DAY_MS)
    assert faded(memory(1, **{since: later}), 100, SAID + 190 * DAY_MS)
