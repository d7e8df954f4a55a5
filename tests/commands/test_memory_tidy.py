"""Whoever may manage a place has its memories tidied, sees before what that would do, and can take it back."""

from __future__ import annotations

import pytest

from bot.commands.base import Caller, Refused
from storage import work
from storage.work import Lease
from tests.commands.conftest import ANN, BOB, DAN, NOW, OPERATOR, Troupe
from tests.commands.test_memory import ids, told

PIANO, MORE = "Bob plays the old piano daily", "Bob plays the old piano daily, after dinner"


async def twice(troupe: Troupe, caller: Caller, *words: str) -> list[str]:
    """The ids of two memories that say much the same: they were put in those words later."""
    kept = []
    for number, text in enumerate(words or (PIANO, MORE)):
        kept.append(await told(troupe, caller, f"the number {number} is mine"))
        await troupe.order(caller, "memory edit", id=kept[-1], text=text)
    return kept


async def listed(troupe: Troupe, caller: Caller) -> list[str]:
    return ids((await troupe.order(caller, "memory list")).text)


async def test_a_dry_run_says_what_would_be_done_and_why_and_changes_nothing(troupe: Troupe) -> None:
    both = await twice(troupe, BOB)

    answer = await troupe.order(ANN, "memory consolidate", dry_run="yes")

    assert "would change 1 thing" in answer.text and "Nothing was changed" in answer.text
    assert f"“{MORE}”: merged" in answer.text and "percent of the words" in answer.text
    assert sorted(await listed(troupe, BOB)) == sorted(both)


async def test_a_real_run_does_it_says_how_much_and_the_next_finds_nothing(troupe: Troupe) -> None:
    both = await twice(troupe, BOB)

    first = await troupe.order(ANN, "memory consolidate")
    second = await troupe.order(ANN, "memory consolidate", dry_run="no")

    assert "1 thing changed" in first.text and "1 merged" in first.text
    assert "nothing changed" in second.text
    [kept] = await listed(troupe, BOB)
    assert kept in both


async def test_undo_and_history_treat_it_as_any_other_change(troupe: Troupe) -> None:
    both = await twice(troupe, BOB)
    await troupe.order(ANN, "memory consolidate")
    [kept] = await listed(troupe, BOB)

    history = (await troupe.order(BOB, "memory history", id=kept)).text
    await troupe.order(BOB, "memory undo", id=kept)

    assert "**merge** by consolidation" in history
    assert sorted(await listed(troupe, BOB)) == sorted(both)


async def test_it_needs_manage_server_in_a_server_and_nothing_in_ones_own_direct_messages(troupe: Troupe) -> None:
    await told(troupe, BOB, PIANO)
    with pytest.raises(Refused, match="Manage Server"):
        await troupe.order(BOB, "memory consolidate")

    await told(troupe, DAN, PIANO)
    assert "is tidied" in (await troupe.order(DAN, "memory consolidate")).text


async def test_where_nothing_was_said_or_it_is_off_it_says_so(troupe: Troupe) -> None:
    with pytest.raises(Refused, match="nothing of this place yet"):
        await troupe.order(ANN, "memory consolidate")

    await told(troupe, BOB, PIANO)
    await troupe.order(ANN, "config set", name="consolidation", value="off", level="guild")
    with pytest.raises(Refused, match="switched off"):
        await troupe.order(ANN, "memory consolidate")


async def test_what_only_a_model_can_tell_is_owed_to_the_background(troupe: Troupe) -> None:
    await twice(troupe, BOB, "Bob works in a hospital", "Bob works nights in a big hospital in Bergen")

    answer = await troupe.order(ANN, "memory consolidate")

    assert "may be the same in other words" in answer.text
    claimed = await troupe.database.write(work.claim, Lease("bot_1", NOW, NOW + 10**6), NOW + 10**6, 5)
    tidying = [(item.capability, item.payload) for item in claimed if item.capability != "remember"]
    assert tidying == [("consolidate", '{"since": 0}')]


async def test_the_operator_sees_in_the_status_when_it_last_ran(troupe: Troupe) -> None:
    await told(troupe, OPERATOR, PIANO)
    never = (await troupe.order(OPERATOR, "status")).text
    await troupe.order(OPERATOR, "memory consolidate")

    assert "**Memories tidied** never yet" in never
    assert "1 scene, 0 changes" in (await troupe.order(OPERATOR, "status")).text
    assert "Memories tidied" not in (await troupe.order(BOB, "status")).text
