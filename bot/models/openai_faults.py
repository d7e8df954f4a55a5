"""What a chat server's errors mean. Pure: an error goes in, a ModelFailed comes out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError

from bot.ports import ModelFailed, ModelFault

DETAIL_LIMIT = 300
LONGEST_WAIT_S = 86_400.0

# What servers write in an error's code, type or message, most telling first.
_SPOKEN: tuple[tuple[ModelFault, re.Pattern[str]], ...] = (
    (
        ModelFault.TOO_LONG,
        re.compile(
            r"context_length|exceed_context_size|context (length|window|size)|prompt is too long|too many tokens"
            r"|request too large|string_above_max_length|input is too long"
        ),
    ),
    (
        ModelFault.OUT_OF_CREDIT,
        re.compile(
            r"insufficient_(quota|balance|credit)|insufficient (balance|credit)|billing_(hard_limit|not_active)"
            r"|exceeded your current quota|requires more credits"
        ),
    ),
    (
        ModelFault.REFUSED,
        re.compile(
            r"content_(filter|policy)|responsibleai|content management policy|moderation|safety system|was flagged"
        ),
    ),
    (
        ModelFault.UNKNOWN_MODEL,
        re.compile(r"model_not_found|unknown_model|invalid_model|model .{0,120}(not found|does not exist)"),
    ),
    (
        ModelFault.WRONG_KEY,
        re.compile(r"invalid_api_key|authentication_error|incorrect api key|permission_denied"),
    ),
    (ModelFault.RATE_LIMITED, re.compile(r"rate_limit|too many requests")),
    (ModelFault.UNREACHABLE, re.compile(r"server_error|internal_error|overloaded|unavailable|bad gateway")),
)
_BY_STATUS = {
    401: ModelFault.WRONG_KEY,
    402: ModelFault.OUT_OF_CREDIT,
    403: ModelFault.WRONG_KEY,
    404: ModelFault.UNKNOWN_MODEL,
    408: ModelFault.TIMED_OUT,
    413: ModelFault.TOO_LONG,
    429: ModelFault.RATE_LIMITED,
}
# Where a status is this clear, only these may be read out of the words beside it.
_MAY_OVERRIDE = {
    401: frozenset[ModelFault](),
    402: frozenset[ModelFault](),
    403: frozenset({ModelFault.REFUSED, ModelFault.OUT_OF_CREDIT, ModelFault.UNKNOWN_MODEL}),
    404: frozenset[ModelFault](),
    413: frozenset[ModelFault](),
    429: frozenset({ModelFault.OUT_OF_CREDIT, ModelFault.TOO_LONG}),
}
_AFFORDABLE = re.compile(r"can only afford (\d[\d,]{0,9})")
_SECRETS = re.compile(r"(?i)\b(?:sk|pk|rk|gsk|xai|key)-[\w*.…-]+|bearer\s+\S+|(?<=//)[^/\s@]+@|(?<=key=)[^&\s]+")


def understood(error: Exception, key: str, begun: bool, now_s: float) -> ModelFailed:
    """The fault an error stands for; ``begun`` says that pieces came before it, ``now_s`` is Unix time."""
    detail = scrubbed(f"{type(error).__name__}: {_message(error)}", key)
    waits = retry_after_s(error.response.headers, now_s) if isinstance(error, APIStatusError) else None
    fault = _fault(error, begun)
    may_wait = fault in (ModelFault.RATE_LIMITED, ModelFault.UNREACHABLE, ModelFault.OUT_OF_CREDIT)
    return ModelFailed(fault, detail, waits if may_wait else None)


def affordable(error: APIStatusError) -> int:
    """How many tokens of an answer an account still pays for, where a 402 names it as OpenRouter's do; else 0."""
    found = _AFFORDABLE.search(_message(error)) if error.status_code == 402 else None
    return int(found[1].replace(",", "")) if found else 0


def _fault(error: Exception, begun: bool) -> ModelFault:
    if isinstance(error, APITimeoutError) and type(error.__cause__).__name__ not in (
        "ConnectTimeout",
        "PoolTimeout",
    ):
        return ModelFault.STALLED if begun else ModelFault.TIMED_OUT
    if isinstance(error, (APIConnectionError, OSError)) or _is_transport(error):
        return ModelFault.STALLED if begun else ModelFault.UNREACHABLE
    if isinstance(error, APIError):
        return _told(error)
    return ModelFault.BROKEN


def _is_transport(error: Exception) -> bool:
    """The SDK reads an error's body unguarded, so its transport's own errors can come through."""
    return type(error).__module__.partition(".")[0] in ("httpx", "httpx2", "httpcore", "httpcore2")


def _told(error: APIError) -> ModelFault:
    """What a server says of itself: the status decides where it is clear, the words where it is not."""
    status = _status(error)
    said = _said(error)
    allowed = _MAY_OVERRIDE.get(status)
    for fault, pattern in _SPOKEN:
        if (allowed is None or fault in allowed) and pattern.search(said):
            return fault
    return _BY_STATUS.get(status, ModelFault.UNREACHABLE if status >= 500 else ModelFault.BROKEN)


def _status(error: APIError) -> int:
    """The HTTP status, or the number some servers put in an error in mid-stream; 0 where there is neither."""
    if isinstance(error, APIStatusError):
        return error.status_code
    code = error.code or ""
    return int(code) if re.fullmatch("[45][0-9]{2}", code) else 0


def _said(error: APIError) -> str:
    return " ".join(str(part) for part in (error.code, error.type, _message(error)) if part).casefold()


def _message(error: Exception) -> str:
    """The server's own sentence; a page of HTML is no sentence."""
    body = error.body if isinstance(error, APIError) else None
    if isinstance(body, Mapping):
        return str(body.get("message") or body.get("detail") or error)
    if isinstance(body, str) and body.strip().startswith("<"):
        return f"{getattr(error, 'status_code', '')} a web page instead of an answer".strip()
    return str(body or error)


def scrubbed(text: str, key: str) -> str:
    """The text on one line without the key, anything that looks like one, or a login in an address."""
    if key:
        text = text.replace(key, "[key]")
    return " ".join(_SECRETS.sub("[key]", text).split())[:DETAIL_LIMIT]


def retry_after_s(headers: Mapping[str, str], now_s: float) -> float | None:
    """Seconds to wait by ``retry-after-ms`` or ``retry-after``, at most a day; None where neither can be read.

    A date is compared with the server's own Date header where there is one: a clock that is off does no harm.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return _sane(milliseconds / 1000)
    seconds = _number(headers.get("retry-after"))
    if seconds is not None:
        return _sane(seconds)
    until = _moment(headers.get("retry-after"))
    if until is None:
        return None
    sent = _moment(headers.get("date"))
    return _sane(until - (now_s if sent is None else sent))


def _sane(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_WAIT_S)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _moment(text: str | None) -> float | None:
    try:
        return parsedate_to_datetime(text or "").timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
