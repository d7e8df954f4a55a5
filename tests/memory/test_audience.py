"""Who may come to know a memory: those it was told before, and nobody else."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import memories
from storage.database import Database
from storage.engines.base import Transaction
from storage.engines.sqlite import SQLiteEngine
from storage.memories import Audience, Memory
from tests.memory.ground import Ground, laid

SCENES = ("general", "secret", "thread", "elsewhere", "dm of Mara", "dm of Tom", "with Odile", "Odile's dm of Mara")
GUILDS = {"general": "10", "secret": "10", "thread": "10", "elsewhere": "11", "with Odile": "10"}


BESIDE = {"with Odile": "general", "Odile's dm of Mara": "dm of Mara"}  # another persona's, with the same people


def may_know(told_in: str, teller: str, reach: str, scene: str, asker: str, shared: bool) -> bool:
    """The rule in plain words, beside the one in SQL."""
    if scene == told_in:
        return True
    another = ("Odile" in scene) != ("Odile" in told_in)
    if another and not (shared and teller):
        return False  # one persona does not know what another was told, nor ever what another says of itself
    place, told_at = BESIDE.get(scene, scene), BESIDE.get(told_in, told_in)
    if place == told_at:
        return True
    if told_in not in GUILDS:
        return False  # a direct conversation stays one
    if scene not in GUILDS:
        return not another and teller == asker and teller != ""  # people are reminded of their own words
    if place == "thread" and told_at == "general":
        return True
    return reach == "guild" and GUILDS[scene] == GUILDS[told_in]


async def test_what_was_told_in_a_direct_conversation_never_surfaces_in_a_guild(ground: Ground) -> None:
    await ground.tell("Mara is in love.", "dm of Mara")

    assert await ground.known("dm of Mara") == ["Mara is in love."]
    for scene in ("general", "secret", "thread", "elsewhere", "dm of Tom"):
        assert await ground.known(scene) == []


async def test_what_was_told_in_a_channel_stays_there_and_in_its_threads(ground: Ground) -> None:
    await ground.tell("Mara lives in Oslo.", "general")
    await ground.tell("Mara plans a party.", "secret")

    assert await ground.known("general", "Tom") == ["Mara lives in Oslo."]
    assert await ground.known("thread", "Tom") == ["Mara lives in Oslo."]
    assert await ground.known("elsewhere", "Tom") == []


async def test_what_was_told_in_a_thread_is_not_known_in_its_channel(ground: Ground) -> None:
    await ground.tell("Mara lives in Oslo.", "thread")

    assert await ground.known("general") == []


async def test_people_are_reminded_of_their_own_words_in_their_direct_conversation(ground: Ground) -> None:
    await ground.tell("Mara lives in Oslo.", "general")

    assert await ground.known("dm of Mara", "Mara") == ["Mara lives in Oslo."]
    assert await ground.known("dm of Tom", "Tom") == []


async def test_a_persona_knows_nothing_of_what_another_was_told(ground: Ground) -> None:
    await ground.tell("Mara lives in Oslo.", "general")

    assert await ground.known("with Odile") == []
    assert await ground.known("Odile's dm of Mara") == []


async def test_where_memory_is_shared_a_persona_knows_what_the_same_people_told_another(ground: Ground) -> None:
    await ground.tell("Mara lives in Oslo.", "with Odile")
    await ground.tell("Mara is in love.", "Odile's dm of Mara")

    assert await ground.known("general", "Tom", shared=True) == ["Mara lives in Oslo."]
    assert await ground.known("dm of Mara", "Mara", shared=True) == ["Mara is in love."]
    assert await ground.known("secret", "Mara", shared=True) == []


async def test_what_was_opened_to_a_guild_is_known_in_all_of_it_and_in_no_other(ground: Ground) -> None:
    memory = await ground.tell("The game night is on Friday.", "general")

    await ground.database.write(memories.put, replace(memory, reach="guild"))

    assert await ground.known("secret", "Tom") == ["The game night is on Friday."]
    assert await ground.known("thread", "Tom") == ["The game night is on Friday."]
    assert await ground.known("elsewhere", "Tom") == []


@pytest.mark.parametrize("state", ["archived", "doubted"])
async def test_what_is_archived_or_in_doubt_is_known_to_nobody(state: str, ground: Ground) -> None:
    memory = await ground.tell("Mara lives in Oslo.")

    await ground.database.write(memories.put, replace(memory, state=state))

    assert await ground.known() == []


def everything(tx: Transaction, audience: Audience, of: list[Memory]) -> list[set[str]]:
    """What each way to read memories for people gives this audience."""
    numbers = range(0, 2**40, 2**32)
    spread = [base + memory.seq for memory in of for base in numbers]
    known = [one.id for one in memories.known(tx, audience)]
    assert len(known) == len(set(known))
    return [
        set(known),
        {one.id for one in of if memories.in_reach(tx, one.id, audience)},
        {one.id for one in memories.told(tx, audience, spread).values()},
        {one.id for one in memories.pinned(tx, audience, 1000)},
    ]


telling = st.tuples(
    st.sampled_from(SCENES), st.sampled_from(("Mara", "Tom", "Ada")), st.sampled_from(("scene", "guild"))
)
asking = st.tuples(st.sampled_from(SCENES), st.sampled_from(("Mara", "Tom")), st.booleans())


@settings(max_examples=40)
@given(tellings=st.lists(telling, min_size=1, max_size=8), askings=st.lists(asking, min_size=1, max_size=6))
async def test_no_memory_is_ever_given_to_an_audience_that_was_not_there(
    model_file: Path, tellings: list[tuple[str, str, str]], askings: list[tuple[str, str, bool]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(await SQLiteEngine.open(Path(shutil.copy(model_file, folder))))
        ground = await laid(database)
        kept: list[tuple[Memory, str, str, str]] = []
        for number, (scene, teller, reach) in enumerate(tellings):
            told = await ground.tell(f"Number {number} {teller}", scene, teller, topic=f"topic {number}")
            opened = replace(told, reach=reach, pinned=1)
            await database.write(memories.put, opened)
            kept.append((opened, scene, teller if teller != "Ada" else "", reach))

        for scene, asker, shared in askings:
            wanted = {m.id for m, *told in kept if may_know(*told, scene, asker, shared)}
            of = [memory for memory, *_ in kept]
            for given_out in await database.read(everything, ground.audience(scene, asker, shared), of):
                assert given_out == wanted
        await database.close()
