"""Ids that sort by time: ``<prefix>_`` and 21 characters, so that an id can be a Discord nonce (limit 25)."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base32, lower case
_RANDOM_BITS = 55  # eleven characters of five bits


_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]


def _spell(number: int, pairs: int) -> str:
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(10 * pairs - 10, -1, -10)])


class Ids:
    """Makes ids that grow within this process even inside one millisecond: order by id is order of birth."""

    def __init__(self, now: Callable[[], int], random: Callable[[int], int] = secrets.randbits) -> None:
        self._now = now
        self._random = random
        self._lock = threading.Lock()
        self._last_ms = 0
        self._last_random = 0

    def new(self, prefix: str) -> str:
        """Return an id such as ``msg_01jd…``; the prefix has two or three letters."""
        with self._lock:
            now = self._now()
            if now > self._last_ms:
                self._last_ms = now
                self._last_random = self._random(_RANDOM_BITS - 1)
            else:
                self._last_random += 1
            return f"{prefix}_{_spell(self._last_ms, 5)}{_spell(self._last_random, 6)[1:]}"
