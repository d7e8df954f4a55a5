"""A channel as a setting names it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from config.kinds import Unfit


@dataclass(frozen=True, slots=True)
class Room:
    """A channel of a platform."""

    platform: str
    channel_id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.channel_id}"


@dataclass(frozen=True, slots=True)
class Somewhere:
    """A channel."""

    @property
    def bounds(self) -> str:
        """How it is written."""
        return "a channel such as discord:80351110224678912, which /alerts here writes for you"

    @property
    def choices(self) -> tuple[str, ...]:
        """Too many to tell."""
        return ()

    def read(self, text: str) -> Room:
        """The platform and the channel's id there; raises Unfit."""
        found = re.fullmatch(r"(terminal):(terminal)|(discord):([0-9]{1,20})", text)
        if found is None:
            raise Unfit
        platform, channel_id = (part for part in found.groups() if part)
        return Room(platform, channel_id)
