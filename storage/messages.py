"""The entries of conversations, their revisions and their taking back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from storage import passages
from storage.engines.base import Transaction
from storage.passages import Source
from storage.records import Message


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message about to be kept; the optional fields tell a person's words from a persona's reply."""

    id: str
    conversation_id: str
    seq: int
    role: str
    name: str
    content: str
    said_at: int
    client_message_id: str | None = None
    person_id: str | None = None
    reply_to: str | None = None
    work_id: str | None = None
    whole: bool = True
    voice_version_id: str | None = None
    house_version_id: str | None = None
    history_cut: bool = False


def content_hash(content: str) -> str:
    """Tells whether two payloads say the same."""
    return hashlib.sha256(content.encode()).hexdigest()


def add(tx: Transaction, message: NewMessage) -> None:
    """Keep and index it; raises ConstraintBroken when its seq or client_message_id is taken."""
    tx.run(
        "messages.add",
        id=message.id,
        conversation_id=message.conversation_id,
        seq=message.seq,
        role=message.role,
        client_message_id=message.client_message_id,
        person_id=message.person_id,
        name=message.name,
        content=message.content,
        content_hash=content_hash(message.content),
        whole=int(message.whole),
        reply_to=message.reply_to,
        work_id=message.work_id,
        voice_version_id=message.voice_version_id,
        house_version_id=message.house_version_id,
        history_cut=int(message.history_cut),
        said_at=message.said_at,
    )
    passages.add(tx, Source(message.conversation_id, message.seq, message.id, message.content))


def by_id(tx: Transaction, conversation_id: str, message_id: str) -> Message | None:
    """The message of that id, taken back or not."""
    return tx.one(Message, "messages.by_id", conversation_id=conversation_id, id=message_id)


def heard(tx: Transaction, platform: str, channel_id: str, client_message_id: str) -> Message | None:
    """The message that the platform knows by that id in a channel, taken back or not."""
    return tx.one(
        Message, "messages.heard", platform=platform, channel_id=channel_id, client_message_id=client_message_id
    )


def newest(tx: Transaction, conversation_id: str, after_seq: int, most: int) -> list[Message]:
    """What was said after that number and not taken back, newest first."""
    return tx.all(Message, "messages.newest", conversation_id=conversation_id, after_seq=after_seq, most=most)


def left_in(tx: Transaction, conversation_id: str, after_seq: int, most: int) -> list[Message]:
    """What was said after that number, by whomever, and not taken back, in order."""
    return tx.all(Message, "messages.left_in", conversation_id=conversation_id, after_seq=after_seq, most=most)


def asked(tx: Transaction, work_id: str) -> list[Message]:
    """The people's messages that a work item answers, in order."""
    return tx.all(Message, "messages.asked", work_id=work_id)


def taken_back(tx: Transaction, work_id: str) -> bool:
    """Whether everything a work item was asked has been taken back."""
    return bool(tx.number("messages.tombstones", work_id=work_id)) and not asked(tx, work_id)


def reply(tx: Transaction, work_id: str) -> Message | None:
    """The reply a work item ended in."""
    return tx.one(Message, "messages.reply", work_id=work_id)


def revise(tx: Transaction, conversation_id: str, message_id: str, content: str, now: int) -> bool:
    """Let it read differently and keep what it read before; False when it reads so already or was taken back."""
    message = by_id(tx, conversation_id, message_id)
    if message is None or message.deleted_at is not None or message.content_hash == content_hash(content):
        return False
    which = {"conversation_id": conversation_id, "id": message_id}
    tx.run("messages.keep_revision", **which, now=now)
    passages.forget(tx, message_id)
    revised = tx.run("messages.revise", **which, content=content, content_hash=content_hash(content)) > 0
    passages.add(tx, Source(message.conversation_id, message.seq, message_id, content))
    return revised


def stand_for(tx: Transaction, conversation_id: str, message_id: str, client_message_id: str, name: str) -> None:
    """The platform has it under another id and another name from now on."""
    which = {"conversation_id": conversation_id, "id": message_id}
    tx.run("messages.stand_for", **which, client_message_id=client_message_id, name=name)


def heard_in(tx: Transaction, platform: str, channel_id: str, since: int, most: int = 1000) -> list[str]:
    """The platform's ids of what people wrote in a channel since then, newest first."""
    found = tx.all(_Heard, "messages.heard_in", platform=platform, channel_id=channel_id, since=since, most=most)
    return [row.client_message_id for row in found]


@dataclass(frozen=True, slots=True)
class _Heard:
    client_message_id: str


def revisions(tx: Transaction, conversation_id: str, message_id: str) -> int:
    """How many earlier wordings are kept."""
    return tx.number("messages.revisions", conversation_id=conversation_id, id=message_id) or 0


def take_back(tx: Transaction, conversation_id: str, message_id: str, now: int) -> bool:
    """Leave a tombstone without words, here and in the revisions; False when it was one already."""
    forget_revisions(tx, conversation_id, message_id)
    passages.forget(tx, message_id)
    return tx.run("messages.take_back", conversation_id=conversation_id, id=message_id, now=now) > 0


def forget_revisions(tx: Transaction, conversation_id: str, message_id: str) -> None:
    """Leave nothing of what it read before."""
    tx.run("messages.forget_revisions", conversation_id=conversation_id, id=message_id)


def last_reply(tx: Transaction, conversation_id: str) -> Message | None:
    """The newest words of the persona in a conversation."""
    return tx.one(Message, "messages.last_reply", conversation_id=conversation_id)
