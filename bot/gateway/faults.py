"""Discord's errors in our words."""

from __future__ import annotations

import aiohttp
import discord

from bot.ports import SendFailed, SendFault

WEBHOOK_GONE = 10015
TOO_MANY_WEBHOOKS = (30007, 30058)
_CLOSED = {50083, 160005}  # a thread that is archived for good, or locked
_GONE = {10003, 10004, 10008, WEBHOOK_GONE}
OLD_EDITS = 30046  # too many edits of messages older than an hour
NO_REPLYING = 160002  # a message may not refer to one where the history can't be read
ANSWERED = 40060
EXPIRED = {10008, 10062, ANSWERED, 50027}  # an interaction that is answered already, or too old
_BLOCKED = {200000, 200001}
_HARMFUL_LINK = 240000


class MaybeSaid(Exception):
    """A webhook's server answered with its own failure: what was posted may stand there all the same."""


def translate(error: BaseException) -> SendFailed:
    """The failure of one request as the outbox understands it."""
    match error:
        case discord.RateLimited():
            return SendFailed(SendFault.LATER, "rate limited", error.retry_after)
        case discord.HTTPException():
            return _by_code(error)
        case MaybeSaid() | TimeoutError() | aiohttp.ClientError() | OSError():
            return SendFailed(SendFault.DOUBT, f"{type(error).__name__}: {error}"[:200])
    return SendFailed(SendFault.INVALID, f"{type(error).__name__}: {error}"[:200])


def _by_code(error: discord.HTTPException) -> SendFailed:
    detail = f"{error.status} {error.code}: {error.text}"[:200]
    if error.status == 429:
        return SendFailed(SendFault.LATER, detail, 5.0)
    if error.status >= 500:
        return SendFailed(SendFault.DOUBT, detail)
    if error.code in _BLOCKED:
        return SendFailed(SendFault.BLOCKED, detail)
    if error.code == _HARMFUL_LINK:
        return SendFailed(SendFault.LINK, detail)
    if error.code in _GONE or error.status == 404:
        return SendFailed(SendFault.GONE, detail)
    if error.status in (401, 403) or error.code in _CLOSED:
        return SendFailed(SendFault.FORBIDDEN, detail)
    return SendFailed(SendFault.INVALID, detail)


FAILURES = (discord.DiscordException, MaybeSaid, TimeoutError, aiohttp.ClientError, OSError)
