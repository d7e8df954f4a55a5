"""A deterministic embedder of a few numbers: texts that share words lie close together."""

from __future__ import annotations

import asyncio
import re
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from math import sqrt

from bot.ports import EmbedFailed, Vector

DIMENSION = 64
PATIENCE_S = 10.0


def embedded(text: str, dimension: int = DIMENSION) -> Vector:
    """A unit vector that counts the words of a text, each in the place its hash gives it."""
    counts = [1e-3] * dimension
    for word in re.findall(r"\w+", text.casefold()):
        counts[int.from_bytes(blake2b(word.encode(), digest_size=4).digest(), "big") % dimension] += 1
    length = sqrt(sum(count * count for count in counts))
    return array("f", [count / length for count in counts])


class TinyEmbedder:
    """An Embedder that fails as long as ``failing`` is set and remembers what it was asked."""

    def __init__(self, name: str = "tiny", dimension: int = DIMENSION) -> None:
        self.name = name
        self.dimension = dimension
        self.failing: EmbedFailed | None = None
        self.asked: list[str] = []
        self._changed = asyncio.Condition()

    async def open(self) -> int:
        """Its dimension, unless it fails."""
        if self.failing is not None:
            raise self.failing
        return self.dimension

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """The vector of each text."""
        await self.open()
        self.asked += texts
        async with self._changed:
            self._changed.notify_all()
        return [embedded(text, self.dimension) for text in texts]

    async def has_embedded(self, text: str) -> None:
        """Until it was asked for the vector of that text."""
        async with asyncio.timeout(PATIENCE_S), self._changed:
            await self._changed.wait_for(lambda: text in self.asked)

    async def close(self) -> None:
        """There is nothing to let go."""
