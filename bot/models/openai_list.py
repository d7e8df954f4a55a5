"""The models that a server lists for a key, which is also how a key is tried without spending anything."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit

from openai import APIStatusError

from bot.models.openai_chat import OPENAI_URL, open_client
from bot.models.openai_faults import understood
from bot.ports import ModelFailed, ModelFault

LIST_S = 10.0
# Their list is open to everybody, so that it says nothing of a key; this tells of it, and of what is left.
_ASKED_FOR_KEYS = ("openrouter.ai",)
_NO_LIST = (404, 405, 501)


async def listed(base_url: str, api_key: str, ask_key: bool | None = None) -> tuple[str, ...]:
    """The names of its models in its order, none where it does not list any; raises ModelFailed.

    ``ask_key`` says to ask OpenRouter's ``/key`` too, which only it has.
    """
    url = base_url or OPENAI_URL
    client = open_client(url, api_key)
    failed: ModelFailed | None = None
    found: object = None
    try:
        async with asyncio.timeout(LIST_S):
            if urlsplit(url).hostname in _ASKED_FOR_KEYS if ask_key is None else ask_key:
                _look(await client.get("/key", cast_to=object))
            found = await client.get("/models", cast_to=object)
    except TimeoutError:
        failed = ModelFailed(ModelFault.TIMED_OUT, "no list of models in time")
    except ModelFailed as refusal:
        failed = refusal
    except Exception as error:
        if not (isinstance(error, APIStatusError) and error.status_code in _NO_LIST):
            failed = understood(error, api_key, begun=False, now_s=time.time())
    finally:
        await client.close()
    # Raised out here, so that no error quoting a key hangs on as its cause or context.
    if failed is not None:
        raise failed
    return _names(found)


def _look(told: object) -> None:
    """Raises ModelFailed where the limit of a key is used up; one without a limit has none to look at."""
    data = told.get("data") if isinstance(told, dict) else None
    left = data.get("limit_remaining") if isinstance(data, dict) else None
    if isinstance(left, int | float) and left <= 0:
        raise ModelFailed(ModelFault.OUT_OF_CREDIT, "the key's limit is used up")


def _names(told: object) -> tuple[str, ...]:
    entries = told.get("data") if isinstance(told, dict) else None
    names = [one.get("id") for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    return tuple(name for name in names if isinstance(name, str) and name)
