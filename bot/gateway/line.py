"""The line of what waits to be heard in one channel; words that wait there together are heard together."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from itertools import islice, takewhile

from bot.ports import Event, Said

MOST = 100


@dataclass(slots=True, eq=False)
class Waiting:
    """One event in a line, and whether somebody who stood before it has heard it too."""

    event: Event
    heard: bool = False


class Line(asyncio.Lock):
    """Events of one channel as they came, held by whoever hears the first of them or reads what came before."""

    def __init__(self) -> None:
        super().__init__()
        self._line: deque[Waiting] = deque()

    def join(self, event: Event) -> Waiting:
        """Stand at the end."""
        last = Waiting(event)
        self._line.append(last)
        return last

    def first(self, most: int) -> list[Waiting]:
        """The one who stands first, with the words right behind it if it is words itself."""
        said = list(takewhile(lambda one: isinstance(one.event, Said), islice(self._line, most)))
        return said or [self._line[0]]

    def leave(self, page: list[Waiting]) -> None:
        """These, who stand first, have been heard."""
        for one in page:
            one.heard = True
            self._line.popleft()
