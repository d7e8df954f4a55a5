"""What might become a memory: a statement with all that was understood of it, and the message that says it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

Kind = Literal[
    "identity", "fact", "preference", "event", "plan", "relation", "instruction", "procedural", "summary", "self"
]
SubjectKind = Literal["person", "persona", "name"]

CERTAIN = 95  # percent; how sure one is of what somebody asked to be remembered
FORMER = "former "  # before what somebody is no longer to another
PERSONA = "persona"  # the key of a subject that is the persona itself


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a statement is about: ``key`` is a person's id, PERSONA, or the folded name of somebody without account."""

    kind: SubjectKind
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class When:
    """A moment in milliseconds, known to the year, the month, the week, the day or the minute."""

    at: int
    precision: Literal["year", "month", "week", "day", "minute"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One statement drawn from one message.

    ``topic`` names the one thing it settles, '' for none; of one topic the newest holds. ``teller_id`` is None for the
    persona's own words. ``importance`` is 1 to 10, ``confidence`` a percentage. It began to be so at ``since``, or when
    it was said, and is over by itself at ``expires``. ``relation`` is what
    ``other_name`` is to its subject, such as brother. It comes to mind each year on ``yearly``, as 05-03.
    """

    statement: str
    kind: Kind
    subject: Subject
    message_id: str
    teller_id: str | None
    said_at: int
    topic: str = ""
    importance: int = 5
    confidence: int = 80
    happened: When | None = None
    tags: tuple[str, ...] = ()
    since: int | None = None
    expires: int | None = None
    relation: str = ""
    other_name: str = ""
    yearly: str = ""

    def dump(self) -> str:
        """As kept with the decision about it."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
