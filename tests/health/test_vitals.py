"""When a part is well, decided from what was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.health.vitals import Asked, Connection, Copying, Counted, Life, Part, Vitals, ready
from storage.records import Tally

NOW = 1_750_000_000_000
COUNTED = Counted((Tally("ready", 2), Tally("buried", 3)), NOW - 5_000, (), 0, 4096)
WELL = Vitals(NOW, Life(0.0001, Asked(0.001)), Asked(0.002), COUNTED, 8192, 7, None, None)


def part(name: str, vitals: Vitals) -> Part:
    return next(part for part in ready(vitals, 180) if part.name == name)


@pytest.mark.parametrize(("age_ms", "ok"), [(0, True), (180_000, True), (180_001, False)])
def test_work_is_late_only_after_its_deadline(age_ms: int, ok: bool) -> None:
    vitals = replace(WELL, counted=replace(COUNTED, oldest_due=NOW - age_ms))

    assert part("work", vitals).ok is ok


def test_what_was_given_up_is_told_and_makes_nobody_unwell() -> None:
    found = part("work", replace(WELL, counted=replace(COUNTED, oldest_due=None)))

    assert found.ok and (found.measured["waiting"], found.measured["buried"]) == (2, 3)


def test_work_that_cannot_be_counted_is_not_called_well() -> None:
    assert not part("work", replace(WELL, counted=None)).ok


def test_a_database_that_can_be_written_and_not_read_is_not_well() -> None:
    vitals = replace(WELL, life=Life(0.0001, Asked(2.0, "no answer for 2 s")), counted=None)

    found = part("database", vitals)

    assert not found.ok and found.told == "no answer for 2 s"


def test_a_bot_without_a_gateway_and_without_a_copy_has_no_such_parts() -> None:
    assert [part.name for part in ready(WELL, 180)] == ["database", "work"]


@pytest.mark.parametrize("connected", [True, False])
def test_a_gateway_is_well_while_it_is_connected(connected: bool) -> None:
    vitals = replace(WELL, connection=Connection(connected, 0.05, 2))

    found = part("gateway", vitals)

    assert found.ok is connected and found.measured == {"latency_ms": 50.0, "reconnects": 2}


@pytest.mark.parametrize(
    ("running", "lag_s", "ok"),
    [(True, 0.0, True), (True, 30.0, True), (True, 30.1, False), (True, None, False), (False, 0.0, False)],
)
def test_a_backup_is_well_while_litestream_lives_and_follows(running: bool, lag_s: float | None, ok: bool) -> None:
    assert part("backup", replace(WELL, copying=Copying(running, False, 0, lag_s, 30.0, "told"))).ok is ok


def test_a_backup_that_just_began_need_not_know_how_far_it_is() -> None:
    assert part("backup", replace(WELL, copying=Copying(True, True, 0, None, 30.0, "told"))).ok
