"""Whether a chat server runs on this machine already."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import aiohttp

LOCAL: tuple[tuple[str, str], ...] = (
    ("Ollama", "http://127.0.0.1:11434/v1"),
    ("LM Studio", "http://127.0.0.1:1234/v1"),
    ("llama.cpp", "http://127.0.0.1:8080/v1"),
)
LONGEST_LIST = 2**20
_NOT_FOR_CHAT = re.compile(r"embed|rerank|whisper|\btts\b|minilm|mpnet|nomic|\b(bge|gte|e5)-", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server that answered, and all its models in its own order."""

    label: str
    base_url: str
    models: tuple[str, ...]

    @property
    def chat_models(self) -> tuple[str, ...]:
        """The models whose names do not say that they only embed, rank or transcribe."""
        return tuple(name for name in self.models if not _NOT_FOR_CHAT.search(name))


async def find_local(candidates: tuple[tuple[str, str], ...] = LOCAL, within_s: float = 0.25) -> LocalServer | None:
    """The first candidate (label, base URL on 127.0.0.1) with a chat model, else the first that answers.

    All are asked at once; raises ValueError for an address that is not this machine's.
    """
    for _, base_url in candidates:
        if urlsplit(base_url).hostname != "127.0.0.1":
            raise ValueError(f"only 127.0.0.1 is looked at, not {urlsplit(base_url).hostname}")
    heard = await asyncio.gather(*(_listens(base_url, within_s) for _, base_url in candidates))
    there = [candidate for candidate, listens in zip(candidates, heard, strict=True) if listens]
    answered = await _ask(there, within_s) if there else []
    return next((server for server in answered if server.chat_models), answered[0] if answered else None)


async def _listens(base_url: str, within_s: float) -> bool:
    """Whether anybody takes a connection there."""
    parts = urlsplit(base_url)
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(within_s):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
        writer.close()
        return True
    return False


async def _ask(candidates: list[tuple[str, str]], within_s: float) -> list[LocalServer]:
    import aiohttp  # where nobody listens, the start need not wait for it

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=within_s), trust_env=False) as session:
        looks = [_look(session, label, base_url) for label, base_url in candidates]
        return [server for server in await asyncio.gather(*looks) if server is not None]


async def _look(session: aiohttp.ClientSession, label: str, base_url: str) -> LocalServer | None:
    """The server, or None when nobody answers there or somebody else does."""
    import aiohttp

    try:
        async with session.get(f"{base_url}/models", allow_redirects=False) as response:
            if response.status != 200:
                return None
            listed = json.loads(await _body(response))
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, RecursionError):
        return None
    models = _models(listed)
    return None if models is None else LocalServer(label, base_url, models)


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """At most LONGEST_LIST bytes, as many as come."""
    body = b""
    async for part in response.content.iter_any():
        body += part
        if len(body) > LONGEST_LIST:
            raise ValueError("too long for a list of models")
    return body


def _models(listed: object) -> tuple[str, ...] | None:
    """The ids of an OpenAI model list, or None when it is not one; Ollama without models says null for none."""
    if not isinstance(listed, dict) or listed.get("object") != "list" or "data" not in listed:
        return None
    entries = listed["data"] or []
    if not isinstance(entries, list):
        return None
    names = [entry.get("id") if isinstance(entry, dict) else None for entry in entries]
    if not all(isinstance(name, str) and name for name in names):
        return None
    return tuple(str(name) for name in names)
