"""Master keys as an operator writes them: 32 random bytes in base64, several separated by commas, the newest first."""

from __future__ import annotations

import base64
import binascii

BYTES = 32


def master_keys(text: str) -> tuple[bytes, ...]:
    """The keys themselves; raises ValueError, whose sentence says nothing of what was given."""
    return tuple(_key(part.strip()) for part in text.split(",") if part.strip())


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != BYTES:
        raise ValueError("must be keys as `openssl rand -base64 32` prints them, separated by commas")
    return key
