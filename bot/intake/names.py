"""Finds the name a message begins with: "Ada, …", "@Ada …", "hey Ada: …"."""

from __future__ import annotations

import re

_MOST_WORDS = 4
_OPENING = re.compile(r"^(?:hey|hi|hello|ok|okay|yo)[ ,]+(?=\S)", re.IGNORECASE)
_ENDED = re.compile(r"^(@?)([^\n,:;!?—–]{2,80}?)\s*(?:[,:;!?—–\n]|\s-\s|$)")


def spoken_to(text: str) -> list[str]:
    """The words a message may begin by naming, longest first; a name counts when punctuation or an @ marks it."""
    stripped = text.strip()
    found: list[str] = []
    for candidate in (stripped, _OPENING.sub("", stripped, count=1)):
        match = _ENDED.match(candidate)
        if match and match[2].count(" ") < _MOST_WORDS:
            found.append(match[2].strip().rstrip("."))
        if candidate.startswith("@"):
            words = candidate[1:].split()[:_MOST_WORDS]
            found += [" ".join(words[:count]).rstrip(",:;!?.") for count in range(len(words), 0, -1)]
    return list(dict.fromkeys(name for name in found if name))
