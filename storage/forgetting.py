"""Forgets a person for good: their words, the answers to them and what was remembered of them, in bounded steps.

The tombstone comes first and the name goes last, so whoever is forgotten half-way is found again and forgotten whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage import people, tombstones
from storage.engines.base import Transaction
from storage.tombstones import Tombstone
from storage.wiping import Receipt, Scene, Them, alone_with, wipe

NOBODY = "somebody who was forgotten"
MOST = 500  # rows of one transaction: others who write wait no longer than for these
_NAMED = (
    "forgetting.unname_settings",
    "forgetting.unname_bindings",
    "forgetting.unname_bans",
    "forgetting.unname_personas",
    "forgetting.unname_prompts",
    "forgetting.unname_memories",
    "forgetting.unname_lore",
    "forgetting.unname_lore_changes",
    "forgetting.unname_access",
    "forgetting.unname_access_ends",
    "forgetting.unname_pairings",
    "forgetting.unname_alerts",
)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who was there since then, in milliseconds."""

    platform: str
    platform_id: str
    since: int


@dataclass(frozen=True, slots=True)
class _Scope:
    key: str
    since: int


def forget(tx: Transaction, platform: str, platform_id: str, until: int, now: int, most: int = MOST) -> Receipt:
    """Forget up to ``most`` of what somebody said until then; to be called until the receipt is whole.

    Their messages keep their place without words and name. Whoever comes back later is somebody new.
    """
    tombstones.put(tx, Tombstone(tombstones.key_hash(platform, platform_id), until))
    person = people.known(tx, platform, platform_id)
    them = Them(person.id if person else "", platform, platform_id, until, now)
    done = wipe(tx, them, most) if person is not None else Receipt()
    return done if done.touched >= most else done + _name(tx, them)


def until_now(tx: Transaction, platform: str, platform_id: str, now: int) -> int:
    """Now, or the time of their newest words where the platform's clock is ahead of ours."""
    person = people.known(tx, platform, platform_id)
    newest = tx.number("forgetting.newest", person_id=person.id) if person else None
    return max(now, newest or 0)


def returned(tx: Transaction, stones: Sequence[Tombstone]) -> list[tuple[Known, int]]:
    """Those who are here with something from before they were forgotten, and up to when that is to go."""
    if not stones:
        return []
    until = {stone.key_hash: stone.forgotten_at for stone in stones}
    newest = max(until.values())
    found = [*tx.all(Known, "forgetting.people", until=newest), *_scoped(tx, newest)]
    meant = {(one.platform, one.platform_id): one for one in found if _due(one, until)}
    return [(one, until[_key(one)]) for one in meant.values()]


def _due(known: Known, until: dict[str, int]) -> bool:
    return known.since <= until.get(_key(known), -1)


def _key(known: Known) -> str:
    return tombstones.key_hash(known.platform, known.platform_id)


def _scoped(tx: Transaction, newest: int) -> list[Known]:
    """Those who set something for themselves."""
    scopes = [(row.key.split(":", 2), row.since) for row in tx.all(_Scope, "forgetting.user_scopes", until=newest)]
    return [Known(platform, platform_id, since) for (_, platform, platform_id), since in scopes]


def _name(tx: Transaction, them: Them) -> Receipt:
    """Last of all: what they chose and set, their name wherever it stands, and who they are."""
    who = {"platform": them.platform, "platform_id": them.platform_id}
    gone = tx.run("forgetting.forget_choices", **who, until=them.until)
    tx.run("forgetting.forget_pairing", **who, until=them.until)
    tx.run("forgetting.forget_opt_out", **who, until=them.until)
    tx.run("forgetting.forget_pause", **who, until=them.until)
    gone += tx.run("forgetting.forget_keys", **who, until=them.until)
    gone += _forget_settings(tx, f"user:{them.platform}:{them.platform_id}", them)
    for query in _NAMED:
        tx.run(query, **them.signed, nobody=NOBODY)
    person_id = them.person_id or them.platform_id
    tx.run("forgetting.unname_memory_changes", **them.signed, person_id=person_id, nobody=NOBODY)
    tx.run("forgetting.forget_feedback", **them.row)
    for scene in alone_with(tx, them) if them.person_id else []:
        gone += _forget_channel(tx, scene, them)
    tx.run("forgetting.unname_person", id=them.person_id, until=them.until)
    tx.run("forgetting.begin_anew", id=them.person_id, until=them.until)
    return Receipt(settings=gone, whole=True)


def _forget_channel(tx: Transaction, scene: Scene, them: Them) -> int:
    """What was set there goes; the channel of a direct conversation is named nowhere any more."""
    gone = _forget_settings(tx, f"conversation:{scene.platform}:{scene.id}", them)
    if scene.kind == "dm":
        gone += _forget_settings(tx, f"channel:{scene.platform}:{scene.channel_id}", them)
        tx.run("forgetting.drop_deliveries", conversation_id=scene.id)
        tx.run("forgetting.forget_cursor", platform=scene.platform, channel_id=scene.channel_id)
        tx.run("forgetting.forget_binding", platform=scene.platform, channel_id=scene.channel_id, until=them.until)
        tx.run("forgetting.unname_channel", id=scene.id, until=them.until)
    return gone


def _forget_settings(tx: Transaction, scope: str, them: Them) -> int:
    return tx.run("forgetting.forget_settings", scope=scope, until=them.until)
