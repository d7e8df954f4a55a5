"""Whatever is remembered: tidying loses no pin, tells nobody more, comes to an end and is undone to the letter."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from math import cos, sin
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.memory.alike import statement_hash
from bot.memory.consolidation.steps import Terms
from storage import memories
from storage.database import Database
from storage.engines.base import Transaction
from storage.engines.sqlite import SQLiteEngine
from storage.errors import ConstraintBroken
from storage.memories import Memory
from tests.memory.ground import Ground, laid
from tests.memory.test_consolidation import embed
from tests.memory.tidying import DAY, known, tidy, undo_all

TERMS = Terms(True, 30, 6)
SCENES = ("general", "thread", "dm of Mara")
ASKING = [(scene, who) for scene in (*SCENES, "secret", "elsewhere", "dm of Tom") for who in ("Mara", "Tom")]
STATEMENTS = (
    "Mara plays the old piano daily.",
    "Mara plays the old piano daily, after dinner.",
    "Mara plays the old piano daily after tea.",
    "Mara never plays the old piano daily.",
    "Mara plays the old piano 2 times daily.",
    "Mara lives in Oslo.",
    "Mara lives in Bergen.",
)
ANGLES = (0.0, 0.1, 0.2, 0.5, 0.6, 1.5, 0.7)
VECTORS = {one: [cos(angle), sin(angle), 0.0] for one, angle in zip(STATEMENTS, ANGLES, strict=True)}
told = st.fixed_dictionaries(
    {
        "statement": st.sampled_from(STATEMENTS),
        "scene": st.sampled_from(SCENES),
        "who": st.sampled_from(("Mara", "Tom")),
        "reach": st.sampled_from(("scene", "scene", "guild")),
        "pinned": st.sampled_from((0, 0, 1)),
        "importance": st.integers(1, 10),
        "topic": st.sampled_from(("", "", "piano", "home")),
        "age": st.sampled_from((0, 100, 500)),
    }
)


def told_so(statement: str, **more: object) -> dict[str, object]:
    """One telling in the channel, with what is particular about it."""
    plain = {"scene": "general", "who": "Mara", "reach": "scene", "pinned": 0, "importance": 7, "topic": "", "age": 0}
    return {"statement": statement, **plain, **more}


async def audiences(ground: Ground) -> dict[tuple[str, str], set[str]]:
    """What each audience may know, in words."""
    return {(scene, who): set(await ground.known(scene, who)) for scene, who in ASKING}


async def keep(ground: Ground, one: dict[str, object]) -> Memory | None:
    """The memory, about Mara whoever told it; None where just that is known there."""
    said_at = ground.now - int(str(one["age"])) * DAY
    memory = await known(ground, f"Nothing {ground.ids.new('x')}", str(one["scene"]), str(one["who"]))
    told = {name: one[name] for name in ("reach", "pinned", "importance", "topic")}
    stands = replace(memory, **told, subject_key=ground.people["Mara"].id)  # type: ignore[arg-type]
    try:
        return await ground.database.write(_told, stands, str(one["statement"]), said_at)
    except ConstraintBroken:
        return None


def _told(tx: Transaction, memory: Memory, statement: str, said_at: int) -> Memory:
    after = replace(memory, statement=statement, statement_hash=statement_hash(statement), valid_from=said_at)
    memories.put(tx, after)
    return after


def stands(memory: Memory) -> tuple[object, ...]:
    """What a pin keeps."""
    return memory.id, memory.statement, memory.pinned, memory.state, memory.valid_to, memory.reach


def parts(summary: str) -> set[str]:
    """The statements that a summary made by rule is made of; anything else is its own only part."""
    dated, _, told = summary.partition(": ")
    return {f"{part.rstrip('.')}." for part in told.split("; ")} if dated.startswith("On ") else {summary}


@settings(max_examples=12, deadline=None)
@example(tellings=[told_so(STATEMENTS[0], reach="guild"), told_so(STATEMENTS[1])], most=9, embedded=False)
@example(tellings=[told_so(STATEMENTS[0]), told_so(STATEMENTS[1], who="Tom")], most=9, embedded=False)
@example(tellings=[told_so(one) for one in STATEMENTS], most=2, embedded=True)
@given(tellings=st.lists(told, min_size=2, max_size=9), most=st.integers(2, 9), embedded=st.booleans())
async def test_tidying_loses_no_pin_widens_no_audience_and_is_undone_to_the_letter(
    model_file: Path, tellings: list[dict[str, object]], most: int, embedded: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(await SQLiteEngine.open(Path(shutil.copy(model_file, folder))))
        ground = await laid(database)
        kept = [memory for one in tellings if (memory := await keep(ground, one)) is not None]
        if embedded:
            await database.write(embed, VECTORS)
        pinned = [one for one in kept if one.pinned]
        ground.now += 40 * DAY
        before, knew = [(await ground.find(one)).snapshot() for one in kept], await audiences(ground)

        for scene in SCENES:
            await tidy(ground, scene, TERMS, most)

        knows = await audiences(ground)
        assert all(parts(said) <= knew[one] for one in ASKING for said in knows[one] - knew[one])
        assert [stands(await ground.find(one)) for one in pinned] == [stands(one) for one in pinned]
        assert [step for scene in SCENES for step in await tidy(ground, scene, TERMS, most)] == []
        await database.write(undo_all, ground)
        assert [(await ground.find(one)).snapshot() for one in kept] == before
        assert [await database.read(memories.related, one.conversation_id, one.id, "related") for one in kept] == [
            []
        ] * len(kept)
        await database.close()
