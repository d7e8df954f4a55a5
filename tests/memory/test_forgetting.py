"""What people had forgotten is gone: from the rows, the indexes, the journal and the bytes of the file."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.memory.mending import forget_for_good, reword
from storage import memories, messages
from storage.database import Database
from storage.engines.base import Transaction
from storage.engines.sqlite import SQLiteEngine
from storage.memories import Memory
from tests.memory.ground import Ground, laid

SECRET = "xylophonist"


def take_back_all(tx: Transaction, memory: Memory, ground: Ground) -> None:
    """Forget a memory and the message it came from."""
    [message] = memories.sources(tx, memory.conversation_id, memory.id)
    forget_for_good(tx, memory, ground.pen(writer="person"))
    messages.take_back(tx, memory.conversation_id, message, ground.now)


def raw(folder: Path) -> bytes:
    """Every byte of the file and what stands beside it."""
    files = list(folder.glob("troupe.db*"))
    assert files
    return b"".join(file.read_bytes().lower() for file in files)


async def test_no_byte_of_what_was_forgotten_is_left_in_the_file_or_its_log(model_file: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(model_file, tmp_path))
    database = Database(await SQLiteEngine.open(path))
    ground = await laid(database)
    for number in range(200):
        await ground.tell(f"Mara told story number {number} about {'rain' * (number % 7)}.", topic=f"story {number}")
    memory = await ground.tell(f"Mara is a {SECRET}.")
    await ground.tell(f"mara IS a {SECRET}", topic="again")
    again = await database.read(memories.sources, memory.conversation_id, memory.id)
    reworded = await database.write(reword, memory, f"Mara is a good {SECRET}.", ground.pen())
    await database.write(messages.take_back, memory.conversation_id, again[1], ground.now)
    await database.write(memories.drop_source, memory.conversation_id, again[1])

    await database.write(take_back_all, reworded, ground)
    await database.close()

    assert SECRET.encode() not in raw(tmp_path)


async def test_a_message_whose_memory_was_forgotten_is_not_read_for_memories_again(ground: Ground) -> None:
    memory = await ground.tell("Mara lives in Oslo.")
    [message] = await ground.database.read(memories.sources, memory.conversation_id, memory.id)

    await ground.database.write(forget_for_good, memory, ground.pen())

    kept = await ground.learn(ground.drawn(message, "Mara lives in Oslo.", "Mara lives in Oslo."))
    assert kept == []
    assert await ground.known() == []
