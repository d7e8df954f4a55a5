"""Takes back all that was said, remembered and set in a channel that was deleted, a part in each transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.intake.accept import Hand, withdraw
from bot.memory.journal import Pen
from bot.memory.learn import forget
from bot.ports import Place
from storage import channels, conversations, memories, messages
from storage.bindings import ChannelKey
from storage.engines.base import Transaction
from storage.records import Conversation

_MOST = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """How far a conversation was taken back, None where nothing is left, and the work that nobody waits for now."""

    through_seq: int | None
    stopped: tuple[str, ...]


def take_back_in(tx: Transaction, conversation_id: str, after_seq: int, deleted_at: int, hand: Hand) -> Taken:
    """The next part, people's words and the answers to them."""
    left = messages.left_in(tx, conversation_id, after_seq, _MOST)
    done = [withdraw(tx, message, deleted_at, hand) for message in left]
    return Taken(left[-1].seq if left else None, tuple(one.work_id for one in done if one.stop))


def forget_in(tx: Transaction, conversation_id: str, hand: Hand) -> int:
    """The next part of what was remembered there without any words of ours; returns how much that was."""
    conversations.hold(tx, conversation_id)
    left = channels.remembered(tx, conversation_id, _MOST)
    for memory in left:
        # One that it was made from may have taken it along.
        if memories.by_id(tx, conversation_id, memory.id) is not None:
            forget(tx, memory, Pen(hand.ids, hand.now, channels.BY), heal=False)
    return len(left)


def clear(tx: Transaction, place: Place, scenes: Sequence[Conversation], hand: Hand) -> int:
    """What was set up in the channel and in its threads; returns how much that was."""
    gone = 0
    for channel_id in sorted({place.channel_id, *(scene.channel_id for scene in scenes)} if place.guild_id else ()):
        held = [scene.id for scene in scenes if scene.channel_id == channel_id]
        gone += channels.clear(tx, ChannelKey(place.platform, channel_id, place.guild_id), held, hand.ids, hand.now)
    return gone
