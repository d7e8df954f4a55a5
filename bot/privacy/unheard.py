"""Whose words are not to be kept, and why."""

from __future__ import annotations

from enum import Enum

from storage import opt_outs, people, silence, tombstones
from storage.engines.base import Transaction


class Why(Enum):
    """What keeps somebody's words from being kept; the value ends the sentence that refuses them."""

    OPTED_OUT = "asked me not to hear them, so I neither keep nor read what they write"
    FORGOTTEN = "asked to be forgotten after writing that"


def silent_now(tx: Transaction, platform: str, platform_id: str) -> Why | None:
    """Why nothing they say now may be kept; None where it may."""
    return Why.OPTED_OUT if opt_outs.since(tx, platform, platform_id) is not None else None


def silent_then(tx: Transaction, platform: str, platform_id: str, said_at: int) -> Why | None:
    """Why what they said then, and is found or handed on now, must not be kept; None where it may."""
    if not silence.covers(tx, platform, platform_id, said_at, said_at):
        return None
    forgotten_at = tombstones.at(tx, platform, platform_id)
    return Why.FORGOTTEN if forgotten_at is not None and said_at <= forgotten_at else Why.OPTED_OUT


def writer_silent(tx: Transaction, person_id: str | None) -> bool:
    """Whether nothing may be kept now of somebody by our own id."""
    person = people.by_id(tx, person_id) if person_id else None
    return person is not None and silent_now(tx, person.platform, person.platform_id) is not None
