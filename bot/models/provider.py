"""The server that was set for the models, as somebody else's key meets it too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from difflib import get_close_matches
from urllib.parse import urlsplit

from bot.models.remote import RemoteModel
from bot.ports import Model

OPENAI_HOST = "api.openai.com"
_NEAR = 3


class OpenAIProvider:
    """Any OpenAI-compatible server; its client is loaded when it is first needed."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._base_url = base_url
        self._key = api_key

    @property
    def name(self) -> str:
        """Its host, with a port where one was set."""
        return urlsplit(self._base_url).netloc.rpartition("@")[2].casefold() if self._base_url else OPENAI_HOST

    def model(self, name: str, api_key: str) -> Model:
        """One model by that key, with a client of its own."""
        return RemoteModel(name, self._base_url, api_key)

    async def models(self, api_key: str = "") -> tuple[str, ...]:
        """What it lists for that key, by default the bot's own; raises ModelFailed."""
        listed = await asyncio.to_thread(_load)
        return await listed(self._base_url, api_key or self._key)


def _load() -> Callable[[str, str], Awaitable[tuple[str, ...]]]:
    from bot.models.openai_list import listed  # the long part

    return listed


def missing(names: tuple[str, ...], listed: tuple[str, ...], provider: str) -> list[str]:
    """A sentence for each model that a server does not list; none where it lists nothing at all. Pure."""
    known = {alias for name in listed for alias in _aliases(name)}
    unknown = [name for name in names if known and not known & _aliases(name)]
    return [f"{provider} lists no model {name}; {_hint(name, listed)}" for name in unknown]


def _aliases(name: str) -> set[str]:
    """Servers add where a model comes from, or which make of it is meant, and take the name without it too."""
    bare = name.removeprefix("models/")
    return {name, bare, bare.removesuffix(":latest"), bare.partition(":")[0]} if ":" in bare else {name, bare}


def _hint(name: str, listed: tuple[str, ...]) -> str:
    near = get_close_matches(name, listed, n=_NEAR, cutoff=0.5)
    if not near:
        return "check OPENAI_MODELS."
    names = near[0] if len(near) == 1 else f"{', '.join(near[:-1])} or {near[-1]}"
    return f"did you mean {names}? Check OPENAI_MODELS."
