"""What is asked often reads what it needs and nothing else, however much other people have said: SQLite says how."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest

from storage.catalogue import queries, query
from storage.database import Database
from storage.engines.driver import choose_driver, load_vectors
from tests.storage.filling import fill
from tests.storage.outside import File, aside

_MADE_UP = ("SCAN t", "SCAN d", "SCAN own", "SCAN k")  # what a query has made itself already: the names of subqueries

# What asks for one message, work or memory; without statistics SQLite sooner keeps an order than it finds few.
_BY_SCENE_ALONE = re.compile(r"\((?:conversation_id|scene_id)=\?(?: AND \w+[<>]\?)*\)")
_OF_ONE = (
    "belongings.answers",
    "cards.retold",
    "events.led_to",
    "forgetting.used_in",
    "guilds.drop_deliveries",
    "memories.count_use",
    "memories.drawn_from",
    "memories.forget_relating",
    "memories.forget_relations",
    "memories.newer",
    "memories.relating",
    "memories.unlink",
    "memories.unlink_others",
    "memory_changes.last",
    "memory_changes.of_memory",
    "messages.asked",
    "messages.by_id",
    "messages.heard",
    "messages.reply",
    "messages.stand_for",
    "messages.tombstones",
    "outbox.let_dropped_go",
    "outbox.of_work",
    "outbox.revive",
    "outbox.troubles_since",
    "outbox.why_dropped",
    "plans.yearly",
    "recall.drawn",
    "upkeep.part_from_messages",
    "upkeep.remember_spoken",
    "usage.of_work",
)

# The words of a name are looked for by LIKE when somebody is forgotten, the index of words plans for itself, and what
# is moved goes by a table that is there only meanwhile.
_MAY = re.compile(r" LIKE :|passage_words|unfinished_move|^CREATE|pragma_")


@pytest.fixture(scope="session")
def new(model_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file without a row."""
    path = tmp_path_factory.mktemp("new") / "troupe.db"
    shutil.copy(model_file, path)
    return path


