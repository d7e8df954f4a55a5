"""What this process holds, and until when it may act on it: others take over what is not renewed in time."""

from __future__ import annotations

from collections.abc import Hashable

from bot.ports import Clock

_EARLY = 10  # a tenth of the lease: the clocks of two machines differ, and a request takes a while


class Leases:
    """Ends of leases by what they are for; ours end a little before others think so."""

    def __init__(self, clock: Clock, lease_ms: int) -> None:
        self._clock = clock
        self._lease_ms = lease_ms
        self._until: dict[Hashable, int] = {}

    def end(self) -> int:
        """When a lease that begins now ends, in milliseconds."""
        return self._clock.now() + self._lease_ms

    def hold(self, key: Hashable, until: int) -> None:
        """It is ours until then."""
        self._until[key] = until

    def let_go(self, key: Hashable) -> None:
        """It is over."""
        self._until.pop(key, None)

    def held(self, key: Hashable) -> bool:
        """Whether it is certainly still ours."""
        return self._clock.now() < self._until.get(key, 0) - self._lease_ms // _EARLY
