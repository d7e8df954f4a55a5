"""Since when and until when something holds: as it was said, kept with the memory, and over by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.capabilities.chat import notes
from bot.memory.candidate import When
from bot.memory.lasting import lasting
from bot.memory.mending import undo
from bot.memory.query import understand
from bot.memory.reminding import Asked, remind
from bot.memory.wishes import Wish, heed
from bot.text.dates import since, told_on
from storage import memories
from tests.memory.ground import Ground
from tests.memory.tidying import DAY, tidy

SAID = int(datetime(2026, 11, 21, 15, tzinfo=UTC).timestamp() * 1000)  # a Saturday


def on(at: int | None) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d") if at is not None else ""


@pytest.mark.parametrize(
    ("text", "begun", "over"),
    [
        ("I live in Oslo since May", "2026-05-01", ""),
        ("I live in Oslo since December", "2025-12-01", ""),
        ("I have been here since Friday", "2026-11-20", ""),
        ("I've worked there for two years", "2024-01-01", ""),
        ("I lived in Rome for two years", "", ""),
        ("I am in Rome until Tuesday", "", "2026-11-24"),
        ("I am in Rome until tomorrow", "", "2026-11-22"),
        ("I am in Rome until May", "", "2027-05-01"),
        ("I am away for the next two weeks", "", "2026-12-06"),
        ("I am tired since I stopped", "", ""),
        ("I wait until you come", "", ""),
    ],
)
def test_1_7_valid_from_is_when_it_began_to_be_so_and_1_14_it_ends_when_it_was_said_to(
    text: str, begun: str, over: str
) -> None:
    found = lasting(text, "fact", None, SAID)

    assert (on(found.since), on(found.expires)) == (begun, over)


def test_1_7_a_week_is_told_as_one() -> None:
    monday = int(datetime(2026, 11, 9, tzinfo=UTC).timestamp() * 1000)

    assert told_on(SAID, monday, "week") == "said on 21 November 2026; happened in the week of 9 November 2026"
    assert on(lasting("", "plan", When(SAID, "week"), SAID - 9 * DAY).expires) == "2026-11-22"
    assert since(monday - 300 * DAY, SAID) == " (so since January 2026)"


async def told(ground: Ground, text: str) -> None:
    """Somebody wants it remembered now."""
    message = await ground.say("Mara", text)
    wish = Wish(ground.scenes["general"].id, ground.people["Mara"], text, ground.now, message)
    await ground.database.write(heed, wish, ground.pen(writer="person"))


async def test_1_14_what_lasts_until_a_day_ends_by_itself_and_is_told_as_past(ground: Ground) -> None:
    await told(ground, "Remember that I am in Rome until tomorrow")
    await told(ground, "Remember that I live in Oslo since May")

    async def ends() -> list[int | None]:
        asked = Asked(understand("Rome", (), ground.now), "Rome", ground.people["Mara"].id, ground.now)
        found = await ground.database.read(remind, ground.audience("general"), asked, None, 5)
        return [one.until for one in notes.known(found, "", ground.now)]

    oslo, rome = await ground.database.read(memories.known, ground.audience("general"))
    assert on(oslo.valid_from) == "2025-05-01" and rome.holds
    assert await ends() == [None]
    ground.now += int(timedelta(days=3).total_seconds() * 1000)
    assert await ends() == [rome.expires_at]  # before anything was tidied

    assert "end" in [step.what for step in await tidy(ground)]
    assert (await ground.find(rome)).valid_to == rome.expires_at
    assert await tidy(ground) == []
    await ground.database.write(undo, await ground.find(rome), ground.pen())
    assert (await ground.find(rome)).valid_to is None

    await told(ground, "Remember that I am in Rome until tomorrow")  # another tomorrow, and another memory
    found = await ground.database.read(memories.known, ground.audience("general"))
    assert sorted(one.ended_at(ground.now) is None for one in found) == [False, True, True]
