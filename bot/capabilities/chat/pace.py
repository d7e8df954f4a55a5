"""How many replies a minute one person and one channel get; what is more comes later, and nothing is dropped."""

from __future__ import annotations

from bot.capabilities.chat.briefing import Briefing
from bot.settings.snapshot import Snapshot
from config import dynamic
from storage import usage, work
from storage.engines.base import Transaction
from storage.records import WorkItem

_MINUTE_MS = 60_000
_MOMENT_MS = 1_000


def is_set(settings: Snapshot) -> bool:
    """Whether there is any pace to keep."""
    return settings[dynamic.PERSON_PACE] is not None or settings[dynamic.CHANNEL_PACE] is not None


def held_back(tx: Transaction, item: WorkItem, briefing: Briefing, settings: Snapshot, now: int) -> int | None:
    """When the item may be answered (milliseconds), None for now."""
    person, scene, since = item.person_id, briefing.conversation, now - _MINUTE_MS
    waits: list[int | None] = []
    most = settings[dynamic.PERSON_PACE]
    if most is not None and person:
        made = usage.replied_to(tx, person, since, most)
        waits.append(_turn(made, most - work.answering(tx, item, person_id=person), now))
    most = settings[dynamic.CHANNEL_PACE]
    if most is not None:
        made = usage.replied_in(tx, scene.platform, scene.channel_id, since, most)
        busy = work.answering(tx, item, platform=scene.platform, channel_id=scene.channel_id)
        waits.append(_turn(made, most - busy, now))
    return max((wait for wait in waits if wait is not None), default=None)


def _turn(made: list[int], free: int, now: int) -> int | None:
    """When one more fits beside those made in the last minute, newest first; pure."""
    if free <= 0:
        return now + _MOMENT_MS
    return None if len(made) < free else made[free - 1] + _MINUTE_MS


def sentence(until: int, now: int) -> str:
    """What the person is told, once."""
    seconds = max(1, -(-(until - now) // 1000))
    return f"So many words at once! I answer in about {seconds} second{'' if seconds == 1 else 's'}."
