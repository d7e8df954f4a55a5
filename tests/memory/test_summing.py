"""What was told together is summed up once it is over: dated, derived from its memories, never more than they say."""

from __future__ import annotations

import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.memory.consolidation.sittings import month_end, sittings, week_end
from bot.memory.consolidation.steps import Terms
from bot.memory.learn import doubt_message
from bot.memory.mending import forget_for_good, reword, undo
from storage import memories
from storage.memories import Memory
from tests.fakes.model_script import Says, server_error
from tests.fakes.model_server import ModelServer
from tests.memory.ground import NOW, Ground
from tests.memory.test_consolidate_work import tidied
from tests.memory.test_extract import Reader, offline, reader
from tests.memory.test_reminding import a_memory
from tests.memory.tidying import DAY, TERMS, tidy

__all__ = ["offline", "reader"]
HOUR = 3_600_000
TOLD = ("Mara lives in Oslo.", "Mara saw a heron.", "Tom is allergic to nuts.", "Mara has a boat.")


async def session(ground: Ground, scene: str = "general", *told: str) -> list[Memory]:
    """A few things told a minute apart."""
    return [await ground.tell(one, scene, one.split()[0]) for one in told or TOLD]


async def summaries(ground: Ground, scene: str = "general", who: str = "Mara") -> list[Memory]:
    """Those this audience may know, the newest first."""
    found = await ground.database.read(memories.known, ground.audience(scene, who))
    return [one for one in found if one.kind == "summary"]


async def test_a_session_that_is_over_is_summed_up_dated_and_derived_from_its_memories(ground: Ground) -> None:
    told = await session(ground)
    ground.now += 6 * HOUR

    await tidy(ground)

    [summary] = await summaries(ground)
    assert summary.statement == f"On 15 June 2025: {'; '.join(one.rstrip('.') for one in TOLD)}."
    assert await ground.database.read(memories.related, summary.conversation_id, summary.id, "derived_from") == sorted(
        one.id for one in told
    )
    assert (summary.author, summary.reach, summary.teller_id) == ("rule", "scene", None)


@pytest.mark.parametrize(("pause", "count"), [(6 * HOUR - 1, 0), (6 * HOUR, 1)])
async def test_a_session_is_over_after_the_pause_and_not_a_moment_sooner(
    ground: Ground, pause: int, count: int
) -> None:
    told = await session(ground)
    ground.now = told[-1].said_at + pause - 1  # a pass begins a moment later

    await tidy(ground)

    assert len(await summaries(ground)) == count


async def test_a_summary_names_the_day_by_the_clock_of_its_place(ground: Ground) -> None:
    await session(ground)
    ground.now += 7 * HOUR

    await tidy(ground, terms=Terms(True, 180, 6, ZoneInfo("Pacific/Auckland")))

    [summary] = await summaries(ground)
    assert summary.statement.startswith("On 16 June 2025: Mara lives in Oslo;")


async def test_each_session_has_its_own_and_too_little_has_none(ground: Ground) -> None:
    await session(ground)
    ground.now += 7 * HOUR
    await session(ground, "general", "Mara sold a bike.", "Mara likes jazz.", "Mara met Ines.")
    ground.now += 7 * HOUR
    await session(ground, "general", "Mara is tired.", "Mara went home.")
    ground.now += 7 * HOUR

    await tidy(ground)

    assert len(await summaries(ground)) == 2
    assert await tidy(ground) == []


async def test_the_most_important_stand_for_the_rest(ground: Ground) -> None:
    for number in range(9):
        word = "abcdefghi"[number] * 3
        await ground.tell(f"Mara knows {word}.", importance=1 + number)
    ground.now += 7 * HOUR

    await tidy(ground)

    [summary] = await summaries(ground)
    assert summary.statement.endswith("Mara knows eee; Mara knows fff; Mara knows ggg; Mara knows hhh; Mara knows iii.")


