"""People as the platforms know them."""

from __future__ import annotations

from storage.engines.base import Transaction, Value
from storage.records import Person


def heard(tx: Transaction, new_id: str, platform: str, platform_id: str, name: str, now: int) -> Person:
    """The person, made at the first word; their newest name is kept."""
    person = tx.one(Person, "people.heard", id=new_id, platform=platform, platform_id=platform_id, name=name, now=now)
    assert person is not None  # an upsert with RETURNING always gives the row
    return person


def by_id(tx: Transaction, person_id: str) -> Person | None:
    """The person of that id."""
    return tx.one(Person, "people.by_id", id=person_id)


def known(tx: Transaction, platform: str, platform_id: str) -> Person | None:
    """The person of that id on the platform, if they were ever heard."""
    return tx.one(Person, "people.known", platform=platform, platform_id=platform_id)


def signed(platform_id: str) -> dict[str, Value]:
    """How somebody is named with what they changed: by their id alone, or by a name with it in brackets."""
    escaped = platform_id.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return {"called": platform_id, "marked": f"% ({escaped})"}
