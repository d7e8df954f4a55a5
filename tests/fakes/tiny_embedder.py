"""A deterministic embedder of a few numbers: texts that share words lie close together."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from hashlib import blake2b
from math import sqrt

from bot.ports import EmbedFailed, Vector

DIMENSION = 64


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

    async def open(self) -> int:
        """Its dimension, unless it fails."""
        if self.failing is not None:
            raise self.failing
        return self.dimension

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """The vector of each text."""
        await self.open()
        self.asked += texts
        return [embedded(text, self.dimension) for text in texts]

    async def close(self) -> None:
        """There is nothing to let go."""
