"""What we owe: lanes done in order, leases, and the attempt as the token that fences out who lost one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storage.engines.base import Transaction, Value
from storage.records import Tally, WorkItem, columns


class LostLease(Exception):
    """Somebody else has this work item now; nothing was changed."""


@dataclass(frozen=True, slots=True)
class NewWork:
    """Something about to be owed; while one with its dedupe_key is still waiting, they are one."""

    id: str
    lane: str
    capability: str
    conversation_id: str
    person_id: str | None = None
    dedupe_key: str | None = None
    payload: str = "{}"
    run_after: int = 0


@dataclass(frozen=True, slots=True)
class Lease:
    """Who claims, until when the claim holds, and by when the item must be done; milliseconds."""

    worker: str
    until: int
    deadline_at: int


@dataclass(frozen=True, slots=True)
class _Id:
    id: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a try ended without an outcome; ``partial`` is the best text so far."""

    fault: str
    detail: str
    partial: str = ""


def owe(tx: Transaction, work: NewWork, now: int) -> str:
    """Owe it, or join the one already waiting; returns the id of the item that will answer."""
    while True:  # where others write too, the one that waited may be claimed between the two looks
        owed = _made(tx, work, now) or tx.text("work.waiting", dedupe_key=work.dedupe_key)
        if owed is not None:
            return owed


def owe_then(tx: Transaction, work: NewWork, now: int) -> str:
    """Owe it for its time, or move the one already waiting there unless that is due; returns its id."""
    owed = tx.text("work.owe_then", **_values(work), now=now)
    assert owed is not None  # an upsert with RETURNING always gives the row
    return owed


def _made(tx: Transaction, work: NewWork, now: int) -> str | None:
    return tx.text("work.owe", **_values(work), now=now)


def _values(work: NewWork) -> dict[str, Value]:
    return columns(work)


def claim(tx: Transaction, lease: Lease, now: int, most: int) -> list[WorkItem]:
    """Take up to ``most`` due items, at most one of each lane: what is retried first, what tidies memories last."""
    taken: list[WorkItem] = []
    for query in ("work.claim_retrying", "work.claim_ready", "work.claim_tidying"):
        while len(taken) < most:
            item = tx.one(
                WorkItem,
                query,
                worker=lease.worker,
                lease_until=lease.until,
                deadline_at=lease.deadline_at,
                now=now,
            )
            if item is None:
                break
            taken.append(item)
    return taken


def next_due(tx: Transaction, now: int) -> int | None:
    """When the next item that is not due yet will be."""
    found = [tx.number("work.next_ready", now=now), tx.number("work.next_retrying", now=now)]
    return min((due for due in found if due is not None), default=None)


def renew(tx: Transaction, items: Iterable[WorkItem], until: int) -> frozenset[str]:
    """Hold those of these items that are still ours until then; returns their ids."""
    return frozenset(item.id for item in items if tx.run("work.renew", **_token(item), lease_until=until))


def finish(tx: Transaction, item: WorkItem, now: int) -> None:
    """Mark it done; raises LostLease when it is somebody else's by now."""
    _fenced(tx.run("work.finish", **_token(item), now=now))


def retry(tx: Transaction, item: WorkItem, failed: Failed, run_after: int) -> None:
    """Try again then, keeping the lane; raises LostLease."""
    changed = tx.run(
        "work.retry",
        **_token(item),
        run_after=run_after,
        partial=failed.partial,
        fault=failed.fault,
        detail=failed.detail,
    )
    _fenced(changed)


def postpone(tx: Transaction, item: WorkItem, run_after: int, now: int) -> None:
    """Let it begin anew then, or now if settings changed since it was begun; raises LostLease."""
    _fenced(tx.run("work.postpone", **_token(item), run_after=run_after, now=now))


def wake(tx: Transaction, guild_id: str, now: int) -> int:
    """Let replies of a guild, or with '' all, that wait for a time begin now; returns how many."""
    return tx.run("work.wake", guild_id=guild_id, now=now)


def wake_in(tx: Transaction, platform: str, channel_id: str, until: int, now: int) -> int:
    """Let replies of one channel that wait for a time up to ``until`` begin now; returns how many."""
    return tx.run("work.wake_in", platform=platform, channel_id=channel_id, until=until, now=now)


