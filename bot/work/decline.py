"""What comes of work that a budget does not allow now: it waits, or the persona says so. Pure."""

from __future__ import annotations

from bot.capabilities.base import Outcome, Reply
from bot.spending.budget import Busy, Declined, told

_BUSY_MS = 1_000  # calls end within seconds
_AGAIN_MS = 3_600_000


def decline(declined: Declined, unfinished: Reply | None, silent: bool, now: int) -> Outcome:
    """Work waits for what runs just now, and what nobody waits for until there is something to spend again."""
    verdict = declined.verdict
    if isinstance(verdict, Busy):
        return Outcome(not_before=now + _BUSY_MS)
    if silent:
        return Outcome(not_before=verdict.opens_at or now + _AGAIN_MS)
    words = f"I have said all I may for now. I am glad to go on {told(verdict.limit)}."
    if unfinished is None:
        return Outcome(notice=words)
    return Outcome(notice=words, answered=unfinished.answered, reply_to=unfinished.reply_to)
