"""Tells whether two tables hold the same rows, computed alike whatever database they are in and in whatever order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from storage.engines.base import MARK, NUL, Row, Value

_BYTES = 16
_MODULUS = 1 << 8 * _BYTES


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How many rows there are, and the sum of their hashes."""

    rows: int = 0
    total: int = 0

    def with_rows(self, rows: Sequence[Row]) -> Fingerprint:
        """That of these rows together with those before."""
        return Fingerprint(self.rows + len(rows), (self.total + sum(map(_hash, rows))) % _MODULUS)


def _hash(row: Row) -> int:
    spelt = repr(tuple(map(_as_everywhere, row))).encode()
    return int.from_bytes(hashlib.blake2b(spelt, digest_size=_BYTES).digest(), "big")


def _as_everywhere(value: Value) -> Value:
    return value.replace(NUL, MARK) if isinstance(value, str) else value


def marked(rows: Sequence[Row]) -> int:
    """How many characters of these rows a database without NUL replaces by a mark."""
    return sum(value.count(NUL) for row in rows for value in row if isinstance(value, str))
