"""What was said and not read for memories yet."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction


@dataclass(frozen=True, slots=True)
class Line:
    """A message as it is read for memories."""

    id: str
    seq: int
    role: str
    person_id: str | None
    name: str
    content: str
    said_at: int
    reply_to: str | None


def through(tx: Transaction, conversation_id: str) -> int:
    """The number of the last message that was read."""
    return tx.number("readings.through", conversation_id=conversation_id) or 0


def unread(tx: Transaction, conversation_id: str, most: int) -> list[Line]:
    """The oldest messages not read yet, in order."""
    after = through(tx, conversation_id)
    return tx.all(Line, "readings.unread", conversation_id=conversation_id, after_seq=after, most=most)


def before(tx: Transaction, conversation_id: str, seq: int, fresh_seq: int, most: int) -> list[Line]:
    """What was said just before that number and after history began anew, in order."""
    found = tx.all(
        Line, "readings.before", conversation_id=conversation_id, before_seq=seq, fresh_seq=fresh_seq, most=most
    )
    return found[::-1]


def line(tx: Transaction, conversation_id: str, message_id: str) -> Line | None:
    """One message, unless it was taken back or is withheld."""
    return tx.one(Line, "readings.line", conversation_id=conversation_id, id=message_id)


def read_through(tx: Transaction, conversation_id: str, seq: int, now: int) -> None:
    """All up to that number was read; it never goes back."""
    tx.run("readings.read_through", conversation_id=conversation_id, through_seq=seq, now=now)


def mark(tx: Transaction, conversation_id: str, message_id: str, now: int) -> None:
    """Have a message read once more."""
    tx.run("readings.mark", conversation_id=conversation_id, message_id=message_id, now=now)


def marked(tx: Transaction, conversation_id: str, most: int) -> list[Line]:
    """The messages to be read once more, in order."""
    return tx.all(Line, "readings.marked", conversation_id=conversation_id, most=most)


def unmark(tx: Transaction, conversation_id: str, message_id: str, until: int) -> None:
    """It was read as it stood at that time."""
    tx.run("readings.unmark", conversation_id=conversation_id, message_id=message_id, until=until)
