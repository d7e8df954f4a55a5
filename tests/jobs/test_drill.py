"""The weekly drill: done when it is time, kept however it ends, and once however many weeks were missed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.jobs.drill import drill_when_due, due
from storage import drills
from storage.database import Database
from storage.ids import Ids
from storage.records import Drill, Proof
from tests.commands.conftest import NOW, StillClock
from tests.storage.outside import Outside

DAY = 86_400_000
PASSED = Drill("drl_1", NOW, "passed", 0, 100, 7, "restored")
FAILED = replace(PASSED, outcome="failed")


@pytest.fixture
async def database(outside: Outside) -> AsyncIterator[Database]:
    database = Database(await outside.open())
    yield database
    await database.close()


class Prover:
    """Gives a proof and counts how often it was asked for."""

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.asked = 0

    async def __call__(self) -> Proof:
        self.asked += 1
        return self.proof


@pytest.mark.parametrize(
    ("last", "after", "expected"),
    [
        (None, 0, True),
        (PASSED, 7 * DAY - 1, False),
        (PASSED, 7 * DAY, True),
        (PASSED, 50 * DAY, True),
        (FAILED, DAY - 1, False),
        (FAILED, DAY, True),
    ],
)
def test_a_drill_is_due_a_week_after_one_that_passed_and_a_day_after_one_that_failed(
    last: Drill | None, after: int, expected: bool
) -> None:
    assert due(last, NOW + after) is expected


async def test_missed_weeks_are_made_up_for_once(database: Database) -> None:
    clock, prover = StillClock(), Prover(Proof(True, "restored", 400, 2000, 12))
    await database.write(drills.add, replace(PASSED, began_at=NOW - 50 * DAY))

    for _ in range(5):
        await drill_when_due(database, prover, Ids(clock.now), clock)

    last = await database.read(drills.last)
    assert prover.asked == 1
    assert last is not None and (last.passed, last.rpo_ms, last.rto_ms, last.row_count) == (True, 400, 2000, 12)


async def test_a_failed_drill_is_an_error_in_the_log_and_the_one_that_is_shown(database: Database) -> None:
    clock, prover = StillClock(), Prover(Proof(False, "the copy is damaged"))
    await database.write(drills.add, replace(PASSED, began_at=NOW - 8 * DAY))

    with capture_logs() as logs:
        await drill_when_due(database, prover, Ids(clock.now), clock)

    last = await database.read(drills.last)
    assert last is not None and not last.passed and last.sentence == "the copy is damaged"
    assert [(log["event"], log["log_level"]) for log in logs] == [("drill", "error")]