def bury(tx: Transaction, item: WorkItem, failed: Failed, now: int) -> None:
    """Give it up, visibly, until somebody revives it; raises LostLease."""
    _fenced(tx.run("work.bury", **_token(item), fault=failed.fault, detail=failed.detail, now=now))


def stop(tx: Transaction, item: WorkItem, now: int) -> None:
    """End a running item because somebody asked; raises LostLease."""
    _fenced(tx.run("work.stop", **_token(item), now=now))


def cancel(tx: Transaction, work_id: str, now: int) -> bool:
    """End an item that is not running; False when it is, or is over."""
    return tx.run("work.cancel", id=work_id, now=now) > 0


def revive(tx: Transaction, work_id: str, now: int) -> bool:
    """Owe a buried item again; False when it is not buried."""
    return tx.run("work.revive", id=work_id, now=now) > 0


def release_expired(tx: Transaction, now: int) -> int:
    """Let go of items whose lease ran out; returns how many."""
    return tx.run("work.release_expired", now=now)


def release_all(tx: Transaction, now: int) -> int:
    """Let go of every running item: for a start, when no other process has this database."""
    return tx.run("work.release_all", now=now)


def by_id(tx: Transaction, work_id: str) -> WorkItem | None:
    """The item of that id."""
    return tx.one(WorkItem, "work.by_id", id=work_id)


def unsettled(tx: Transaction, platform: str, guild_id: str, channel_id: str, most: int = 25) -> list[WorkItem]:
    """What a guild, or outside guilds one channel, waits for or has buried, newest first."""
    return tx.all(WorkItem, "work.unsettled", platform=platform, guild_id=guild_id, channel_id=channel_id, most=most)


def unsaid(tx: Transaction, platform: str, guild_id: str, channel_id: str, most: int = 25) -> list[WorkItem]:
    """What is done there and could not be said, newest first."""
    return tx.all(WorkItem, "work.unsaid", platform=platform, guild_id=guild_id, channel_id=channel_id, most=most)


def in_reach(tx: Transaction, work_id: str, platform: str, guild_id: str, channel_id: str) -> WorkItem | None:
    """The item, if it belongs to this guild, or outside guilds to this channel."""
    return tx.one(WorkItem, "work.in_reach", id=work_id, platform=platform, guild_id=guild_id, channel_id=channel_id)


def open_for(tx: Transaction, person_id: str) -> list[str]:
    """The ids of what is still owed to somebody."""
    return [row.id for row in tx.all(_Id, "work.open_for", person_id=person_id)]


def spoken_in(tx: Transaction, platform: str, guild_id: str) -> list[str]:
    """The ids of what personas of a guild still owe to people there."""
    return [row.id for row in tx.all(_Id, "work.spoken_in", platform=platform, guild_id=guild_id)]


def open_with(tx: Transaction, person_id: str, persona_id: str) -> list[str]:
    """The ids of what a persona and its editions still owe to somebody."""
    return [row.id for row in tx.all(_Id, "work.open_with", person_id=person_id, persona_id=persona_id)]


def running_in(tx: Transaction, platform: str, channel_id: str) -> list[WorkItem]:
    """What is being answered in a channel just now."""
    return tx.all(WorkItem, "work.running_in", platform=platform, channel_id=channel_id)


def answering(tx: Transaction, item: WorkItem, person_id: str = "", platform: str = "", channel_id: str = "") -> int:
    """How many others before it are being answered just now, to somebody or in a channel."""
    where = {"person_id": person_id, "platform": platform, "channel_id": channel_id}
    return tx.number("work.answering", id=item.id, **where) or 0


def running_of(tx: Transaction, persona_id: str) -> list[WorkItem]:
    """What a persona and its editions are answering just now."""
    return tx.all(WorkItem, "work.running_of", persona_id=persona_id)


def tally(tx: Transaction) -> list[Tally]:
    """How many items are in each state that is not over."""
    return tx.all(Tally, "work.tally")


def oldest_due(tx: Transaction, now: int, allowed: int) -> int | None:
    """Since when the oldest unfinished item is due, which has ``allowed`` milliseconds until its deadline."""
    return tx.number("work.oldest_due", now=now, allowed=allowed)


def _token(item: WorkItem) -> dict[str, Value]:
    return {"id": item.id, "attempts": item.attempts, "deadline_at": item.deadline_at}


def _fenced(changed: int) -> None:
    if not changed:
        raise LostLease
