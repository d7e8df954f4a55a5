"""The machine's clock."""

from __future__ import annotations

import asyncio
import time


class SystemClock:
    """Time as this machine tells it."""

    def now(self) -> int:
        """Milliseconds since the Unix epoch."""
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""
        await asyncio.sleep(seconds)
