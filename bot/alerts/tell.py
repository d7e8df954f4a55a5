"""Keeps what was found wrong, and owes the owners' channel a word of it: one for each kind in each pause."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.settings.snapshot import look_now
from config import dynamic
from storage import alerts, work
from storage.alerts import Alarm, Alert
from storage.engines.base import Transaction
from storage.ids import Ids
from storage.settings import Reach

CAPABILITY = "alert"
CALM_MS = 150_000  # not found for so long, it is over; one look that misses it ends nothing
_MOST = 8  # told in one post, since each has its button
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Note:
    """What noting needs beside what was found."""

    ids: Ids
    now: int
    defaults: Mapping[str, str]


def note(tx: Transaction, found: Iterable[Alarm], by: Note) -> str:
    """Open, count and end alerts; the work that tells the channel, '' where there is nothing to tell or no channel."""
    for alarm in found:
        alerts.sight(tx, by.ids.new("alr"), alarm, by.now)
    over = [one for one in alerts.close_unseen(tx, by.now - CALM_MS, by.now) if one.posted_at is not None]
    settings = look_now(tx, Reach(""), by.defaults)
    room = settings[dynamic.ALERTS_CHANNEL]
    conversation_id = alerts.room(tx, room.platform, room.channel_id) if room else None
    if conversation_id is None:
        return ""
    new = alerts.to_post(tx, by.now - settings[dynamic.ALERTS_PAUSE] * _MINUTE_MS)[:_MOST]
    for one in new:
        alerts.posted(tx, one, by.now)
    return _owe(tx, conversation_id, new, over[:_MOST], by) if new or over else ""


def _owe(tx: Transaction, conversation_id: str, new: list[Alert], over: list[Alert], by: Note) -> str:
    owed = work.NewWork(
        id=by.ids.new("wrk"),
        lane=f"alerts:{conversation_id}",
        capability=CAPABILITY,
        conversation_id=conversation_id,
        payload=json.dumps({"text": _text(new, over), "acknowledge": [one.id for one in new]}),
        run_after=by.now,
    )
    return work.owe(tx, owed, by.now)


def _text(new: list[Alert], over: list[Alert]) -> str:
    """A line for each."""
    lines = [f"⚠️ {number}. {one.told}{_often(one)}" for number, one in enumerate(new, 1)]
    lines += [f"✅ Over: {one.told}{_often(one)}" for one in over]
    return "\n-# ".join(" ".join(line.split()) for line in lines)


def _often(one: Alert) -> str:
    minutes = (one.last_seen_at - one.opened_at) // _MINUTE_MS
    return f" (seen {one.seen} times in {minutes} min)" if one.seen > 1 else ""
