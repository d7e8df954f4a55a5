"""What recall is compared with: all of a person's vectors in memory, and chromadb where it happens to be installed."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.remembered import Array, Kept
from bot.ports import Vector

MOST = 50
_PAGE = 1_000


class Scan:
    """Compares with every vector, and reads no words."""

    def __init__(self, kept: Sequence[Kept]) -> None:
        self._matrix: Array = np.stack([one.vector for one in kept])

    def nearest(self, vector: Vector) -> list[int]:
        """The places of the nearest, best first."""
        likeness = self._matrix @ np.asarray(vector, np.float32)
        best = np.argpartition(likeness, -MOST)[-MOST:]
        return [int(at) for at in best[np.argsort(-likeness[best])]]


class Chroma:
    """One collection in a folder of its own."""

    def __init__(self, folder: Path, kept: Sequence[Kept]) -> None:
        chromadb: Any = importlib.import_module("chromadb")
        client = chromadb.PersistentClient(str(folder), chromadb.Settings(anonymized_telemetry=False))
        self._found: Any = client.create_collection("own", metadata={"hnsw:space": "ip"}, embedding_function=None)
        for first in range(0, len(kept), _PAGE):
            page = kept[first : first + _PAGE]
            self._found.add(
                ids=[str(first + at) for at in range(len(page))],
                embeddings=[one.vector for one in page],
                documents=[one.words for one in page],
            )

    def nearest(self, vector: Vector) -> list[int]:
        """The places of about the nearest, best first, read with their words."""
        asked = [np.asarray(vector, np.float32)]
        found = self._found.query(query_embeddings=asked, n_results=MOST, include=["documents", "distances"])
        return [int(one) for one in found["ids"][0]]


def chroma_is_there() -> bool:
    """Whether chromadb can be imported; nothing here needs it."""
    return importlib.util.find_spec("chromadb") is not None
