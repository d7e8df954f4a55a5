"""Keeps two revisions of one message apart, whoever makes them: a draft, or the final delivery."""

from __future__ import annotations

from bot.ports import Clock


class Pace:
    """Remembers when each message was last written to; forgets it when the message is done."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: dict[str, int] = {}

    def wrote(self, delivery_id: str) -> None:
        """A request for it has just ended."""
        self._last[delivery_id] = self._clock.now()

    def done(self, delivery_id: str) -> None:
        """It will not be written to any more."""
        self._last.pop(delivery_id, None)

    def left_s(self, delivery_id: str, pace_s: float) -> float:
        """Seconds until it may be written to again."""
        last = self._last.get(delivery_id)
        return 0.0 if last is None else max(0.0, pace_s - (self._clock.now() - last) / 1000)

    async def keep(self, delivery_id: str, pace_s: float) -> None:
        """Wait until it may be written to again."""
        left = self.left_s(delivery_id, pace_s)
        if left > 0:
            await self._clock.sleep(left)
