"""Which models answer, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.models.local import LocalServer, find_local
from bot.models.offline import OfflineModel
from bot.models.provider import OPENAI_HOST, OpenAIProvider
from bot.models.remote import RemoteModel
from bot.ports import Model, Provider

DEFAULT_MODELS = ("gpt-4o-mini",)
_OFFLINE = "No language model is connected: the offline persona answers, from what was said."
_SET = "For a real model set OPENAI_API_KEY, or start Ollama on this machine (ollama.com)."


@dataclass(frozen=True, slots=True)
class Choice:
    """The models in the order they are to be tried; ``advice`` is empty when nothing better is needed.

    ``provider`` is the server that was set, None where none was: one found on this machine takes no keys.
    """

    models: tuple[Model, ...]
    sentence: str
    advice: str
    provider: Provider | None = None


async def choose_models(
    api_key: str,
    base_url: str,
    models: tuple[str, ...],
    find: Callable[[], Awaitable[LocalServer | None]] = find_local,
) -> Choice:
    """The server that was set, else one found on this machine, else the offline persona."""
    if api_key or base_url:
        return _as_set(api_key, base_url, models)
    server = await find()
    if server is not None and (names := models or server.chat_models[:1]):
        return _on_this_machine(server, names)
    return Choice((OfflineModel(),), _OFFLINE, _advice(server))


def _as_set(api_key: str, base_url: str, models: tuple[str, ...]) -> Choice:
    names = models or DEFAULT_MODELS
    shown = shown_url(base_url)
    guessed = not models and base_url and urlsplit(base_url).hostname != OPENAI_HOST
    advice = f"Set OPENAI_MODELS to a model that {shown} has; {names[0]} is only a guess." if guessed else ""
    sentence, provider = f"{_list(names)} at {shown}.", OpenAIProvider(base_url, api_key)
    return Choice(_models(names, base_url, api_key), sentence, advice, provider)


def _on_this_machine(server: LocalServer, names: tuple[str, ...]) -> Choice:
    sentence = f"{server.label} answers on this machine, with {_list(names)}."
    missing = [name for name in names if name not in server.models]
    advice = f"{server.label} has no {_list(tuple(missing))}; check OPENAI_MODELS." if missing else ""
    return Choice(_models(names, server.base_url, ""), sentence, advice)


def _models(names: tuple[str, ...], base_url: str, api_key: str) -> tuple[Model, ...]:
    return tuple(RemoteModel(name, base_url, api_key) for name in names)


def _advice(server: LocalServer | None) -> str:
    if server is None:
        return _SET
    found = f"{server.label} runs on this machine without a chat model"
    return f"{found}: add one (ollama pull llama3.2), or set OPENAI_API_KEY."


def _list(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def shown_url(base_url: str) -> str:
    """The address without login, query or fragment: what may stand in a log."""
    if not base_url:
        return OPENAI_HOST
    parts = urlsplit(base_url if "//" in base_url else f"//{base_url}")
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if parts.scheme else f"{host}{parts.path}"
