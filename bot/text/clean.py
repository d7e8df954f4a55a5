"""Text as people meant it: what cannot be seen, or hides other text, is taken out."""

from __future__ import annotations

import re

_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
# Tag characters spell hidden text, except after a black flag, where they name a region: gbsct is Scotland.
_TAGS = re.compile(
    "(\U0001f3f4[\U000e0061-\U000e007a]{2}[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,3}\U000e007f)"
    "|[\U000e0000-\U000e007f]"
)
_LINE_END = re.compile("\r\n?")
_GAP = re.compile("\n(?:[ \t]*\n){4,}")


def clean(text: str) -> str:
    """The text without control, bidi-override and tag characters, lone surrogates, or gaps of over 3 blank lines.

    Joiners and variation selectors stay, because emoji are built of them. Cleaning twice changes nothing more.
    """
    text = _UNSEEN.sub("", _whole_pairs(text))
    text = _TAGS.sub(lambda found: found[1] or "", text)
    return _GAP.sub("\n" * 4, _LINE_END.sub("\n", text))


def _whole_pairs(text: str) -> str:
    """Surrogates that pair up become the letter they stand for; the others could never be written as UTF-8."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
