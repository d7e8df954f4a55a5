"""One process runs the timetable, and when it dies another does."""

from __future__ import annotations

from tests.several.crew import Crew

BEGUN = "timetable_begun"


async def test_the_timetable_is_taken_over_when_its_process_dies(crew: Crew) -> None:
    first = await crew.start("jobs")
    await first.says(BEGUN)
    second = await crew.start("jobs")
    await second.says("Role: jobs")
    before = second.has_said(BEGUN)

    await crew.kill(first)
    await second.says(BEGUN)

    assert not before
    await crew.dismiss()
