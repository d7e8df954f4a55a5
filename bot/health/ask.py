"""``python -m bot health``: asks a running bot whether it is alive, for where there is no curl."""

from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection, HTTPException

_PATIENCE_S = 5.0
_EVERYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}


class Unwell(Exception):
    """One sentence that says what is wrong."""


def ask(host: str, port: int) -> str:
    """A sentence when the bot there is alive; raises Unwell."""
    if not port:
        raise Unwell("TROUPE_HEALTH_PORT is 0, so nobody can ask how the bot is.")
    host = _EVERYWHERE.get(host, host)
    try:
        with closing(HTTPConnection(host, port, timeout=_PATIENCE_S)) as connection:
            connection.request("GET", "/healthz")
            parts = json.loads(connection.getresponse().read())["parts"]
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise Unwell(f"No bot answers on {host}:{port} ({type(error).__name__}); is it running?") from error
    return _sentence(parts)


def _sentence(parts: dict[str, dict[str, object]]) -> str:
    wrong = [_told(name, part) for name, part in parts.items() if not part["ok"]]
    if wrong:
        raise Unwell(f"The bot is not well: {'; '.join(wrong)}.")
    return f"The bot is alive: {'; '.join(_told(name, part) for name, part in parts.items())}."


def _told(name: str, part: dict[str, object]) -> str:
    return f"{name} {part['told']}"
