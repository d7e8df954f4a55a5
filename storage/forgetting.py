"""Forgets a person for good: their words, the answers to them and what was remembered of them, in bounded steps.

The tombstone comes first and the name goes last, so whoever is forgotten half-way is found again and forgotten whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from storage import conversations, memories, memory_changes, messages, passages, people, tombstones
from storage.engines.base import Transaction, Value
from storage.tombstones import Tombstone

NOBODY = "somebody who was forgotten"
MOST = 500  # rows of one transaction: others who write wait no longer than for these
_MADE = ("derived_from", "duplicates")  # what a memory's words live on in
_NAMED = (
    "forgetting.unname_settings",
    "forgetting.unname_bindings",
    "forgetting.unname_bans",
    "forgetting.unname_personas",
    "forgetting.unname_prompts",
    "forgetting.unname_memories",
    "forgetting.unname_lore",
    "forgetting.unname_lore_changes",
    "forgetting.unname_access",
    "forgetting.unname_access_ends",
    "forgetting.unname_pairings",
)


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
class Known:
    """Somebody who was there since then, in milliseconds."""

    platform: str
    platform_id: str
    since: int


@dataclass(frozen=True, slots=True)
class _Them:
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
class _Scene:
    id: str
    platform: str
    channel_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Scope:
    key: str
    since: int


def forget(tx: Transaction, platform: str, platform_id: str, until: int, now: int, most: int = MOST) -> Receipt:
    """Forget up to ``most`` of what somebody said until then; to be called until the receipt is whole.

    Their messages keep their place without words and name. Whoever comes back later is somebody new.
    """
    tombstones.put(tx, Tombstone(tombstones.key_hash(platform, platform_id), until))
    person = people.known(tx, platform, platform_id)
    them = _Them(person.id if person else "", platform, platform_id, until, now)
    done = Receipt()
    if person is not None:
        _hold(tx, them)
        stages: tuple[Callable[[Transaction, _Them, int], Receipt], ...] = (_messages, _memories, _work, _replies)
        for stage in stages:
            done += stage(tx, them, most - done.touched)
            if done.touched >= most:
                return done
    return done + _name(tx, them)


def until_now(tx: Transaction, platform: str, platform_id: str, now: int) -> int:
    """Now, or the time of their newest words where the platform's clock is ahead of ours."""
    person = people.known(tx, platform, platform_id)
    newest = tx.number("forgetting.newest", person_id=person.id) if person else None
    return max(now, newest or 0)


def returned(tx: Transaction, stones: Sequence[Tombstone]) -> list[tuple[Known, int]]:
    """Those who are here with something from before they were forgotten, and up to when that is to go."""
    if not stones:
        return []
    until = {stone.key_hash: stone.forgotten_at for stone in stones}
    newest = max(until.values())
    found = [*tx.all(Known, "forgetting.people", until=newest), *_scoped(tx, newest)]
    meant = {(one.platform, one.platform_id): one for one in found if _due(one, until)}
    return [(one, until[_key(one)]) for one in meant.values()]


def _due(known: Known, until: dict[str, int]) -> bool:
    return known.since <= until.get(_key(known), -1)


def _key(known: Known) -> str:
    return tombstones.key_hash(known.platform, known.platform_id)


def _scoped(tx: Transaction, newest: int) -> list[Known]:
    """Those who set something for themselves."""
    scopes = [(row.key.split(":", 2), row.since) for row in tx.all(_Scope, "forgetting.user_scopes", until=newest)]
    return [Known(platform, platform_id, since) for (_, platform, platform_id), since in scopes]


# ── what they said, and what became of it ──


def _hold(tx: Transaction, them: _Them) -> None:
    """First the conversations, as whoever hears does, so that nobody waits for us while we wait for them."""
    for first in tx.all(_Key, "forgetting.scenes", **them.row):
        conversations.hold(tx, first.conversation_id)
    tx.run("forgetting.hold", person_id=them.person_id)


def _messages(tx: Transaction, them: _Them, most: int) -> Receipt:
    found = tx.all(_Key, "forgetting.messages", **them.row, most=most)
    gone = replies = 0
    for message in found:
        for memory in memories.drawn_from(tx, message.conversation_id, message.id):
            gone, replies = gone + 1, replies + _forget_memory(tx, memory.conversation_id, memory.id, them.now)
        _unlearn(tx, message)
        tx.run("forgetting.empty_message", **asdict(message), now=them.now)
    return Receipt(messages=len(found), memories=gone, replies=replies)


def _memories(tx: Transaction, them: _Them, most: int) -> Receipt:
    found = tx.all(_Key, "forgetting.memories", person_id=them.person_id, **them.signed, most=most)
    replies = sum(_forget_memory(tx, memory.conversation_id, memory.id, them.now) for memory in found)
    return Receipt(memories=len(found), replies=replies)


def _work(tx: Transaction, them: _Them, most: int) -> Receipt:
    found = tx.all(_Work, "forgetting.work", **them.row, most=most)
    for scene in _alone_with(tx, them):
        left = most - len(found)
        found += tx.all(_Work, "forgetting.work_in", conversation_id=scene.id, until=them.until, most=max(0, left))
    for item in found:
        tx.run("forgetting.empty_work", id=item.id, now=them.now)
        tx.run("forgetting.empty_deliveries", work_id=item.id, now=them.now)
    return Receipt(work=len(found), running=tuple(item.id for item in found if item.state == "running"))


