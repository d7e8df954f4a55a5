"""An embedder behind any server that speaks OpenAI's embeddings."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from openai import APIConnectionError, APIError, APIStatusError, AsyncOpenAI

from bot.models.openai_chat import OPENAI_URL, open_client
from bot.models.openai_faults import understood
from bot.models.vectors import unit
from bot.ports import EmbedFailed, EmbedFault, ModelFault, Vector

_BATCH = 64  # texts in one request
_LONGEST = 8_000  # characters of a text that are read: no server takes less than 2,000 tokens
_TRIES = 3
_CALL_S = 30.0
_REFUSED = (ModelFault.WRONG_KEY, ModelFault.UNKNOWN_MODEL, ModelFault.OUT_OF_CREDIT)
_PASSING = (ModelFault.RATE_LIMITED, ModelFault.TIMED_OUT, ModelFault.UNREACHABLE, ModelFault.STALLED)


class OpenAIEmbedder:
    """One model of one server; its dimension is learned from the first answer."""

    def __init__(self, name: str, base_url: str = "", api_key: str = "", client: AsyncOpenAI | None = None) -> None:
        self.name = name
        self._key = api_key
        self._client = client or open_client(base_url or OPENAI_URL, api_key, tries=_TRIES)
        self._dimension = 0

    async def open(self) -> int:
        """Ask once and count; raises EmbedFailed."""
        if not self._dimension:
            [vector] = await self.embed(["ready"])
            self._dimension = len(vector)
        return self._dimension

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """One unit vector each, in requests of at most 64 texts; raises EmbedFailed."""
        batches = [texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH)]
        return [vector for batch in batches for vector in await self._ask(batch)]

    async def close(self) -> None:
        """Let connections go."""
        await self._client.close()

    async def _ask(self, texts: Sequence[str]) -> list[Vector]:
        asked = [text[:_LONGEST].encode("utf-8", "replace").decode("utf-8") or " " for text in texts]
        failed: EmbedFailed | None = None
        try:
            async with asyncio.timeout(_CALL_S):
                body = {"model": self.name, "input": asked, "encoding_format": "float"}
                answer = await self._client.post("/embeddings", cast_to=object, body=body)
            return _vectors(answer, len(texts))
        except EmbedFailed:
            raise
        except TimeoutError:
            failed = EmbedFailed(EmbedFault.UNREACHABLE, f"no answer within {_CALL_S:g} s")
        except Exception as error:
            # Whatever rubbish does to the SDK, the port promises EmbedFailed and nothing else.
            failed = _understood(error, self._key)
        raise failed  # out here, so that no error quoting a key hangs on as its cause or context


def _vectors(answer: Any, count: int) -> list[Vector]:
    """One for each text, in the order they were asked; raises EmbedFailed, and what Python says of rubbish."""
    rows = sorted(answer.get("data") or [], key=lambda row: row["index"])
    vectors = [unit(row["embedding"]) for row in rows]
    if len(vectors) != count or len({len(vector) for vector in vectors}) != 1:
        raise EmbedFailed(EmbedFault.BROKEN, f"{len(vectors)} vectors for {count} texts")
    return vectors


def _understood(error: Exception, key: str) -> EmbedFailed:
    told = understood(error, key, begun=False, now_s=time.time())
    away = isinstance(error, APIConnectionError) or told.fault in _PASSING
    status = error.status_code if isinstance(error, APIStatusError) else 0
    refused = told.fault in _REFUSED or (isinstance(error, APIError) and 400 <= status < 500)
    fault = EmbedFault.UNREACHABLE if away else EmbedFault.REFUSED if refused else EmbedFault.BROKEN
    return EmbedFailed(fault, f"{type(error).__name__} {status or ''}".strip())  # its words may quote the text
