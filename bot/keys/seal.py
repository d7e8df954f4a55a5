"""Seals a key by AES-256-GCM under a master key that no database holds, bound to whose it is and where it may be sent.

A seal copied to another row, owner or provider does not open: who they are is part of what is authenticated.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from storage.provider_keys import Owner, Sealed

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_ID_DIGITS = 16


class CannotOpen(Exception):
    """The seal is not by a master key that is here, or it is not this owner's or provider's."""


class MasterKeys:
    """The master keys, the newest first: it seals, and all of them open."""

    def __init__(self, keys: Sequence[bytes] = ()) -> None:
        self._keys = {_id(key): key for key in keys}

    def __bool__(self) -> bool:
        return bool(self._keys)

    def __repr__(self) -> str:
        return f"MasterKeys({', '.join(self._keys)})"

    @property
    def newest(self) -> str:
        """The id of the one that seals, '' where there is none."""
        return next(iter(self._keys), "")

    def seal(self, secret: str, owner: Owner, provider: str) -> Sealed:
        """The secret under the newest master key, with a nonce of its own; there must be one."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        bound = _bound(owner, provider, self.newest)
        text = _cipher(self._keys[self.newest]).encrypt(nonce, secret.encode(), bound)
        return Sealed(self.newest, _written(nonce), _written(text))

    def open(self, sealed: Sealed, owner: Owner, provider: str) -> str:
        """The secret; raises CannotOpen."""
        from cryptography.exceptions import InvalidTag

        key = self._keys.get(sealed.key_id)
        if key is None:
            raise CannotOpen(f"the master key {sealed.key_id} is not among those given")
        bound = _bound(owner, provider, sealed.key_id)
        try:
            nonce, text = base64.b64decode(sealed.nonce), base64.b64decode(sealed.text)
            opened = _cipher(key).decrypt(nonce, text, bound)
        except (InvalidTag, ValueError):
            raise CannotOpen("it was sealed for somebody else, or damaged") from None
        return opened.decode()


def _cipher(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # only who uses it waits for it

    return AESGCM(key)


def _id(key: bytes) -> str:
    """Names a master key in the database without telling anything of it."""
    return hashlib.sha256(b"troupe master key\x00" + key).hexdigest()[:_ID_DIGITS]


def _bound(owner: Owner, provider: str, key_id: str) -> bytes:
    return json.dumps(["troupe", 1, owner.kind, owner.platform, owner.owner_id, provider, key_id]).encode()


def _written(some: bytes) -> str:
    return base64.b64encode(some).decode()
