"""Takes back all that was said in a channel that was deleted, a part in each transaction."""

from __future__ import annotations

from dataclasses import dataclass

from bot.intake.accept import Hand, withdraw
from storage import messages
from storage.engines.base import Transaction

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
