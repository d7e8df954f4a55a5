"""What was heard: the claim on a platform's message id that makes hearing twice harmless."""

from __future__ import annotations

from storage.engines.base import Transaction
from storage.records import Heard


def claim(
    tx: Transaction, platform: str, client_message_id: str, *, message_id: str, verdict: str, rule: str, now: int
) -> bool:
    """Whether we are the first to hear it."""
    claimed = tx.text(
        "events.claim",
        platform=platform,
        client_message_id=client_message_id,
        message_id=message_id,
        verdict=verdict,
        rule=rule,
        now=now,
    )
    return claimed is not None


def take_order(tx: Transaction, platform: str, order_id: str, now: int) -> bool:
    """Whether we are the first to take a command, a press or a form that was sent.

    Its id alone is left to the message that it may say.
    """
    return claim(tx, platform, f"order:{order_id}", message_id="", verdict="order", rule="PICKED", now=now)


def find(tx: Transaction, platform: str, client_message_id: str) -> Heard | None:
    """What became of it when it was heard."""
    return tx.one(Heard, "events.find", platform=platform, client_message_id=client_message_id)


def led_to(tx: Transaction, platform: str, channel_id: str, platform_message_id: str) -> str | None:
    """The rule by which a persona's message came to be said; None when it answers nobody's words."""
    where = {"platform": platform, "channel_id": channel_id, "platform_message_id": platform_message_id}
    return tx.text("events.led_to", **where) or tx.text("events.led_to_long_ago", **where)
