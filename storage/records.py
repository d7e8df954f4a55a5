"""Rows as frozen values; JSON columns open up through properties."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

BANNED = "banned"  # how a persona stands that the operator forbids


def columns(record: object) -> dict[str, Any]:
    """A slotted record's fields by name, as a query asks for them; ``asdict`` would copy each value as well."""
    return {name: getattr(record, name) for name in type(record).__slots__}  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of a persona but its voice, which is a prompt with versions of its own."""

    display_name: str
    description: str
    greeting: str
    starters: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    avatar: str = ""
    nsfw: bool = False
    language: str = "en"
    owner: str = ""
    temperature: float | None = None
    examples: tuple[tuple[str, str], ...] = ()

    def dump(self) -> str:
        """As kept in persona_versions.sheet."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @staticmethod
    @lru_cache(maxsize=256)
    def load(text: str) -> Sheet:
        """Read what dump wrote; fields of later releases are passed over."""
        found = {name: value for name, value in json.loads(text).items() if name in Sheet.__slots__}
        for name in ("starters", "aliases", "limits", "traits"):
            found[name] = tuple(found.get(name, ()))
        found["examples"] = tuple((person, persona) for person, persona in found.get("examples", ()))
        return Sheet(**found)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the bot has heard."""

    id: str
    platform: str
    platform_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Persona:
    """Who answers, at its newest version; guild_id is '' for one that every guild shares.

    ``origin_id`` is the shared persona a guild copied it from, ``banned`` why the operator forbids it, '' for neither.
    """

    id: str
    guild_id: str
    name: str
    status: str
    source: str
    file_hash: str
    version: int
    origin_id: str
    sheet_json: str
    banned: str

    @property
    def sheet(self) -> Sheet:
        """Face, greeting, starters and the rest."""
        return Sheet.load(self.sheet_json)

    @property
    def active(self) -> bool:
        """Whether it answers."""
        return self.standing == "active"

    @property
    def standing(self) -> str:
        """Its status, or ``banned`` whatever that is."""
        return BANNED if self.banned else self.status


@dataclass(frozen=True, slots=True)
class PersonaLine:
    """One line of a list of personas."""

    id: str
    guild_id: str
    name: str
    display_name: str
    description: str
    status: str
    banned: str

    @property
    def standing(self) -> str:
        """Its status, or ``banned`` whatever that is."""
        return BANNED if self.banned else self.status


@dataclass(frozen=True, slots=True)
class Ban:
    """Why and by whom a persona is forbidden; ``persona_id`` is the one the ban is on, which editions share."""

    persona_id: str
    reason: str
    banned_by: str
    banned_at: int


@dataclass(frozen=True, slots=True)
class PersonaVersion:
    """One immutable state of a persona's sheet."""

    number: int
    sheet_json: str
    author: str
    reason: str
    created_at: int


@dataclass(frozen=True, slots=True)
class PromptVersion:
    """One immutable wording of a prompt; persona_id is '' for the system's own."""

    id: str
    persona_id: str
    slot: str
    number: int
    template: str
    author: str
    reason: str
    active: int
    created_at: int


@dataclass(frozen=True, slots=True)
class Binding:
    """A channel's own persona and when it answers: ``always`` or on ``mention``."""

    persona_id: str
    mode: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """The scene a persona and its people share; history begins after fresh_seq."""

    id: str
    platform: str
    channel_id: str
    guild_id: str
    parent_id: str
    kind: str
    persona_id: str
    last_seq: int
    fresh_seq: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of an event."""

    message_id: str
    verdict: str
    rule: str


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a conversation; ``whole`` is 0 for a reply that was cut short."""

    id: str
    conversation_id: str
    seq: int
    role: str
    client_message_id: str | None
    person_id: str | None
    name: str
    content: str
    content_hash: str
    revision: int
    whole: int
    reply_to: str | None
    work_id: str | None
    voice_version_id: str | None
    house_version_id: str | None
    history_cut: int
    said_at: int
    deleted_at: int | None


@dataclass(frozen=True, slots=True)
class WorkItem:
    """Something owed; ``attempts``, with the deadline of this run of tries, is its fencing token.

    ``settings_generation`` says which settings hold for it from its first try on, None before that.
    """

    id: str
    lane: str
    capability: str
    conversation_id: str
    person_id: str | None
    payload: str
    state: str
    run_after: int
    deadline_at: int | None
    attempts: int
    partial: str
    fault: str
    detail: str
    created_at: int
    finished_at: int | None
    settings_generation: int | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One part of a reply with all a sender needs; times in milliseconds."""

    id: str
    work_id: str
    part: int
    conversation_id: str
    place: int
    state: str
    content: str
    tried_content: str
    buttons: str
    answered: str
    reply_to: str
    last_part: int
    attempts: int
    run_after: int
    tried_at: int | None
    platform_message_id: str
    route: str
    platform: str
    channel_id: str
    guild_id: str
    parent_id: str
    kind: str
    persona_id: str
    display_name: str
    sheet_json: str
    banned: str

    @property
    def in_doubt(self) -> bool:
        """Tried and never acknowledged: the platform may have it."""
        return self.tried_at is not None and not self.platform_message_id


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call of a model, kept with the work that made it, or alone (None) when a command did.

    ``cost`` is in millionths of a dollar; ``cached_tokens`` are those of the prompt that were read before.
    """

    id: str
    work_id: str | None
    attempt: int
    model: str
    outcome: str
    prompt_tokens: int
    completion_tokens: int
    measured: int
    first_token_ms: int | None
    total_ms: int
    voice_version_id: str | None
    house_version_id: str | None
    called_at: int
    cached_tokens: int = 0
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a channel was heard."""

    channel_id: str
    position: int


@dataclass(frozen=True, slots=True)
class Home:
    """The guild a channel belongs to."""

    channel_id: str
    guild_id: str


@dataclass(frozen=True, slots=True)
class Tally:
    """A name and how often."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What a drill found: milliseconds by which the copy was behind and that restoring took, and the rows compared.

    ``sentence`` is for people; numbers are None where the drill did not come so far.
    """

    passed: bool
    sentence: str
    rpo_ms: int | None = None
    rto_ms: int | None = None
    row_count: int | None = None


@dataclass(frozen=True, slots=True)
class Drill:
    """One proof that was kept; ``began_at`` in milliseconds since the epoch."""

    id: str
    began_at: int
    outcome: str
    rpo_ms: int | None
    rto_ms: int | None
    row_count: int | None
    sentence: str

    @property
    def passed(self) -> bool:
        """Whether the copy could be restored and was as it should be."""
        return self.outcome == "passed"
