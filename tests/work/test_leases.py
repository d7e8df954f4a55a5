"""What is ours, and until when."""

from __future__ import annotations

from bot.leases import Leases
from tests.work.conftest import NOW, HandClock


def test_what_is_held_is_ours_until_a_little_before_its_end() -> None:
    clock = HandClock()
    leases = Leases(clock, 1000)
    leases.hold("a", leases.end())

    clock.at = NOW + 899
    before = leases.held("a")
    clock.at = NOW + 900

    assert (before, leases.held("a")) == (True, False)


def test_what_was_let_go_or_never_taken_is_not_ours() -> None:
    leases = Leases(HandClock(), 1000)
    leases.hold("a", leases.end())
    leases.let_go("a")

    assert not leases.held("a") and not leases.held("b")
