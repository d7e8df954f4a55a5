"""What is kept of a wish to be remembered: what the rules understand, and the very words of the rest. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.memory.alike import content_words
from bot.memory.lasting import without
from bot.memory.requests import wishes
from bot.memory.rules import Plain, plain, says

_VERBATIM = re.compile(r" asked to remember: “(?P<x>.+)”$", re.DOTALL)
# Words of a statement that its rule puts otherwise, and some that add nothing: they are not lost.
_PUT_OTHERWISE = content_words(
    "name named called call nickname known work job go come origin originally learn study favorite favourite now "
    "currently still always usually recently old years please thanks too well"
)


def wished(text: str, who: str) -> list[Plain]:
    """What is kept of all they want remembered: what the rules understand of it, and the very words of the rest."""
    return [one for words in wishes(text) for one in understood(words, who)]


def understood(words: str, who: str) -> list[Plain]:
    """What is kept of these words, all of which are to be."""
    found = [weightier(one) for one in plain(words, who)]
    told = content_words(" ".join(one.statement for one in found)) | _PUT_OTHERWISE if found else frozenset()
    return found if found and content_words(without(words)) <= told else [*found, verbatim(words, who)]


def wished_words(statement: str) -> str:
    """The words of such a statement as ``verbatim`` makes it, '' of any other."""
    found = _VERBATIM.search(statement)
    return found["x"] if found else ""


def verbatim(words: str, who: str) -> Plain:
    """A wish in the words of whoever has it."""
    asked = f"asked to remember: “{words.rstrip('.')}”"
    return Plain(says(who, asked, asked), "fact", "", 8, words)


def weightier(one: Plain) -> Plain:
    """What somebody said is to be known matters more than what they said in passing."""
    return replace(one, importance=max(8, one.importance))
