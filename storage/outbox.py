"""Parts of replies on their way; a row is there before the first request and outlives every crash."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.engines.base import Transaction, Value
from storage.records import Delivery, Tally


@dataclass(frozen=True, slots=True)
class NewPart:
    """One part of a reply about to be owed; ``place`` orders replies within their conversation."""

    id: str
    work_id: str
    part: int
    conversation_id: str
    place: int
    content: str
    answered: str = ""
    reply_to: str = ""
    buttons: str = "[]"
    last_part: bool = True


@dataclass(frozen=True, slots=True)
class _Key:
    conversation_id: str
    id: str


def open(tx: Transaction, part: NewPart, now: int) -> Delivery | None:
    """A draft's part: made, or taken over from an earlier try with its nonce and its message.

    None while somebody is saying what an earlier try owed.
    """
    opened = tx.text(
        "outbox.open",
        id=part.id,
        work_id=part.work_id,
        part=part.part,
        conversation_id=part.conversation_id,
        place=part.place,
        content=part.content,
        answered=part.answered,
        reply_to=part.reply_to,
        now=now,
    )
    return None if opened is None else by_id(tx, part.conversation_id, opened)


def owe(tx: Transaction, part: NewPart, now: int) -> None:
    """Owe a part in its final wording; one that a draft shows already is revised, never said again."""
    tx.run(
        "outbox.owe",
        id=part.id,
        work_id=part.work_id,
        part=part.part,
        conversation_id=part.conversation_id,
        place=part.place,
        content=part.content,
        answered=part.answered,
        reply_to=part.reply_to,
        buttons=part.buttons,
        last_part=int(part.last_part),
        now=now,
    )


def withdraw_after(tx: Transaction, work_id: str, parts: int, now: int) -> int:
    """Take back what is shown beyond that many parts; returns how many."""
    return tx.run("outbox.withdraw_after", work_id=work_id, parts=parts, now=now)


def withdraw_unsent(tx: Transaction, persona_id: str, now: int) -> int:
    """Take back what a persona and its editions have not said yet; returns how many parts."""
    return tx.run("outbox.withdraw_unsent", persona_id=persona_id, now=now)


def withdraw_in(tx: Transaction, platform: str, guild_id: str, now: int) -> int:
    """Take back what personas of a guild have not said there yet; returns how many parts."""
    return tx.run("outbox.withdraw_in", platform=platform, guild_id=guild_id, now=now)


def place_of(tx: Transaction, work_id: str) -> int | None:
    """The place an earlier try of this work took."""
    return tx.number("outbox.place_of", work_id=work_id)


def claim(tx: Transaction, platform: str, until: int, now: int, most: int) -> list[Delivery]:
    """Take up to ``most`` due parts of a platform until then, at most one of each conversation."""
    taken: list[Delivery] = []
    while len(taken) < most:
        claimed = tx.one(_Key, "outbox.claim", platform=platform, lease_until=until, now=now)
        delivery = None if claimed is None else by_id(tx, claimed.conversation_id, claimed.id)
        if delivery is None:
            break
        taken.append(delivery)
    return taken


def renew(tx: Transaction, held: Iterable[Delivery], until: int) -> frozenset[str]:
    """Hold those of these parts that are still ours until then; returns their ids."""
    return frozenset(one.id for one in held if tx.run("outbox.renew", **_token(one), until=until))


def release_expired(tx: Transaction, now: int) -> int:
    """As release, but what somebody may still be sending is left with them."""
    return tx.run("outbox.release_expired", now=now) + tx.run("outbox.release_drafts", now=now)


def next_due(tx: Transaction, now: int) -> int | None:
    """When the next part that is not due yet will be."""
    return tx.number("outbox.next_due", now=now)


def foreign(tx: Transaction, platforms: Iterable[str], now: int) -> bool:
    """Whether a part is due that nobody can say who speaks on these platforms only."""
    return tx.number("outbox.foreign", platforms=f"|{'|'.join(platforms)}|", now=now) == 1


def by_id(tx: Transaction, conversation_id: str, delivery_id: str) -> Delivery | None:
    """The part of that id."""
    return tx.one(Delivery, "outbox.by_id", conversation_id=conversation_id, id=delivery_id)


def of_work(tx: Transaction, work_id: str) -> list[Delivery]:
    """All parts of a work item's reply, in order."""
    return tx.all(Delivery, "outbox.of_work", work_id=work_id)


def trying(tx: Transaction, part: Delivery | NewPart, now: int) -> None:
    """Note that the first request for it is about to go out."""
    tx.run("outbox.trying", **_key(part), now=now)


def acknowledged(tx: Transaction, part: Delivery | NewPart, platform_message_id: str, route: str) -> None:
    """The platform has it under that id."""
    tx.run("outbox.acknowledged", **_key(part), platform_message_id=platform_message_id, route=route)


