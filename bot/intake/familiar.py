"""Guesses which words are ours to keep, so that they are judged where they are kept, in one hop instead of two."""

from __future__ import annotations

from collections import OrderedDict

from bot.intake.decide import Ignore, Verdict
from bot.ports import Said

_CHANNELS = 4_096


class Familiar:
    """Channels where the last words were ours; a wrong guess costs a hop and decides nothing."""

    def __init__(self) -> None:
        self._channels: OrderedDict[tuple[str, str], None] = OrderedDict()

    def knows(self, said: Said) -> bool:
        """Whether words said there are likely to be ours."""
        return said.mentions_us or said.place.kind in ("dm", "terminal") or _key(said) in self._channels

    def learn(self, said: Said, verdict: Verdict) -> None:
        """What was decided about the last words there."""
        key = _key(said)
        if isinstance(verdict, Ignore):
            self._channels.pop(key, None)
            return
        self._channels[key] = None
        self._channels.move_to_end(key)
        if len(self._channels) > _CHANNELS:
            self._channels.popitem(last=False)


def _key(said: Said) -> tuple[str, str]:
    return said.place.platform, said.place.channel_id
