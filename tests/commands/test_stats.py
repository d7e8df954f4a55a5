"""What /stats, /persona trending and /status say is what other questions to the database, asked apart, say."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from random import Random

import pytest
from PIL import Image

from bot.charts.painter import painted
from bot.commands.base import Caller, Refused
from bot.commands.stats_told import _span as span
from bot.commands.stats_told import chart
from bot.health.probe import count
from storage import events, messages, outbox, people, personas, usage, work
from storage.database import Database
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.messages import NewMessage
from storage.outbox import NewPart
from storage.records import ModelCall
from storage.spending import DAY_MS
from storage.stats import Figures, Times
from tests.commands.conftest import ANN, BOB, DAN, EVE, NOW, StillClock, Troupe, scene
from tests.conftest import publish
from tests.storage.outside import Outside

HERE = "FROM messages m, conversations c, personas p WHERE c.id = m.conversation_id AND p.id = c.persona_id"
SINCE = (NOW // DAY_MS - 6) * DAY_MS


def lay(tx: Transaction, ids: Ids, random: Random) -> None:
    """Sixty messages in two guilds and a direct conversation over three weeks, most of them answered."""
    for number in range(60):
        caller = random.choice([ANN, BOB, BOB, BOB, EVE, DAN])
        persona = personas.called(tx, "", random.choice(["ada", "ada", "odile"]))
        assert persona is not None
        at = NOW - random.randrange(20 * DAY_MS)
        place = scene(tx, caller, persona.id, ids)
        person = people.heard(tx, ids.new("psn"), caller.platform, caller.platform_id, caller.name, at)
        owed = work.owe(tx, work.NewWork(ids.new("wrk"), ids.new("lane"), "chat", place.id, person.id), at)
        said = ids.new("msg")
        told = NewMessage(said, place.id, 2 * number, "person", caller.name, "hello", at, str(number), person.id)
        messages.add(tx, replace(told, work_id=owed))
        events.claim(tx, "discord", str(number), message_id=said, verdict="answer", rule="MENTIONED", now=at)
        if number % 9 == 0:
            messages.take_back(tx, place.id, said, at)
        if number % 7:
            reply = NewMessage(ids.new("msg"), place.id, 2 * number + 1, "persona", "Ada", "hi", at, reply_to=said)
            messages.add(tx, replace(reply, work_id=owed))
            for part in range(1 + number % 2):
                last = part == number % 2
                outbox.owe(tx, NewPart(ids.new("dlv"), owed, part, place.id, 2 * number, "hi", last_part=last), at)
                at += random.randrange(100_000)
                [held] = outbox.claim(tx, "discord", at + 1, at, 1)
                outbox.sent(tx, held, at)


@pytest.fixture
async def talked(troupe: Troupe, outside: Outside) -> AsyncIterator[Troupe]:
    """The office on each engine, where much was said, some of it remembered and judged."""
    database, clock = Database(await outside.open()), troupe.office.clock
    assert isinstance(clock, StillClock)
    full = replace(troupe, office=replace(troupe.office, database=database))
    await database.write(publish, troupe.office.ids, StillClock(NOW - 30 * DAY_MS).now)
    await database.write(lay, troupe.office.ids, Random(4))
    for number, days in enumerate([25, 3, 2, 0]):
        clock.at = NOW - days * DAY_MS
        added = await full.order(BOB, "memory add", text=f"I own {number} boats", persona="ada")
        await full.order(BOB, f"memory {'wrong' if days == 3 else 'helpful'}", id=re.findall(r"mem_\w+", added.text)[0])
    clock.at = NOW
    yield full
    await database.close()


def took(outside: Outside, share: int, more: str) -> str:
    """The time of the reply that so many in 100 do not exceed."""
    all_of_them = (
        "SELECT (SELECT max(d.sent_at) FROM deliveries d WHERE d.work_id = w.id AND d.last_part = 1) - "
        "(SELECT min(e.heard_at) FROM events e, messages h WHERE h.id = e.message_id AND h.work_id = w.id) AS ms "
        "FROM work w, conversations c, personas p WHERE c.id = w.conversation_id AND p.id = c.persona_id "
        "AND EXISTS (SELECT 1 FROM deliveries d WHERE d.work_id = w.id AND d.state = 'sent' AND d.last_part = 1) "
        f"AND w.created_at >= ? AND {more}"
    )
    [(many,)] = outside.rows(f"SELECT count(*) FROM ({all_of_them}) a", SINCE)
    place = -(-many * share // 100) - 1
    [(ms,)] = outside.rows(f"SELECT ms FROM ({all_of_them}) a ORDER BY ms LIMIT 1 OFFSET {place}", SINCE)
    return span(ms)


def counted(outside: Outside, what: str, more: str) -> int:
    [(number,)] = outside.rows(f"SELECT {what} {HERE} AND m.deleted_at IS NULL AND m.said_at >= ? AND {more}", SINCE)
    return int(number)


@pytest.mark.parametrize(
    ("caller", "given", "more"),
    [
        (ANN, {}, "c.guild_id = '100'"),
        (ANN, {"persona": "ada"}, "c.guild_id = '100' AND p.name = 'ada'"),
        (DAN, {}, "c.channel_id = '771'"),
    ],
)
async def test_every_figure_is_that_of_another_question(
    talked: Troupe, outside: Outside, caller: Caller, given: dict[str, str], more: str
) -> None:
    answer = await talked.order(caller, "stats", **given)

    heard, said = (counted(outside, "count(*)", f"{more} AND m.role = '{role}'") for role in ("person", "persona"))
    who = counted(outside, "count(DISTINCT m.person_id)", f"{more} AND m.role = 'person'")
    remembers = caller is ANN
    assert (
        f"{who} {'person' if who == 1 else 'people'}, {heard} messages to personas, {said} from them, " in answer.text
    )
    votes = "3 memories learnt, 3 votes on memories (2 helpful, 1 wrong)"
    assert (votes in answer.text) is remembers and ("0 memories learnt, 0 votes" in answer.text) is not remembers
    assert f"half were said within {took(outside, 50, more)} of" in answer.text
    assert f"95 in 100 within {took(outside, 95, more)}." in answer.text
    ada = f"{more} AND p.name = 'ada'"
    [row] = [line.split() for line in answer.text.splitlines() if line.startswith("Ada  ")]
    times = [part for share in (50, 95) for part in took(outside, share, ada).split()]
    by_role = [str(counted(outside, "count(*)", f"{ada} AND m.role = '{role}'")) for role in ("person", "persona")]
    assert row[1:8] == [*by_role, *times, str(counted(outside, "count(DISTINCT m.person_id)", ada))]
    days = [line.split()[1:3] for line in answer.text.splitlines() if line.startswith("2025-")]
    assert [sum(int(day[column]) for day in days) for column in (0, 1)] == [heard, said]
    shown = talked.outside.drawn[-1]
    assert [sum(bar.values) for bar in shown.first.bars] == [heard, said] and answer.picture == b"a picture"


async def test_who_is_talked_with_most_stands_first_beside_what_was_before(talked: Troupe, outside: Outside) -> None:
    answer = await talked.order(BOB, "persona trending")

    asked = (
        f"SELECT p.display_name, (SELECT count(*) {HERE.replace('p.id', 'x.id').replace('personas p', 'personas x')} "
        "AND x.id = p.id AND m.role = 'person' AND m.deleted_at IS NULL AND c.guild_id = '100' "
        "AND m.said_at BETWEEN ? AND ?) FROM personas p WHERE p.name IN ('ada', 'odile')"
    )
    lately, before = dict(outside.rows(asked, SINCE, NOW)), dict(outside.rows(asked, SINCE - 7 * DAY_MS, SINCE - 1))
    lines = answer.text.splitlines()[1:]
    for line, name in zip(lines, sorted(lately, key=lambda name: -lately[name]), strict=True):
        change = f"{lately[name] - before[name]:+}" if lately[name] != before[name] else "as many"
        assert f"**{name}** {lately[name]} message" in line and f"people, {change}" in line.replace(
            "person,", "people,"
        )
    with pytest.raises(Refused, match="Nobody talked"):
        await talked.order(replace(BOB, place=replace(BOB.place, guild_id="300")), "persona trending")


def test_the_picture_has_the_times_within_its_scale() -> None:
    days = range(20_000, 20_007)
    slow = [Times("day", str(day), 3, 1_500 + number * 200, 90_000) for number, day in enumerate(days)]

    def red(times: list[Times]) -> int:
        drawn = Image.open(io.BytesIO(painted(chart("Here", days, Figures([], [], [], [], times))))).convert("RGB")
        return drawn.tobytes().count(bytes.fromhex("c0392b"))

    assert red(slow) > red([]) + 100  # beside the legend's


CALLS = [
    ("gpt-test", "OK", 90),
    ("gpt-test", "TIMED_OUT", 30),
    ("gpt-test", "STOPPED", 1),
    ("gpt-test", "OK", 1_500),
    ("gpt-small", "TIMED_OUT", 30),
    ("gpt-small", "REFUSED", 5),
]


def call(tx: Transaction, ids: Ids) -> None:
    for number, (model, outcome, minutes) in enumerate(CALLS):
        at = NOW - minutes * 60_000
        usage.add(tx, ModelCall(ids.new("cal"), None, 1, model, outcome, number, 7, 1, 5, 9, None, None, at))


async def test_status_says_what_is_counted_apart(talked: Troupe, outside: Outside) -> None:
    await talked.database.write(call, talked.office.ids)

    text = (await talked.order(ANN, "status")).text
    counted_now = await talked.database.read(count, NOW, 1000)

    since = NOW - DAY_MS
    calls = outside.rows("SELECT outcome, count(id) FROM model_calls WHERE called_at > ? GROUP BY 1 ORDER BY 1", since)
    [(tokens,)] = outside.rows(
        "SELECT sum(prompt_tokens) + sum(completion_tokens) FROM model_calls WHERE called_at > ?", since
    )
    [(listed, active)] = outside.rows("SELECT count(*), sum(CASE status WHEN 'active' THEN 1 ELSE 0 END) FROM personas")
    assert f"**Model calls in 24 hours** {', '.join(f'{many} {name}' for name, many in calls)}" in text
    assert f"**Tokens in 24 hours** {tokens}" in text and f"**Personas** {active} of {listed} talk here" in text
    assert "❌ gpt-test failed 30 minutes ago, answered 1 hour ago, 1 of 2 calls failed" in text
    assert "gpt-small up, answered 5 minutes ago, 1 of 2 calls failed" in text
    [(waiting, oldest)] = outside.rows(
        "SELECT count(*), min(run_after) FROM work WHERE state = 'ready' AND capability = 'chat'"
    )
    assert [(one.name, one.count) for one in counted_now.work] == [("ready", waiting)] and waiting > 50
    assert counted_now.oldest_due == oldest
    [(unsaid,)] = outside.rows("SELECT count(*) FROM deliveries WHERE state NOT IN ('sent', 'dropped')")
    assert sum(one.count for one in counted_now.outbox) == unsaid and counted_now.size_bytes > 100_000
