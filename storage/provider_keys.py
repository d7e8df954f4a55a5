"""Keys that people and servers brought for their own replies, sealed; storage can't open them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from storage.engines.base import Transaction

Kind = Literal["person", "guild"]


@dataclass(frozen=True, slots=True)
class Owner:
    """A person or a guild of a platform."""

    kind: Kind
    platform: str
    owner_id: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret under the master key of that id; nonce and text in base64."""

    key_id: str
    nonce: str
    text: str


@dataclass(frozen=True, slots=True)
class ProviderKey:
    """One row: whose it is, whom it may be sent to, how it is sealed, and by what its owner knows it again."""

    kind: Kind
    platform: str
    owner_id: str
    provider: str
    key_id: str
    nonce: str
    sealed: str
    ends_in: str
    set_at: int

    @property
    def owner(self) -> Owner:
        """Whose it is."""
        return Owner(self.kind, self.platform, self.owner_id)

    @property
    def seal(self) -> Sealed:
        """How it is sealed."""
        return Sealed(self.key_id, self.nonce, self.sealed)


def put(tx: Transaction, owner: Owner, provider: str, sealed: Sealed, ends_in: str, now: int) -> None:
    """Keep it in place of the owner's earlier one for that provider."""
    tx.run(
        "provider_keys.put",
        **asdict(owner),
        provider=provider,
        key_id=sealed.key_id,
        nonce=sealed.nonce,
        sealed=sealed.text,
        ends_in=ends_in,
        now=now,
    )


def of_owner(tx: Transaction, owner: Owner) -> list[ProviderKey]:
    """All that an owner brought, one for each provider."""
    return tx.all(ProviderKey, "provider_keys.of_owner", **asdict(owner))


def nearest(tx: Transaction, provider: str, conversation_id: str, person_id: str | None) -> ProviderKey | None:
    """The key that answers this person in this conversation: their own, else their server's."""
    return tx.one(
        ProviderKey,
        "provider_keys.nearest",
        provider=provider,
        conversation_id=conversation_id,
        person_id=person_id or "",
    )


def first(tx: Transaction, provider: str, owners: Sequence[Owner]) -> ProviderKey | None:
    """The key of the first of these owners who brought one for that provider."""
    found = (key for owner in owners for key in of_owner(tx, owner) if key.provider == provider)
    return next(found, None)


def remove(tx: Transaction, owner: Owner) -> int:
    """Keep none of an owner's any more; returns how many there were."""
    return tx.run("provider_keys.remove", **asdict(owner))


def under_others(tx: Transaction, key_id: str) -> list[ProviderKey]:
    """Those that are sealed under another master key than this."""
    return tx.all(ProviderKey, "provider_keys.under_others", key_id=key_id)


def seal_anew(tx: Transaction, row: ProviderKey, sealed: Sealed) -> bool:
    """The same key under another seal; False when it was set or removed meanwhile."""
    done = tx.run(
        "provider_keys.seal_anew",
        **asdict(row.owner),
        provider=row.provider,
        old_nonce=row.nonce,
        key_id=sealed.key_id,
        nonce=sealed.nonce,
        sealed=sealed.text,
    )
    return done > 0
