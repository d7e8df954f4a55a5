"""Whose words a proxy says: PluralKit and Tupperbox take a person's message away and say it anew by a webhook.

Discord does not tell who wrote it first, and neither bot is asked. So the last words of each channel are held in memory
for as long as a proxy takes: what it says must stand in one of them, with no more than its tags around it.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import replace

from bot.ports import Said

_HELD_MS = 30_000
_MOST = 50  # messages of one channel
_CHANNELS = 2_000
_LONGEST_TAGS = 40  # characters that a proxy may have taken off one side


class Originals:
    """What people said last, by channel; of one process, and gone with it."""

    def __init__(self) -> None:
        self._said: OrderedDict[str, deque[tuple[int, Said]]] = OrderedDict()

    def note(self, said: Said, now: int) -> None:
        """Hold these words for a while."""
        key = _key(said)
        line = self._said.setdefault(key, deque(maxlen=_MOST))
        line.append((now, said))
        self._said.move_to_end(key)
        if len(self._said) > _CHANNELS:
            self._said.popitem(last=False)

    def owner_of(self, said: Said, now: int) -> Said:
        """The proxied words as those of who wrote them; unchanged where that is not certain."""
        line = self._said.get(_key(said), deque())
        while line and line[0][0] < now - _HELD_MS:
            line.popleft()
        found = [one for one in line if _stands_in(said.text, one[1].text)]
        if not found or len({one.speaker.platform_id for _, one in found}) != 1:
            return said
        line.remove(found[0])
        original = found[0][1]
        speaker = replace(original.speaker, name=said.speaker.name)
        return replace(
            said,
            speaker=speaker,
            replaces=original.client_message_id,
            reply_to=said.reply_to or original.reply_to,  # a webhook can't reply, and its writer did
            mentions_us=said.mentions_us or original.mentions_us,
        )


def _key(said: Said) -> str:
    return f"{said.place.platform}:{said.place.channel_id}"


def _stands_in(text: str, original: str) -> bool:
    words = text.strip()
    before, found, after = original.partition(words) if words else ("", "", "")
    return bool(found) and len(before) <= _LONGEST_TAGS and len(after) <= _LONGEST_TAGS