def untried(tx: Transaction, part: Delivery | NewPart) -> None:
    """The platform certainly has nothing of it."""
    tx.run("outbox.untried", **_key(part))


def orphaned(tx: Transaction, part: Delivery | NewPart) -> None:
    """Its message is out of reach for ever, so it has none."""
    tx.run("outbox.orphaned", **_key(part))


def sent(tx: Transaction, held: Delivery, now: int) -> bool:
    """It reads as it should; its text is kept with the message only. False when it was owed anew meanwhile."""
    return _settled(tx, held, now, tx.run("outbox.sent", **_token(held), **_said(held), now=now))


def wait(tx: Transaction, held: Delivery, run_after: int, fault: str) -> bool:
    """Try again then; False when somebody else has it."""
    return tx.run("outbox.wait", **_token(held), run_after=run_after, fault=fault) > 0


def replace(tx: Transaction, held: Delivery, content: str, now: int, fault: str) -> bool:
    """Owe other words in its place, unless it has others by now."""
    changed = tx.run("outbox.replace", **_token(held), **_said(held), content=content, now=now, fault=fault)
    return _settled(tx, held, now, changed)


def drop(tx: Transaction, held: Delivery, now: int, fault: str, *, again: bool) -> bool:
    """It can't be said there, unless it has other words by now; those it has are kept where they may be said again."""
    return _settled(tx, held, now, tx.run("outbox.drop", **_token(held), **_said(held), fault=fault, again=int(again)))


def why_dropped(tx: Transaction, work_id: str) -> str:
    """Why a reply, or a part of it, was given up and may be tried again, '' for one that was not."""
    return tx.text("outbox.why_dropped", work_id=work_id) or ""


def revive(tx: Transaction, work_id: str, now: int) -> int:
    """Owe what was given up of a reply once more; what may have been said is looked for first. Returns how many."""
    return tx.run("outbox.revive", work_id=work_id, now=now)


def let_dropped_go(tx: Transaction, work_id: str) -> int:
    """Let the words of what was given up go; returns how many parts had some."""
    return tx.run("outbox.let_dropped_go", work_id=work_id)


def _settled(tx: Transaction, held: Delivery, now: int, changed: int) -> bool:
    """Owe it again at once when it got other words while these were said."""
    if not changed:
        wait(tx, held, now, "")
    return changed > 0


def release(tx: Transaction, now: int) -> int:
    """What a crash left on its way is owed again, and drafts whose work is over are taken away."""
    return tx.run("outbox.release", now=now) + tx.run("outbox.release_drafts", now=now)


def known(tx: Transaction, platform: str, channel_id: str, platform_message_ids: Sequence[str]) -> frozenset[str]:
    """Those of a platform's ids that are messages of ours we have a record of."""
    return frozenset(one for one in platform_message_ids if said_by(tx, platform, channel_id, one) is not None)


def said_by(tx: Transaction, platform: str, channel_id: str, platform_message_id: str) -> str | None:
    """The persona that said a message, by its id on the platform."""
    where = {"platform": platform, "channel_id": channel_id, "platform_message_id": platform_message_id}
    return tx.text("outbox.said_by", **where) or tx.text("outbox.said_long_ago", **where)


def tally(tx: Transaction) -> list[Tally]:
    """How many parts are under way, by state."""
    return tx.all(Tally, "outbox.tally")


def work_of(tx: Transaction, platform: str, channel_id: str, platform_message_id: str) -> str | None:
    """The work whose reply a message is, by its id on the platform."""
    return tx.text("outbox.work_of", platform=platform, channel_id=channel_id, platform_message_id=platform_message_id)


def reply_long_ago(tx: Transaction, platform: str, channel_id: str, platform_message_id: str) -> str | None:
    """The id of the reply that a message is whose work was let go, by its id on the platform."""
    return tx.text(
        "outbox.reply_long_ago", platform=platform, channel_id=channel_id, platform_message_id=platform_message_id
    )


def troubles_since(tx: Transaction, platform: str, channel_id: str, since: int) -> list[Tally]:
    """What stood in the way of a channel's replies since then, as it was noted, and how often."""
    return tx.all(Tally, "outbox.troubles_since", platform=platform, channel_id=channel_id, since=since)


def doubtful(tx: Transaction) -> int:
    """How many parts were tried without the platform saying that it has them."""
    return tx.number("outbox.doubtful") or 0


def _key(part: Delivery | NewPart) -> dict[str, Value]:
    return {"conversation_id": part.conversation_id, "id": part.id}


def _token(held: Delivery) -> dict[str, Value]:
    return {**_key(held), "held_until": held.run_after}


def _said(held: Delivery) -> dict[str, Value]:
    return {"said": held.content, "buttons": held.buttons}
