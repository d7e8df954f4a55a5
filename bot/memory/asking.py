"""What kind of answer a question wants: all there is, the newest, these very words, or several things at once. Pure."""

from __future__ import annotations

import re

_ALL = re.compile(
    r"\bhow (?:many|often)\b|\b(?:list|name|count|enumerate)\b(?: \w+){0,2} (?:all|every|each|any|of)\b|^list\b"
    r"|\b(?:what|which|who|tell|give|show)\b[^.?!]{0,30}\ball (?:the|of|my|our|your|his|her|their)\b"
    r"|\bevery (?:time|single)\b|\beverything (?:that|about|i|you|we|he|she|they)\b|\beach time\b|\bin total\b"
    r"|\bwhich (?:of|people|children|(?:\w+ ){0,2}?\w{2,}s)\b[^.?!]{0,60}?\b(?:did|do|does|have|has|had)\b",
    re.IGNORECASE,
)
_TIMES = r"(?:few|couple|week|weekend|month|year|night|evening|summer|winter|spring|autumn|fall|christmas|name|\d)"
_DAYS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)"
_NEWEST = re.compile(
    rf"\b(?:latest|newest|most recent(?:ly)?)\b|(?<!at )(?<!at long )\blast\b(?! {_TIMES})(?! {_DAYS}\w*\b)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“([^“”]{2,200})”|\"([^\"]{2,200})\"|«([^«»]{2,200})»|„([^„“”]{2,200})[“”]")
_SENTENCE = re.compile(r"[^.!?\n]+\?+")
_ASKS = r"(?:what|who|whose|whom|where|when|which|why|how|did|does|do|is|are|was|were|has|have|can|could|will|would)"
_JOINED = re.compile(rf"(?:,\s*|\s+)(?:and|but)(?: also)?\s+(?={_ASKS}\s)|;\s*(?={_ASKS}\s)", re.IGNORECASE)
_BEGINS = re.compile(
    rf"\W*(?:@?[\w-]+[,:] )?(?:(?:and|so|but|or|well|ok|please|also|tell me|do you (?:know|remember)),? )*{_ASKS}\b",
    re.I,
)
_MOST_PARTS = 3
_LEAST_WORDS = 3


def asks(text: str) -> bool:
    """Whether it asks anything at all."""
    return "?" in text or _BEGINS.match(text) is not None


def wants_all(text: str) -> bool:
    """Whether it asks for each of something, so that the best alone are no answer."""
    return _ALL.search(text) is not None


def wants_newest(text: str) -> bool:
    """Whether of what answers it the newest is meant."""
    return _NEWEST.search(text) is not None


def phrases(text: str) -> tuple[str, ...]:
    """What stands in it in quotation marks."""
    return tuple(" ".join(found[found.lastindex or 0].split()) for found in _QUOTED.finditer(text))


def holds(text: str, phrase: str) -> bool:
    """Whether a text has these very words, however they are written large or spaced."""
    return _plain(phrase) in _plain(text)


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split()).rstrip(".,!?")


def parts(text: str) -> tuple[str, ...]:
    """The questions it is made of, by their marks and by an "and" that begins another; none where it is one."""
    sentences = [found.strip() for found in _SENTENCE.findall(text)]
    found = [one.strip() for sentence in sentences for one in _JOINED.split(sentence)]
    asked = [one for one in found if len(one.split()) >= _LEAST_WORDS and _BEGINS.match(one)]
    return tuple(asked[:_MOST_PARTS]) if len(asked) > 1 else ()