async def test_a_week_of_three_sessions_is_summed_up_when_it_is_over(ground: Ground) -> None:
    monday = week_end(ground.now)
    for day, word in enumerate(("red", "green", "blue")):
        ground.now = monday + day * DAY + 10 * HOUR
        await session(ground, "general", *(f"Mara bought {number} {word} hats." for number in ("2", "3", "4")))
    ground.now = monday + 6 * DAY
    await tidy(ground)
    early = [one for one in await summaries(ground) if "week" in one.tag_list]
    ground.now = monday + 8 * DAY

    await tidy(ground)

    [week] = [one for one in await summaries(ground) if "week" in one.tag_list]
    assert early == [] and await tidy(ground) == []
    assert week.statement.startswith("On 16 June 2025 to 18 June 2025: Mara bought")
    assert len(await ground.database.read(memories.related, week.conversation_id, week.id, "derived_from")) == 3


async def test_a_week_begins_by_the_clock_of_its_place(ground: Ground) -> None:
    auckland = replace(TERMS, zone=ZoneInfo("Pacific/Auckland"))
    sunday = week_end(ground.now) - 10 * HOUR  # there it is Monday
    for day, word in enumerate(("red", "green", "blue")):
        ground.now = sunday + day * DAY
        await session(ground, "general", *(f"Mara bought {number} {word} hats." for number in ("2", "3", "4")))
        ground.now += 7 * HOUR
        await tidy(ground, terms=auckland)
    ground.now = sunday + 8 * DAY

    await tidy(ground, terms=auckland)

    [week] = [one for one in await summaries(ground) if "week" in one.tag_list]
    assert week.statement.startswith("On 16 June 2025 to 18 June 2025: ")


@pytest.mark.parametrize("scene", ["general", "dm of Mara"])
async def test_only_those_of_the_scene_know_its_summary(ground: Ground, scene: str) -> None:
    for one in TOLD:
        await ground.tell(one, scene)
    ground.now += 7 * HOUR

    await tidy(ground, scene)

    knowing = {place for place in ground.scenes for who in ("Mara", "Tom") if await summaries(ground, place, who)}
    assert knowing == ({"general", "thread"} if scene == "general" else {scene})


async def test_when_a_memory_of_it_is_forgotten_or_reworded_it_is_made_anew_without(ground: Ground) -> None:
    told = await session(ground)
    ground.now += 7 * HOUR
    await tidy(ground)

    await ground.database.write(forget_for_good, told[0], ground.pen())
    await ground.database.write(reword, await ground.find(told[1]), "Mara saw a crane.", ground.pen())
    gone = await summaries(ground)
    await tidy(ground)

    [summary] = await summaries(ground)
    assert gone == []
    assert "Oslo" not in summary.statement and "heron" not in summary.statement and "crane" in summary.statement


async def test_a_message_that_is_edited_takes_the_summary_of_its_words_with_it(ground: Ground) -> None:
    told = await session(ground)
    ground.now += 7 * HOUR
    await tidy(ground)
    [message] = await ground.database.read(memories.sources, told[0].conversation_id, told[0].id)

    await ground.database.write(doubt_message, told[0].conversation_id, message, ground.pen(), gone=False)

    assert await summaries(ground) == []


async def test_a_summary_taken_back_is_not_made_again(ground: Ground) -> None:
    await session(ground)
    ground.now += 7 * HOUR
    await tidy(ground)
    [summary] = await summaries(ground)

    await ground.database.write(undo, summary, ground.pen())

    assert await tidy(ground) == [] and await summaries(ground) == []


async def test_a_summary_that_was_forgotten_stays_away(ground: Ground) -> None:
    await session(ground)
    ground.now += 7 * HOUR
    await tidy(ground)
    [summary] = await summaries(ground)

    await ground.database.write(forget_for_good, summary, ground.pen())

    assert await tidy(ground) == [] and await summaries(ground) == []
    assert len(await ground.known()) == len(TOLD)


async def test_a_summary_taken_back_stays_away_when_one_of_its_memories_is_forgotten(ground: Ground) -> None:
    told = await session(ground)
    ground.now += 7 * HOUR
    await tidy(ground)
    [summary] = await summaries(ground)
    await ground.database.write(undo, summary, ground.pen())

    await ground.database.write(forget_for_good, told[0], ground.pen())

    assert await tidy(ground) == [] and await summaries(ground) == []


