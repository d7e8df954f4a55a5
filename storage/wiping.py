"""Takes away what somebody said, the answers to it and what was remembered of them, so many rows at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from storage import conversations, people, unlearning
from storage.engines.base import Transaction, Value


@dataclass(frozen=True, slots=True)
class Receipt:
    """How much of each kind went; ``running`` is the work to be stopped, ``whole`` whether nothing is left to do."""

    messages: int = 0
    replies: int = 0
    memories: int = 0
    work: int = 0
    settings: int = 0
    running: tuple[str, ...] = ()
    whole: bool = False

    def __add__(self, later: Receipt) -> Receipt:
        return Receipt(
            self.messages + later.messages,
            self.replies + later.replies,
            self.memories + later.memories,
            self.work + later.work,
            self.settings + later.settings,
            (*self.running, *later.running),
            later.whole,
        )

    @property
    def touched(self) -> int:
        """How much was done in all."""
        return self.messages + self.replies + self.memories + self.work


@dataclass(frozen=True, slots=True)
class Them:
    """Whose words up to when; ``person_id`` is '' where they never spoke."""

    person_id: str
    platform: str
    platform_id: str
    until: int
    now: int

    @property
    def row(self) -> dict[str, Value]:
        """Their words."""
        return {"person_id": self.person_id, "until": self.until}

    @property
    def signed(self) -> dict[str, Value]:
        """Their name with what they changed."""
        return {"until": self.until, **people.signed(self.platform_id)}


@dataclass(frozen=True, slots=True)
class _Key:
    conversation_id: str
    id: str


@dataclass(frozen=True, slots=True)
class _Work:
    id: str
    state: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A conversation that a persona held."""

    id: str
    platform: str
    channel_id: str
    kind: str


def wipe(tx: Transaction, them: Them, most: int) -> Receipt:
    """Up to ``most`` of all that; to be called until less than that went."""
    _hold(tx, them)
    done = Receipt()
    stages: tuple[Callable[[Transaction, Them, int], Receipt], ...] = (_messages, _memories, _work, _replies)
    for stage in stages:
        done += stage(tx, them, most - done.touched)
        if done.touched >= most:
            break
    return done


def _hold(tx: Transaction, them: Them) -> None:
    """First the conversations, as whoever hears does, so that nobody waits for us while we wait for them."""
    for first in tx.all(_Key, "forgetting.scenes", **them.row):
        conversations.hold(tx, first.conversation_id)
    tx.run("forgetting.hold", person_id=them.person_id)


def _messages(tx: Transaction, them: Them, most: int) -> Receipt:
    found = tx.all(_Key, "forgetting.messages", **them.row, most=most)
    gone = replies = 0
    for message in found:
        drawn, answers = unlearning.forget_message(tx, message.conversation_id, message.id, them.now)
        gone, replies = gone + drawn, replies + answers
    return Receipt(messages=len(found), memories=gone, replies=replies)


def _memories(tx: Transaction, them: Them, most: int) -> Receipt:
    found = tx.all(_Key, "forgetting.memories", person_id=them.person_id, **them.signed, most=most)
    replies = sum(unlearning.forget_memory(tx, memory.conversation_id, memory.id, them.now) for memory in found)
    return Receipt(memories=len(found), replies=replies)


def _work(tx: Transaction, them: Them, most: int) -> Receipt:
    found = tx.all(_Work, "forgetting.work", **them.row, most=most)
    for scene in alone_with(tx, them):
        left = most - len(found)
        found += tx.all(_Work, "forgetting.work_in", conversation_id=scene.id, until=them.until, most=max(0, left))
    for item in found:
        tx.run("forgetting.empty_work", id=item.id, now=them.now)
        tx.run("forgetting.empty_deliveries", work_id=item.id, now=them.now)
    return Receipt(work=len(found), running=tuple(item.id for item in found if item.state == "running"))


def _replies(tx: Transaction, them: Them, most: int) -> Receipt:
    found = tx.all(_Key, "forgetting.replies", **them.row, most=most)
    count = sum(unlearning.empty_reply(tx, reply.conversation_id, reply.id, them.now) for reply in found)
    for scene in alone_with(tx, them):
        left = max(0, most - count)
        said = tx.all(_Key, "forgetting.replies_in", conversation_id=scene.id, until=them.until, most=left)
        count += sum(unlearning.empty_reply(tx, reply.conversation_id, reply.id, them.now) for reply in said)
    return Receipt(replies=count)


def alone_with(tx: Transaction, them: Them) -> list[Scene]:
    """The conversations that personas held with them alone."""
    return tx.all(Scene, "forgetting.conversations", **them.row)
