"""What somebody said before they asked not to be heard is neither read for memories nor had in mind."""

from __future__ import annotations

from dataclasses import replace

from storage import memories, opt_outs, passages, readings, recall
from storage.recall import Reach
from tests.memory.ground import NOW, Ground

MARA = ("discord", "0")


async def test_their_words_are_not_read_for_memories(ground: Ground) -> None:
    hers = await ground.say("Mara", "I keep bees")
    await ground.say("Tom", "I keep goats")
    scene = ground.scenes["general"].id
    await ground.database.write(readings.mark, scene, hers, NOW)
    await ground.database.write(opt_outs.begin, *MARA, ground.now)

    unread = await ground.database.read(readings.unread, scene, 10)
    before = await ground.database.read(readings.before, scene, 99, 0, 10)

    assert [line.name for line in unread] == [line.name for line in before] == ["Tom"]
    assert await ground.database.read(readings.line, scene, hers) is None
    assert await ground.database.read(readings.marked, scene, 10) == []
    assert await ground.learn(ground.drawn(hers, "Mara keeps bees.", "I keep bees")) == []


async def test_neither_their_words_nor_what_they_told_come_to_mind(ground: Ground) -> None:
    database, scene = ground.database, ground.scenes["general"]
    memory = await ground.tell("Mara keeps bees.")
    await database.write(memories.put, replace(memory, pinned=1))
    audience = ground.audience("general", "Tom")
    [talk] = await database.read(recall.seen, scene.id)
    [scope] = await database.read(memories.scopes, audience)
    said, noted = whole(talk.scope), whole(scope)
    message, note = [await database.read(recall.having, one, "bees") for one in (said, noted)]
    assert len(message) == len(note) == len(await database.read(memories.pinned, audience)) == 1

    await database.write(opt_outs.begin, *MARA, ground.now)

    assert await database.read(recall.told, said, message) == []
    assert await database.read(memories.told, audience, note) == {}
    assert await database.read(memories.pinned, audience) == []


def whole(scope: int) -> Reach:
    """All of a scope."""
    return Reach(scope * passages.PLACES, (scope + 1) * passages.PLACES - 1)
