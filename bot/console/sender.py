"""The terminal as a platform: a parcel is printed, a revision prints what is new in it."""

from __future__ import annotations

import asyncio
import itertools
import re
from dataclasses import dataclass

from bot.console.screen import Screen
from bot.ports import Button, Parcel, Place, Receipt

_CLOSING = re.compile(r"\n[ \t>]*(?:`{3,}|~{3,})$")  # of a code block that may still grow


@dataclass(slots=True)
class _Reply:
    done: asyncio.Event
    printed: str = ""


class ConsoleSender:
    """Prints replies; ``answered`` waits until one is whole."""

    limit = 1_000_000
    pace_s = 0.02

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._replies: dict[str, _Reply] = {}
        self._numbers = itertools.count(1)
        self.offered: tuple[Button, ...] = ()

    async def answered(self, work_id: str) -> None:
        """Return when the reply to that work is printed to its end."""
        await self._reply(work_id).done.wait()
        del self._replies[work_id]

    async def post(self, parcel: Parcel) -> Receipt:
        """Print whose words these are, and the words."""
        self._begin(parcel)
        self._show(parcel)
        return Receipt(str(next(self._numbers)), "terminal")

    async def revise(self, parcel: Parcel) -> None:
        """Print what is new, or all of it again when it is not a continuation, as of a reply tried again later."""
        if not self._reply(parcel.work_id).printed:
            self._begin(parcel)
        self._show(parcel)

    async def remove(self, parcel: Parcel) -> None:
        """Say that what was printed does not count."""
        self._screen.end(())
        self._screen.note("(taken back)")
        self._reply(parcel.work_id).done.set()

    async def find(self, parcel: Parcel, since: int) -> tuple[Receipt, ...]:
        """A terminal keeps nothing, so what is in doubt is printed again."""
        return ()

    def repeatable(self, parcel: Parcel) -> bool:
        """A terminal knows no nonces."""
        return False

    async def typing(self, place: Place) -> None:
        """The cursor waits already."""

    def _begin(self, parcel: Parcel) -> None:
        if parcel.faceless:
            self._screen.end(())
        else:
            self._screen.name(parcel.face)

    def _show(self, parcel: Parcel) -> None:
        reply = self._reply(parcel.work_id)
        text = parcel.text if parcel.final else _CLOSING.sub("", parcel.text)
        if not text.startswith(reply.printed):
            if not parcel.final:
                return  # what was printed can't be changed; the whole reply settles it
            self._screen.words("\n")
            reply.printed = ""
        self._screen.words(text[len(reply.printed) :])
        reply.printed = text
        if parcel.final and parcel.last:
            self.offered = parcel.buttons or self.offered
            self._screen.end(parcel.buttons)
            reply.done.set()

    def _reply(self, work_id: str) -> _Reply:
        return self._replies.setdefault(work_id, _Reply(asyncio.Event()))
