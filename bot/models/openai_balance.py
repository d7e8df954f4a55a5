"""What is left of an account, from the servers that tell it: OpenRouter's ``/key`` and ``/credits``."""

from __future__ import annotations

import asyncio
import math
import time
from urllib.parse import urlsplit

from openai import APIStatusError, AsyncOpenAI

from bot.models.openai_chat import OPENAI_URL, open_client
from bot.models.openai_faults import understood
from bot.models.openai_list import LIST_S
from bot.ports import Balance, ModelFailed, ModelFault

_TELLING = ("openrouter.ai",)
_CLOSED = (401, 403, 404, 405)  # what is left in all is for keys of another kind at some accounts
_MICRO = 1_000_000


async def balance(base_url: str, api_key: str, telling: bool | None = None) -> Balance | None:
    """What is left for that key, None where the server tells nothing of it; raises ModelFailed.

    ``telling`` says that it does, which is otherwise known of OpenRouter alone.
    """
    url = base_url or OPENAI_URL
    if not (urlsplit(url).hostname in _TELLING if telling is None else telling):
        return None
    client = open_client(url, api_key)
    failed: ModelFailed | None = None
    found: Balance | None = None
    try:
        async with asyncio.timeout(LIST_S):
            limit_left = _dollars(await client.get("/key", cast_to=object), "limit_remaining")
            credits = await _credits(client)
            bought, used = _dollars(credits, "total_credits"), _dollars(credits, "total_usage")
            found = Balance(None if bought is None or used is None else max(0, bought - used), limit_left)
    except TimeoutError:
        failed = ModelFailed(ModelFault.TIMED_OUT, "no balance in time")
    except Exception as error:
        failed = understood(error, api_key, begun=False, now_s=time.time())
    finally:
        await client.close()
    # Raised out here, so that no error quoting a key hangs on as its cause or context.
    if failed is not None:
        raise failed
    return found


async def _credits(client: AsyncOpenAI) -> object:
    try:
        return await client.get("/credits", cast_to=object)
    except APIStatusError as error:
        if error.status_code not in _CLOSED:
            raise
        return None


def _dollars(told: object, name: str) -> int | None:
    """A figure in millionths of a dollar, None where it is not told."""
    data = told.get("data") if isinstance(told, dict) else None
    value = data.get(name) if isinstance(data, dict) else None
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return None
    return round(value * _MICRO)
