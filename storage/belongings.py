"""Everything that is held of one person, to be handed to them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from storage import opt_outs, pauses, people, tombstones
from storage.engines.base import Transaction

PAGE = 2000  # messages of one part


@dataclass(frozen=True, slots=True)
class Part:
    """One part of it as plain values: the first holds all but older messages, ``parts`` is how many there are."""

    held: dict[str, object]
    parts: int
    messages: int


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    first_heard_at: int
    last_heard_at: int


@dataclass(frozen=True, slots=True)
class _Message:
    conversation_id: str
    id: str
    platform: str
    guild_id: str
    channel_id: str
    kind: str
    persona: str
    said_at: int
    content: str


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class _Memory:
    id: str
    persona: str
    statement: str
    kind: str
    topic: str
    subject_name: str
    reach: str
    state: str
    said_at: int
    valid_from: int
    valid_to: int | None
    recorded_at: int


@dataclass(frozen=True, slots=True)
class _Choice:
    guild_id: str
    persona: str
    chosen_at: int


@dataclass(frozen=True, slots=True)
class _Opinion:
    memory_id: str
    verdict: str
    given_at: int


@dataclass(frozen=True, slots=True)
class _Setting:
    scope: str
    name: str
    old_value: str | None
    new_value: str | None
    reason: str
    changed_at: int


@dataclass(frozen=True, slots=True)
class _Key:
    provider: str
    ends_in: str
    set_at: int


@dataclass(frozen=True, slots=True)
class _Deed:
    deed: str
    name: str
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class _Rule:
    guild_id: str
    may: str
    verdict: str
    until: int | None
    made_at: int


@dataclass(frozen=True, slots=True)
class _Mute:
    persona: str
    muted_at: int


@dataclass(frozen=True, slots=True)
class _Pairing:
    asked_at: int
    approved_at: int | None


def held(tx: Transaction, platform: str, platform_id: str, part: int = 1, page: int = PAGE) -> Part:
    """One part of what is held, times in milliseconds since the epoch; messages come the newest first."""
    found = people.known(tx, platform, platform_id)
    person_id = found.id if found else ""
    count = tx.number("belongings.count_messages", person_id=person_id) or 0
    parts = max(1, -(-count // page))
    said = tx.all(_Message, "belongings.messages", person_id=person_id, most=page, passed=(part - 1) * page)
    told: dict[str, object] = {"part": part, "parts": parts}
    if part == 1:
        told |= _all_but_messages(tx, platform, platform_id, person_id)
    told["messages"] = [_with_answers(tx, message) for message in said]
    return Part(told, parts, count)


def _all_but_messages(tx: Transaction, platform: str, platform_id: str, person_id: str) -> dict[str, object]:
    person = tx.one(_Person, "belongings.person", person_id=person_id)
    who = {"platform": platform, "platform_id": platform_id}
    choices = tx.all(_Choice, "belongings.choices", **who)
    about = {"platform": platform, "subject": f"person:{platform_id}"}
    settings = tx.all(
        _Setting, "belongings.settings", scope=f"user:{platform}:{platform_id}", **people.signed(platform_id)
    )
    return {
        "you": {**who, **(asdict(person) if person else {})},
        "opted_out_since": opt_outs.since(tx, platform, platform_id),
        "memory_paused_since": pauses.since(tx, platform, platform_id),
        "forgotten_until": tombstones.at(tx, platform, platform_id),
        "memories": [asdict(one) for one in tx.all(_Memory, "belongings.memories", person_id=person_id)],
        "opinions": [asdict(one) for one in tx.all(_Opinion, "belongings.opinions", person_id=person_id)],
        "rules_about_you": [asdict(one) for one in tx.all(_Rule, "belongings.rules", **about)],
        "muted": [asdict(one) for one in tx.all(_Mute, "belongings.mutes", **who)],
        "direct_messages": [asdict(one) for one in tx.all(_Pairing, "belongings.pairings", **who)],
        "choices": [asdict(one) for one in choices],
        "settings": [asdict(one) for one in settings],
        "keys": [asdict(one) for one in tx.all(_Key, "belongings.keys", **who)],
        "deeds": [asdict(one) for one in tx.all(_Deed, "belongings.deeds", **people.signed(platform_id))],
    }


def _with_answers(tx: Transaction, message: _Message) -> dict[str, object]:
    """A message with its earlier wordings and what personas answered."""
    which = {"conversation_id": message.conversation_id, "message_id": message.id}
    more = {
        "revisions": tx.all(_Text, "belongings.revisions", **which),
        "answers": tx.all(_Text, "belongings.answers", **which),
    }
    told = asdict(message)
    del told["conversation_id"]
    return told | {name: [asdict(one) for one in texts] for name, texts in more.items() if texts}