@pytest.fixture(scope="session")
def small(new: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with a few rows in every table, and what is learnt of them."""
    path = tmp_path_factory.mktemp("small") / "troupe.db"
    shutil.copy(new, path)
    fill(path, Random(1), 3)
    with closing(choose_driver().connect(str(path), isolation_level=None)) as raw:
        raw.execute("ANALYZE")
        assert raw.execute("SELECT count(*) FROM sqlite_stat1").fetchone() > (40,)
    aside(Database.tidy, File(path))
    return path


@pytest.fixture(params=["new", "small"])
def file(request: pytest.FixtureRequest) -> Path:
    """Plans are made for what may come: what is learnt of a small database must not change them."""
    path: Path = request.getfixturevalue(request.param)
    return path


def plan(file: Path, name: str) -> list[str]:
    """Each step that SQLite would take."""
    sql = query("sqlite", name)
    with closing(choose_driver().connect(str(file))) as raw:
        load_vectors(raw)
        values = dict.fromkeys(re.findall(r":(\w+)", sql), 0)
        return [str(step[3]) for step in raw.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()]


def planned(raw: sqlite3.Connection, looks: list[object], sql: str) -> bool:
    """Whether SQLite asks what a query may look at, as it does to make a plan, for the third time."""
    names = re.findall(r"(?<![:\w]):(\w+)", sql)
    for value in range(3):
        looks.clear()
        with suppress(choose_driver().Error):  # one that these values break is planned, or not, before they do
            raw.execute(sql, dict.fromkeys(names, value)).fetchall()
    return bool(looks)


async def test_no_query_is_planned_anew_when_it_is_asked_again(file: Path) -> None:
    with closing(choose_driver().connect(str(file), isolation_level=None, cached_statements=512)) as raw:
        load_vectors(raw)
        looks: list[object] = []
        raw.set_authorizer(lambda *look: looks.append(look) or 0)
        raw.execute("BEGIN")
        anew = [name for name, sql in queries("sqlite").items() if not _MAY.search(sql) and planned(raw, looks, sql)]

    assert anew == []


@pytest.mark.parametrize(
    "name",
    [
        "recall.size",
        "recall.alike",
        "recall.told",
        "recall.drawn",
        "recall.having",
        "vectors.lacking",
        "vectors.mark",
        "vectors.between",
        "passages.forget_words",
        "consolidations.count_news",
        "memories.loose",
        "memories.named",
        "memories.in_reach",
        "memories.known",
        "memories.pins",
        "namings.found",
        "messages.by_id",
        "messages.heard",
        "messages.asked",
        "messages.reply",
        "messages.revisions",
        "readings.line",
        "readings.marked",
        "memories.by_id",
        "memories.scene_of",
        "memories.drawn_from",
        "memories.sources",
        "memories.relating",
        "memories.newer",
        "memories.used_by",
        "memories.forget_uses",
        "memory_changes.last",
        "memory_changes.wipe_message",
        "feedback.opinions",
        "forgetting.used_in",
        "belongings.answers",
        "events.led_to",
        "outbox.by_id",
        "outbox.claim",
        "outbox.of_work",
        "upkeep.remember_spoken",
        "upkeep.taken_back",
        "upkeep.part_from_messages",
        "upkeep.let_work_go",
        "usage.of_work",
        "plans.due",
        "plans.yearly",
        "cards.card",
        "cards.retold",
        "kin.named",
        "memory_health.orphans",
    ],
)
async def test_no_table_is_read_from_end_to_end(file: Path, name: str) -> None:
    steps = plan(file, name)

    through = [step for step in steps if step.startswith("SCAN") and "VIRTUAL TABLE" not in step]
    assert [step for step in through if step not in (*_MADE_UP, "SCAN passage_texts")] == []
    assert not any("AUTOMATIC" in step for step in steps)


async def test_one_thing_of_a_conversation_is_found_without_going_through_all_of_it(file: Path) -> None:
    through = [(name, step) for name in _OF_ONE for step in plan(file, name) if _BY_SCENE_ALONE.search(step)]

    assert through == []


async def test_what_people_are_called_is_found_without_going_through_all_that_is_known(file: Path) -> None:
    assert any("memories_namings" in step for step in plan(file, "namings.found"))


async def test_no_vector_is_looked_for_among_all_of_its_model(file: Path) -> None:
    assert not any("vectors_content" in step for step in plan(file, "recall.alike") + plan(file, "vectors.between"))


async def test_where_an_audience_may_remember_from_is_found_by_indexes_that_hold_all_it_needs(file: Path) -> None:
    steps = [step for step in plan(file, "memories.scopes") if re.match(r"(?:SCAN|SEARCH) m\b", step)]

    assert steps and all(re.match(r"SEARCH m (?:EXISTS )?USING COVERING INDEX memories_", step) for step in steps)


@pytest.mark.parametrize("name", ["memories.scopes", "memories.known"])
async def test_only_what_was_opened_to_a_guild_is_looked_for_in_all_of_it(file: Path, name: str) -> None:
    through = [step for step in plan(file, name) if "conversations_guild" in step]

    assert len(through) == 1


async def test_what_is_to_be_tidied_is_found_without_reading_memories(file: Path) -> None:
    steps = plan(file, "consolidations.due")

    assert [step for step in steps if re.search(r"\b(?:m|memories)\b", step)] == []
    assert [step for step in steps if step.startswith("SCAN")] == ["SCAN n", "SCAN d"]
    assert any("consolidations_ran" in step for step in steps)  # of those long not seen, only they


async def test_the_nearest_are_looked_for_in_the_chunks_of_their_scope_alone(file: Path) -> None:
    asked = "SELECT chunk_id, validity, rowids FROM passage_bits_chunks WHERE partition00 = 1 AND partition01 = 'm'"
    with closing(choose_driver().connect(str(file))) as raw:
        steps = [str(step[3]) for step in raw.execute(f"EXPLAIN QUERY PLAN {asked}").fetchall()]

    assert steps == ["SEARCH passage_bits_chunks USING INDEX passage_bits_parts (partition00=? AND partition01=?)"]


async def test_figures_of_a_time_are_counted_without_what_came_before_it(file: Path) -> None:
    names = ("messages", "people", "memories", "votes", "times", "trending")
    steps = {name: plan(file, f"stats.{name}") for name in names}

    through = [step for name in names for step in steps[name] if re.match(r"SCAN (?!t\b|\(subquery)", step)]
    assert through == []
    assert all(any("messages_said" in step for step in steps[name]) for name in ("messages", "people", "trending"))
    assert any("messages_said" in step for step in steps["times"])
    assert any("memories_recorded" in step for step in steps["memories"])
    assert any("memory_feedback_given" in step for step in steps["votes"])
