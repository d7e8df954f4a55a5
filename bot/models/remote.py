"""A model behind a server, whose client is loaded after the start: that takes as long as all else about a start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from bot.ports import Model, Question, Usage


class RemoteModel:
    """Speaks through ``OpenAIModel``, which is loaded by ``warm``, or by the first question if that comes before."""

    def __init__(self, name: str, base_url: str, api_key: str) -> None:
        self._name = name
        self._base_url = base_url
        self._key = api_key
        self._loaded: Model | None = None

    @property
    def name(self) -> str:
        """The model's name as the server knows it."""
        return self._name

    def fills(self, form: str) -> bool:
        """A language model tries any form; who asks still checks the answer."""
        return True

    async def warm(self) -> None:
        """Load the client, in a thread."""
        await self._load()

    async def stream(self, question: Question) -> AsyncGenerator[str | Usage, None]:
        """Yield pieces and one Usage; raises ModelFailed."""
        async with aclosing((await self._load()).stream(question)) as pieces:
            async for piece in pieces:
                yield piece

    async def close(self) -> None:
        """Let connections go."""
        if self._loaded is not None:
            await self._loaded.close()

    async def _load(self) -> Model:
        if self._loaded is None:
            made = await asyncio.to_thread(self._make)
            self._loaded = self._loaded or made
        return self._loaded

    def _make(self) -> Model:
        from bot.models.openai_chat import OpenAIModel  # the long part

        return OpenAIModel(self._name, self._base_url, self._key)
