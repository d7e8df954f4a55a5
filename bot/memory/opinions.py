"""What a persona says of itself in English, understood by rules: what it likes and thinks, and whom it told. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.memory.rules import Plain

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_NOT_OWN = re.compile(r"[“\"„][^”\"“]*[”\"“]|^\s*(?:[->#*]).*$|\([^)]*\)", re.MULTILINE)
_OPINES = re.compile(
    r"^(?:(?:well|oh|ah|honestly|personally|and|but|hm+)[,.]? )*(?P<x>(?:"
    r"i (?:really |personally |do |have always |always |never |still )*"
    r"(?:think|believe|prefer|love|like|loved|liked|enjoy|admire|adore|hate|dislike|doubt|am fond of|grew up|was born)"
    r"|i['’]m fond of|my favou?rite [\w ]{2,30}? (?:is|are)|in my (?:opinion|view|eyes),?|if you ask me,?)"
    r" (?!(?:to (?:hear|help|know)|you|your|that (?:is|was|would|you)|so|it (?:is|was))\b)[^?]{3,160})[.!…]*$",
    re.IGNORECASE,
)


def opinions(text: str, persona: str, told: str) -> Iterator[Plain]:
    """What it voiced, in its very words; what it quotes, lists or puts in brackets is not its own."""
    own = _NOT_OWN.sub(" ", text)
    for sentence in _SENTENCE.split(own):
        found = _OPINES.match(" ".join(sentence.split()))
        if found:
            words = found["x"].rstrip(" .!…")
            said = f"{persona} told {told}: {words}." if told else f"{persona} said: {words}."
            yield Plain(said, "self", "", 4)
