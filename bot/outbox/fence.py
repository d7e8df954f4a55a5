"""A mouth for one who holds something: it falls silent when others may have taken that over."""

from __future__ import annotations

from collections.abc import Callable

from bot.ports import Parcel, Place, Receipt, Sender


class Lost(Exception):
    """Somebody else may be saying it by now; the platform was asked for nothing."""


class Fenced:
    """A sender that writes only while ``held`` says so; each write raises Lost otherwise."""

    def __init__(self, sender: Sender, held: Callable[[], bool]) -> None:
        self._sender = sender
        self._held = held

    @property
    def limit(self) -> int:
        """The platform's."""
        return self._sender.limit

    @property
    def pace_s(self) -> float:
        """The platform's."""
        return self._sender.pace_s

    async def post(self, parcel: Parcel) -> Receipt:
        """Say it."""
        self._check()
        return await self._sender.post(parcel)

    async def revise(self, parcel: Parcel) -> None:
        """Make its message read as parcel.text."""
        self._check()
        await self._sender.revise(parcel)

    async def remove(self, parcel: Parcel) -> None:
        """Take its message away."""
        self._check()
        await self._sender.remove(parcel)

    async def find(self, parcel: Parcel, since: int) -> tuple[Receipt, ...]:
        """Look for messages like it."""
        return await self._sender.find(parcel, since)

    def repeatable(self, parcel: Parcel) -> bool:
        """Whether its nonce would be recognised."""
        return self._sender.repeatable(parcel)

    async def typing(self, place: Place) -> None:
        """Show that somebody is writing."""
        await self._sender.typing(place)

    def _check(self) -> None:
        if not self._held():
            raise Lost