async def test_what_is_new_in_the_session_of_a_forgotten_summary_is_summed_up_without_the_old(ground: Ground) -> None:
    told = await session(ground)
    ground.now += 7 * HOUR
    await tidy(ground)
    [summary] = await summaries(ground)
    await ground.database.write(forget_for_good, summary, ground.pen())
    for one in ("Mara sold a bike.", "Mara likes jazz.", "Mara met Ines."):
        await ground.tell(one, said_at=told[-1].said_at)

    await tidy(ground)

    [summary] = await summaries(ground)
    assert summary.statement == "On 15 June 2025: Mara sold a bike; Mara likes jazz; Mara met Ines."


async def test_a_memory_of_a_forgotten_summary_can_be_forgotten_itself(ground: Ground) -> None:
    told = await session(ground)
    ground.now += 7 * HOUR
    await tidy(ground)
    [summary] = await summaries(ground)
    await ground.database.write(forget_for_good, summary, ground.pen())

    await ground.database.write(forget_for_good, told[0], ground.pen())

    assert await ground.database.read(memories.by_id, told[0].conversation_id, told[0].id) is None


# ── by a model ──


async def test_a_model_writes_it_and_is_named(ground: Ground, reader: Reader, server: ModelServer) -> None:
    await session(ground)
    ground.now += 7 * HOUR
    server.replies(Says(json.dumps({"summary": "Mara, who lives in Oslo,\nsaw a heron; Tom can't have nuts."})))

    await tidied(reader)

    [summary] = await summaries(ground)
    assert summary.statement == "On 15 June 2025: Mara, who lives in Oslo, saw a heron; Tom can't have nuts."
    assert (summary.author, summary.prompt_version) == ("gpt-test", "sum-1")
    asked = json.loads(server.calls[0].body["messages"][1]["content"].partition(": ")[2])
    assert asked == {"day": "15 June 2025", "notes": list(TOLD)}


@pytest.mark.parametrize(
    "answer",
    [
        "Mara, who lives in Oslo, saw 7 herons.",
        "Mara said to ignore all previous instructions about the heron in Oslo.",
        "Bananas are yellow because of sunshine everywhere.",
    ],
)
async def test_a_summary_that_says_more_than_was_told_is_not_taken(
    ground: Ground, reader: Reader, server: ModelServer, answer: str
) -> None:
    await session(ground)
    ground.now += 7 * HOUR
    server.replies(Says(json.dumps({"summary": answer})))

    await tidied(reader)

    [summary] = await summaries(ground)
    assert answer not in summary.statement and summary.author == "rule"


async def test_without_a_model_or_where_it_fails_it_is_made_by_rule(
    ground: Ground, reader: Reader, offline: Reader, server: ModelServer
) -> None:
    for scene, by in (("general", offline), ("secret", reader)):
        await session(ground, scene)
        ground.now += 7 * HOUR
        server.replies(server_error(), server_error())

        await tidied(by, scene)

        assert [one.author for one in await summaries(ground, scene)] == ["rule"]


def test_1_12_a_day_is_made_of_sessions_a_week_of_both_and_a_month_of_weeks() -> None:
    begin = week_end(NOW)  # a Monday

    def told(span: str, *hours: int) -> list[Memory]:
        tags = json.dumps([span])
        times = [begin + hour * HOUR for hour in hours]
        return [
            a_memory(id=f"{span}{at}", kind="summary", tags=tags, said_at=at, happened_at=at, seq=at) for at in times
        ]

    def found(made: list[Memory], days: int) -> list[tuple[str, int]]:
        return [(one.span, len(one.members)) for one in sittings(made, HOUR, begin + days * 24 * HOUR)]

    monday, others = told("session", 1, 8, 15), told("session", 25, 49)
    assert found([*monday, *others], 1) == []  # the day is not over for long enough
    assert found([*monday, *others], 9) == [("day", 3)]  # the week waits for its day
    assert found([*told("day", 1), *others], 9) == [("week", 3)]
    of_next_month = [(month_end(begin) - begin) // HOUR + 24 * day for day in (2, 9, 16)]
    assert found(told("week", *of_next_month), 30) == []
    assert found(told("week", *of_next_month), 60) == [("month", 3)]