def _replies(tx: Transaction, them: _Them, most: int) -> Receipt:
    count = sum(_empty_reply(tx, one, them.now) for one in tx.all(_Key, "forgetting.replies", **them.row, most=most))
    for scene in _alone_with(tx, them):
        left = max(0, most - count)
        said = tx.all(_Key, "forgetting.replies_in", conversation_id=scene.id, until=them.until, most=left)
        count += sum(_empty_reply(tx, reply, them.now) for reply in said)
    return Receipt(replies=count)


def _alone_with(tx: Transaction, them: _Them) -> list[_Scene]:
    """The conversations that personas held with them alone."""
    return tx.all(_Scene, "forgetting.conversations", **them.row)


def _empty_reply(tx: Transaction, key: _Key, now: int) -> int:
    """Take a persona's words away with what it noted of itself by them alone; 0 where that was done before."""
    reply = messages.by_id(tx, key.conversation_id, key.id)
    if reply is None or reply.deleted_at is not None:
        return 0
    for memory in memories.drawn_from(tx, key.conversation_id, key.id):
        if memories.sources(tx, key.conversation_id, memory.id) == [key.id]:
            _drop_memory(tx, key.conversation_id, memory.id, now)
    memories.drop_source(tx, key.conversation_id, key.id)
    _unlearn(tx, key)
    tx.run("forgetting.forget_uses", conversation_id=key.conversation_id, reply_id=key.id)
    tx.run("forgetting.empty_reply", **asdict(key), now=now)
    if reply.work_id is not None:
        tx.run("forgetting.empty_deliveries", work_id=reply.work_id, now=now)
    return 1


def _unlearn(tx: Transaction, message: _Key) -> None:
    """Before a message changes: take it out of the indexes, the journal and what is to be read again."""
    messages.forget_revisions(tx, message.conversation_id, message.id)
    passages.forget(tx, message.id)
    memory_changes.wipe(tx, message.conversation_id, message_id=message.id)
    tx.run("forgetting.forget_reread", conversation_id=message.conversation_id, message_id=message.id)


def _forget_memory(tx: Transaction, scene: str, memory_id: str, now: int) -> int:
    """Forget it with what was made from it, and every reply that had it in mind; returns how many replies."""
    used = tx.all(_Key, "forgetting.used_in", scene_id=scene, memory_id=memory_id)
    replies = sum(_empty_reply(tx, reply, now) for reply in used)
    made = [one for relation in _MADE for one in memories.relating(tx, scene, memory_id, relation)]
    _drop_memory(tx, scene, memory_id, now)
    return replies + sum(_forget_memory(tx, scene, one, now) for one in made)


def _drop_memory(tx: Transaction, scene: str, memory_id: str, now: int) -> None:
    """What it had closed is closed by what came after it; nothing that was over holds again."""
    for older in memories.related(tx, scene, memory_id, "supersedes"):
        for newer in memories.relating(tx, scene, memory_id, "supersedes"):
            memories.relate(tx, scene, newer, "supersedes", older, now)
    memory_changes.wipe(tx, scene, memory_id=memory_id)
    memories.forget(tx, scene, memory_id)


# ── who they were ──


def _name(tx: Transaction, them: _Them) -> Receipt:
    """Last of all: what they chose and set, their name wherever it stands, and who they are."""
    who = {"platform": them.platform, "platform_id": them.platform_id}
    gone = tx.run("forgetting.forget_choices", **who, until=them.until)
    tx.run("forgetting.forget_pairing", **who, until=them.until)
    tx.run("forgetting.forget_opt_out", **who, until=them.until)
    gone += tx.run("forgetting.forget_keys", **who, until=them.until)
    gone += _forget_settings(tx, f"user:{them.platform}:{them.platform_id}", them)
    for query in _NAMED:
        tx.run(query, **them.signed, nobody=NOBODY)
    person_id = them.person_id or them.platform_id
    tx.run("forgetting.unname_memory_changes", **them.signed, person_id=person_id, nobody=NOBODY)
    tx.run("forgetting.forget_feedback", **them.row)
    for scene in _alone_with(tx, them) if them.person_id else []:
        gone += _forget_channel(tx, scene, them)
    tx.run("forgetting.unname_person", id=them.person_id, until=them.until)
    tx.run("forgetting.begin_anew", id=them.person_id, until=them.until)
    return Receipt(settings=gone, whole=True)


def _forget_channel(tx: Transaction, scene: _Scene, them: _Them) -> int:
    """What was set there goes; the channel of a direct conversation is named nowhere any more."""
    gone = _forget_settings(tx, f"conversation:{scene.platform}:{scene.id}", them)
    if scene.kind == "dm":
        gone += _forget_settings(tx, f"channel:{scene.platform}:{scene.channel_id}", them)
        tx.run("forgetting.drop_deliveries", conversation_id=scene.id)
        tx.run("forgetting.forget_cursor", platform=scene.platform, channel_id=scene.channel_id)
        tx.run("forgetting.forget_binding", platform=scene.platform, channel_id=scene.channel_id, until=them.until)
        tx.run("forgetting.unname_channel", id=scene.id, until=them.until)
    return gone


def _forget_settings(tx: Transaction, scope: str, them: _Them) -> int:
    return tx.run("forgetting.forget_settings", scope=scope, until=them.until)
