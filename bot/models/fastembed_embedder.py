"""An embedder on this machine by fastembed, an extra: its package and its model are fetched when first needed."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from bot.models.vectors import unit
from bot.ports import EmbedFailed, EmbedFault, Vector
from config.embedders import FASTEMBED

_BATCH = 16
_THREADS = 2  # a question does not wait behind what is embedded in the background


def installed() -> bool:
    """Whether the extra is there; nothing of it is imported."""
    importlib.invalidate_caches()
    return importlib.util.find_spec(FASTEMBED) is not None


class FastembedEmbedder:
    """One of fastembed's models, kept in ``folder`` once it was fetched."""

    def __init__(self, model: str, folder: Path, package: str = FASTEMBED) -> None:
        self.name = f"{FASTEMBED}:{model}"
        self._load = partial(_load, model, folder, package)
        self._model: Any = None
        self._dimension = 0
        self._loading = asyncio.Lock()
        self._threads = ThreadPoolExecutor(_THREADS, "embedder")

    async def open(self) -> int:
        """Fetch and load the model, embed once and count; raises EmbedFailed."""
        if not self._dimension:
            [vector] = await self.embed(["ready"])
            self._dimension = len(vector)
        return self._dimension

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """One unit vector each; what is beyond the model's length is not read; raises EmbedFailed."""
        async with self._loading:
            if self._model is None:
                self._model = await _apart(self._load)
        return await asyncio.get_running_loop().run_in_executor(self._threads, _vectors, self._model, list(texts))

    async def close(self) -> None:
        """Wait for the batch that is being made, and never for a model that is being fetched."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)


async def _apart(load: Callable[[], Any]) -> Any:
    """What it returns or raises, on a thread that nobody waits for at the end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def tell(model: Any, failed: EmbedFailed | None) -> None:
        if not done.done():
            done.set_result(model) if failed is None else done.set_exception(failed)

    def run() -> None:
        model, failed = None, None
        try:
            model = load()
        except EmbedFailed as error:
            failed = error
        with suppress(RuntimeError):  # the loop is closed, and nobody asks any more
            loop.call_soon_threadsafe(tell, model, failed)

    threading.Thread(target=run, name="embedder-load", daemon=True).start()
    return await done


# ── on threads ──


def _load(name: str, folder: Path, package: str) -> Any:
    try:
        embedding = importlib.import_module(package).TextEmbedding
        importlib.import_module("loguru").logger.disable(FASTEMBED)  # what goes wrong is told by us, once
    except ImportError:
        raise EmbedFailed(EmbedFault.NOT_INSTALLED) from None
    if name.casefold() not in {one["model"].casefold() for one in embedding.list_supported_models()}:
        raise EmbedFailed(EmbedFault.NO_SUCH_MODEL)
    try:
        return embedding(name, cache_dir=str(folder), threads=1)  # the other cores are for those who wait for a reply
    except Exception as error:  # whatever a network, a disk or a file does to it, the port promises EmbedFailed
        raise EmbedFailed(EmbedFault.NOT_FETCHED, type(error).__name__) from error


def _vectors(model: Any, texts: list[str]) -> list[Vector]:
    written = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
    try:
        return [unit(row.tolist()) for row in model.embed(written, batch_size=_BATCH)]
    except EmbedFailed:
        raise
    except Exception as error:  # its words may quote the text
        raise EmbedFailed(EmbedFault.BROKEN, type(error).__name__) from None
