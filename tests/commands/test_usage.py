"""What /usage says is what the calls say when they are counted apart, and only of those it concerns."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest
from PIL import Image

from bot.charts.chart import Ranked
from bot.charts.painter import Painter
from bot.commands.base import Caller, Refused
from storage import people, personas, spending, usage, work
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.records import ModelCall
from storage.spending import DAY_MS, Spent
from tests.commands.conftest import ANN, BOB, DAN, EVE, NOW, OPERATOR, Troupe, scene


@dataclass(frozen=True, slots=True)
class Talk:
    """One reply that somebody got so many days ago."""

    caller: Caller
    days: int
    tokens: int
    cost: int
    persona: str = "ada"
    model: str = "gpt-4o"


TALKS = (
    Talk(BOB, 0, 100, 2_000),
    Talk(BOB, 3, 1_000, 30_000, persona="odile", model="gpt-4o-mini"),
    Talk(BOB, 20, 10_000, 400_000),
    Talk(ANN, 0, 7, 5),
    Talk(EVE, 0, 50_000, 9_000_000),
    Talk(DAN, 1, 70, 600),
)


def lay(tx: Transaction, ids: Ids) -> None:
    for talk in TALKS:
        persona = personas.called(tx, "", talk.persona)
        assert persona is not None
        place, at = scene(tx, talk.caller, persona.id, ids), NOW - talk.days * DAY_MS
        person = people.heard(tx, ids.new("psn"), talk.caller.platform, talk.caller.platform_id, talk.caller.name, at)
        owed = work.owe(tx, work.NewWork(ids.new("wrk"), ids.new("lane"), "chat", place.id, person.id), at)
        call = ModelCall(
            ids.new("cal"), owed, 1, talk.model, "OK", talk.tokens - 5, 5, 1, 1, 1, None, None, at, cost=talk.cost
        )
        usage.add(tx, call)
        spending.add_of_work(tx, owed, Spent(talk.tokens, talk.cost), at)
    usage.add(tx, ModelCall(ids.new("cal"), None, 1, "embedder", "OK", 3, 0, 0, None, 0, None, None, NOW))


@pytest.fixture
async def used(troupe: Troupe) -> Troupe:
    await troupe.database.write(lay, troupe.office.ids)
    return troupe


def counted(*talks: Talk) -> str:
    """The same by hand."""
    tokens, cost = sum(talk.tokens for talk in talks), sum(talk.cost for talk in talks) / 1_000_000
    shown = f"${cost:,.2f}" if cost >= 1 else f"${cost:.4f}"
    return f"{len(talks)} repl{'y' if len(talks) == 1 else 'ies'}, {tokens:,} tokens, {shown}"


@pytest.mark.parametrize(
    ("caller", "name", "given", "talks"),
    [
        (BOB, "usage me", {}, TALKS[:2]),
        (BOB, "usage me", {"period": "today"}, TALKS[:1]),
        (BOB, "usage me", {"period": "30d"}, TALKS[:3]),
        (ANN, "usage guild", {"period": "30d"}, TALKS[:4]),
        (EVE, "usage guild", {"period": "30d"}, TALKS[4:5]),
        (ANN, "usage persona", {"name": "ada", "period": "30d"}, (TALKS[0], TALKS[2], TALKS[3])),
        (DAN, "usage persona", {"name": "ada"}, TALKS[5:]),
    ],
)
async def test_the_figures_are_those_of_the_calls(
    used: Troupe, caller: Caller, name: str, given: dict[str, str], talks: tuple[Talk, ...]
) -> None:
    answer = await used.order(caller, name, **given)

    assert counted(*talks) in answer.text
    assert sum(int(line.split()[1]) for line in answer.text.splitlines() if line.startswith("2025-")) == len(talks)
    assert answer.private


async def test_the_operator_sees_what_no_conversation_was_charged_for(used: Troupe) -> None:
    answer = await used.order(OPERATOR, "usage bot", period="90d")

    assert "6 replies, 61,180 tokens" in answer.text and "embedder" in answer.text
    with pytest.raises(Refused):
        await used.order(ANN, "usage bot")


async def test_who_took_most_stands_first_and_nobody_of_another_server(used: Troupe) -> None:
    answer = await used.order(ANN, "usage top", period="30d")

    rows = [line.split("  ")[0] for line in answer.text.splitlines()[3:-1]]
    assert rows == [BOB.name, ANN.name]


async def test_the_picture_shows_the_same_figures(used: Troupe) -> None:
    answer = await used.order(BOB, "usage me", period="30d")

    [chart] = used.outside.drawn
    drawn = Image.open(io.BytesIO(await Painter().draw(chart)))
    assert answer.picture == b"a picture"
    assert len(chart.first.days) == 30 and round(sum(map(sum, (bar.values for bar in chart.first.bars))), 6) == 0.432
    assert chart.below[1] == Ranked("Cost by persona", (("Ada", 0.402), ("Odile", 0.03)), dollars=True)
    assert drawn.format == "PNG" and len(drawn.convert("RGB").getcolors(1 << 20) or []) > 10


async def test_one_s_budgets_are_told_and_when_they_open_again(used: Troupe) -> None:
    for name, value in (("person_day_budget", "100 tokens"), ("bot_month_budget", "$50")):
        await used.order(OPERATOR, "config set", name=name, value=value, level="global")

    text = (await used.order(BOB, "usage me")).text
    why = (await used.order(BOB, "persona why")).text

    assert "A budget (`person_day_budget`) is spent" in why
    assert "- You, today: 100 of 100 tokens" in text and "The whole bot, this month: $9.03 of $50.00" in text
    assert "(`person_day_budget`) is spent: personas answer again from 16 June, 00:00 UTC on" in text
