"""Whose words are not to be kept, and why."""

from __future__ import annotations

from enum import Enum

from storage import opt_outs, people, tombstones
from storage.engines.base import Transaction


class Why(Enum):
    """What keeps somebody's words from being kept; the value ends the sentence that refuses them."""

    OPTED_OUT = "asked me not to hear them, so I neither keep nor read what they write"
    FORGOTTEN = "asked to be forgotten after writing that"


def why_unheard(tx: Transaction, platform: str, platform_id: str, said_at: int) -> Why | None:
    """Why what they said then must not be kept; None where it may."""
    if opt_outs.covers(tx, platform, platform_id, said_at):
        return Why.OPTED_OUT
    forgotten_at = tombstones.at(tx, platform, platform_id)
    return Why.FORGOTTEN if forgotten_at is not None and said_at <= forgotten_at else None


def writer_unheard(tx: Transaction, person_id: str | None, said_at: int) -> bool:
    """The same of somebody by our own id."""
    person = people.by_id(tx, person_id) if person_id else None
    return person is not None and why_unheard(tx, person.platform, person.platform_id, said_at) is not None
