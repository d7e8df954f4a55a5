"""A persona's lorebook: entries of its file published with its version, and copied with it for a guild of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from config.persona_files import LoreEntry
from storage import lore
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.lore import Entry, Signed


def publish_lore(
    tx: Transaction, persona_id: str, written: Sequence[LoreEntry], reason: str, ids: Ids, now: int
) -> None:
    """Let the persona's book read as its file does; an entry that left the file is kept and not told any more."""
    scope = lore.of_persona(persona_id)
    for one in written:
        _publish(tx, scope, one, Signed(ids.new("lch"), "file", reason, now), ids)
    titles = {one.title for one in written}
    for entry in lore.listed(tx, scope):
        if entry.source == "file" and entry.enabled and entry.title not in titles:
            by = Signed(ids.new("lch"), "file", "it left the file", now)
            lore.change(tx, entry, replace(entry, enabled=0), by)


def _publish(tx: Transaction, scope: str, written: LoreEntry, by: Signed, ids: Ids) -> None:
    entry = Entry(
        id=ids.new("lor"),
        scope=scope,
        title=written.title,
        words=json.dumps(written.keys, ensure_ascii=False),
        content=written.content,
        always_on=int(written.always_on),
        priority=written.priority,
        enabled=1,
        source="file",
        author="file",
        made_at=by.now,
        changed_at=by.now,
    )
    before = lore.titled(tx, scope, written.title)
    if before is None:
        lore.add(tx, entry, by)
    else:
        lore.change(tx, before, entry, by)


def copy_lore(tx: Transaction, from_id: str, to_id: str, actor: str, ids: Ids, now: int) -> None:
    """Give another persona the same book; each goes its own way from then on."""
    for entry in lore.listed(tx, lore.of_persona(from_id)):
        if entry.enabled:
            copy = replace(
                entry,
                id=ids.new("lor"),
                scope=lore.of_persona(to_id),
                source="person",
                author=actor,
                made_at=now,
                changed_at=now,
            )
            lore.add(tx, copy, Signed(ids.new("lch"), actor, "copied with its persona", now))
