"""Labels by which a model says on which notes a reply rests; people never see them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from zlib import crc32

from bot.memory.reminding import Reminder

_LABEL = r"n[0-9a-f]{4}"
_CITED = re.compile(rf"[ \t]*\[{_LABEL}(?:[,;\s]+{_LABEL})*\]")
_BEGUN = re.compile(rf"[ \t]*\[(?:{_LABEL}[,;\s]+)*(?:n[0-9a-f]{{0,4}})?$")


def label(memory_id: str) -> str:
    """The same for a memory in every reply, so that a provider's cache hits."""
    return f"n{crc32(memory_id.encode()) & 0xFFFF:04x}"


def bare(text: str, *, grows: bool = False) -> str:
    """The text as people read it; of one that grows a label that is only begun is not shown either."""
    shown = _CITED.sub("", text)
    return _BEGUN.sub("", shown) if grows else shown


def with_cited(reminded: Sequence[Reminder], text: str) -> tuple[Reminder, ...]:
    """Each with whether the text says that it rests on it."""
    named = {one for found in _CITED.findall(text) for one in re.findall(_LABEL, found)}
    return tuple(replace(one, cited=True) if label(one.memory.id) in named else one for one in reminded)
