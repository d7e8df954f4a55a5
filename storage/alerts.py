"""What owners are told of: when it began, how often it was seen, who acknowledged it, and when it was over."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something found wrong: its kind, what it concerns ('' where there is only one of the kind), and a sentence."""

    kind: str
    scope: str
    told: str


@dataclass(frozen=True, slots=True)
class Alert:
    """An alarm from its first sight to its end; times in milliseconds, None for never."""

    id: str
    kind: str
    scope: str
    told: str
    opened_at: int
    last_seen_at: int
    seen: int
    posted_at: int | None
    acknowledged_by: str
    acknowledged_at: int | None
    closed_at: int | None


def sight(tx: Transaction, new_id: str, alarm: Alarm, now: int) -> None:
    """Open it, or count it once more where it is open."""
    tx.run("alerts.sight", id=new_id, kind=alarm.kind, scope=alarm.scope, told=alarm.told, now=now)


def close_unseen(tx: Transaction, before: int, now: int) -> list[Alert]:
    """End those that were not seen since then; returns them as they stood."""
    over = tx.all(Alert, "alerts.unseen", before=before)
    return [one for one in over if tx.run("alerts.close", id=one.id, now=now)]


def to_post(tx: Transaction, since: int) -> list[Alert]:
    """What nobody acknowledged, of kinds of which nothing was posted since then."""
    return tx.all(Alert, "alerts.to_post", since=since)


def posted(tx: Transaction, alert: Alert, now: int) -> None:
    """Note that the channel is told of it now."""
    tx.run("alerts.posted", id=alert.id, now=now)


def acknowledge(tx: Transaction, alert_id: str, by: str, now: int) -> bool:
    """Post it no more while it lasts; False where it is over or somebody did so already."""
    return tx.run("alerts.acknowledge", id=alert_id, by=by, now=now) > 0


def by_id(tx: Transaction, alert_id: str) -> Alert | None:
    """The alert of that id."""
    return tx.one(Alert, "alerts.by_id", id=alert_id)


def listed(tx: Transaction, most: int) -> list[Alert]:
    """The open ones, then those that are over, newest first."""
    return tx.all(Alert, "alerts.listed", most=most)


def open_count(tx: Transaction) -> int:
    """How many are open."""
    return tx.number("alerts.open_count") or 0


def room(tx: Transaction, platform: str, channel_id: str) -> str | None:
    """A conversation in that channel, None where there never was one."""
    return tx.text("alerts.room", platform=platform, channel_id=channel_id)


def let_go(tx: Transaction, before: int) -> int:
    """Forget those that were over before then; returns how many."""
    return tx.run("alerts.let_go", before=before)
