"""What capabilities ask of the past: one question in, the best of what was said before out."""

from __future__ import annotations

from collections.abc import Iterable

from bot.memory.embedding import Embedding
from bot.memory.ranking import Recalled
from bot.memory.recall import Audience, Way, Wondering, ask, find, tell
from bot.memory.reminding import Asked, Reminder, remind
from storage import memories
from storage.database import Database


class Memory:
    """Recalls by words and by meaning, or by words alone where there is no embedder or it is not ready."""

    def __init__(self, database: Database, embedding: Embedding | None = None) -> None:
        self._database = database
        self._embedding = embedding

    def start(self) -> None:
        """Begin to embed what was said, in the background."""
        if self._embedding is not None:
            self._embedding.start()

    async def rest(self) -> None:
        """Embed nothing more in the background."""
        if self._embedding is not None:
            await self._embedding.rest()

    async def close(self) -> None:
        """Let the embedder go."""
        if self._embedding is not None:
            await self._embedding.close()

    async def recall(self, audience: Audience, wondering: Wondering, most: int) -> list[Recalled]:
        """The best passages, best first, with what speaks for each; raises a StorageError."""
        return await self._found(find, audience, wondering, most)

    async def recollect(self, audience: Audience, wondering: Wondering, most: int) -> list[Recalled]:
        """As ``recall``, for a prompt: what only repeats what is told already makes room for others."""
        return await self._found(tell, audience, wondering, most)

    async def remind(
        self, audience: memories.Audience, wondering: Wondering, names: Iterable[str], most: int
    ) -> list[Reminder]:
        """The memories a reply should have in mind, pinned first, then the best first; raises a StorageError."""
        query = wondering.understood(names)
        space = await self._embedding.space(query.text) if self._embedding else None
        asked = Asked(query, wondering.text, audience.person_id, wondering.now)
        return await self._database.read(remind, audience, asked, space, most)

    async def _found(self, way: Way, audience: Audience, wondering: Wondering, most: int) -> list[Recalled]:
        query = await self._database.read(ask, audience, wondering)
        space = await self._embedding.space(query.text) if self._embedding else None
        return await self._database.read(way, audience, query, space, most)
