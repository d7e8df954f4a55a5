"""The lorebook: entries of a persona or of a channel; every change is journaled in the same transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from storage.engines.base import Transaction, Value

MOST = 200  # entries of one scope
_STATE = ("title", "words", "content", "always_on", "priority", "enabled")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; ``words`` is a JSON list of what brings it up, ``source`` is ``file`` or ``person``."""

    id: str
    scope: str
    title: str
    words: str
    content: str
    always_on: int
    priority: int
    enabled: int
    source: str
    author: str
    made_at: int
    changed_at: int

    @property
    def word_list(self) -> tuple[str, ...]:
        """The words and phrases that bring it up."""
        return tuple(json.loads(self.words))

    @property
    def persona_id(self) -> str:
        """Whose entry it is, '' for a channel's."""
        kind, _, rest = self.scope.partition(":")
        return rest if kind == "persona" else ""

    def snapshot(self) -> str:
        """What a change may touch, as kept with the change."""
        return json.dumps({name: getattr(self, name) for name in _STATE}, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the journal; a state is an entry's snapshot, '' where there was none."""

    id: str
    lore_id: str
    scope: str
    title: str
    before_state: str
    after_state: str
    reason: str
    actor: str
    made_at: int


@dataclass(frozen=True, slots=True)
class Signed:
    """Who makes a change, why and when; ``id`` is the journal's."""

    id: str
    actor: str
    reason: str
    now: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Where somebody reads along with a persona ('' for none): a channel, and for a thread the channel it is in."""

    persona_id: str
    platform: str
    guild_id: str
    channel_id: str
    parent_id: str = ""

    @property
    def row(self) -> dict[str, Value]:
        """The scopes of the place."""
        around = self.parent_id or self.channel_id
        return {
            "channel": of_channel(self.platform, self.guild_id, self.channel_id),
            "parent": of_channel(self.platform, self.guild_id, around),
        }


def of_persona(persona_id: str) -> str:
    """The scope of what goes wherever the persona goes."""
    return f"persona:{persona_id}"


def of_channel(platform: str, guild_id: str, channel_id: str) -> str:
    """The scope of what holds in one channel, whoever answers there."""
    return f"channel:{platform}:{guild_id}:{channel_id}"


def add(tx: Transaction, entry: Entry, by: Signed) -> None:
    """Keep a new entry; raises ConstraintBroken where its scope has one of that title."""
    tx.run("lore.add", id=entry.id, scope=entry.scope, source=entry.source, author=entry.author, **_row(entry, by))
    _note(tx, entry, "", entry.snapshot(), by)


def change(tx: Transaction, before: Entry, after: Entry, by: Signed) -> bool:
    """Let an entry read as ``after``; False when it does already."""
    if before.snapshot() == after.snapshot() and before.source == after.source:
        return False
    tx.run("lore.change", id=before.id, source=after.source, **_row(after, by))
    _note(tx, replace(after, id=before.id), before.snapshot(), after.snapshot(), by)
    return True


def remove(tx: Transaction, entry: Entry, by: Signed) -> None:
    """Take an entry away; how it read stays in the journal."""
    tx.run("lore.remove", id=entry.id)
    _note(tx, entry, entry.snapshot(), "", by)


def live(tx: Transaction, reach: Reach, most: int = 3 * MOST) -> list[Entry]:
    """What may be told there: the persona's own and the place's, those that matter most first."""
    return tx.all(Entry, "lore.live", persona=of_persona(reach.persona_id), **reach.row, most=most)


def listed(tx: Transaction, scope: str, most: int = MOST) -> list[Entry]:
    """All entries of one scope by title, those that are off last."""
    return tx.all(Entry, "lore.listed", scope=scope, most=most)


def in_reach(tx: Transaction, lore_id: str, reach: Reach) -> Entry | None:
    """The entry of that id, if it is this place's or that of any persona its guild can see."""
    return tx.one(Entry, "lore.in_reach", id=lore_id, guild_id=reach.guild_id, **reach.row)


def titled(tx: Transaction, scope: str, title: str) -> Entry | None:
    """The entry of just that title."""
    return tx.one(Entry, "lore.titled", scope=scope, title=title)


def changes(tx: Transaction, scope: str, lore_id: str, most: int = 10) -> list[Change]:
    """What was done with an entry of that scope, the newest first."""
    return tx.all(Change, "lore.changes", scope=scope, lore_id=lore_id, most=most)


def change_of(tx: Transaction, entry: Entry, change_id: str) -> Change | None:
    """One change of an entry."""
    return tx.one(Change, "lore.change_of", scope=entry.scope, lore_id=entry.id, id=change_id)


def _row(entry: Entry, by: Signed) -> dict[str, Value]:
    return {**{name: getattr(entry, name) for name in _STATE}, "now": by.now}


def _note(tx: Transaction, entry: Entry, before: str, after: str, by: Signed) -> None:
    tx.run(
        "lore.note",
        id=by.id,
        lore_id=entry.id,
        scope=entry.scope,
        title=entry.title,
        before_state=before,
        after_state=after,
        reason=by.reason,
        actor=by.actor,
        now=by.now,
    )
