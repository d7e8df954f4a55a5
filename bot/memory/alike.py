"""How much two statements say the same, by their words. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_TAIL = re.compile(r"['’](?:s|m|re|ve|ll|d)\b")
_DENIES = re.compile(
    r"n['’]t\b|\b(?:not|never|no longer|hates?|hated|dislikes?|disliked|stopped|quit)\b", re.IGNORECASE
)
_STOP = frozenset(
    """
    a an the and or but of in on at to by for with from as is are was were be been am do does did has have had it its
    this that he she they his her their him them i me my you your we our very really also just that
    """.split()  # noqa: SIM905 (a list of words reads better as words)
)
_DENYING = frozenset(
    "not never no longer hat hate dislik dislike like lik love lov stop stopp quit don doesn isn t".split()  # noqa: SIM905
)
_NUMBERS = frozenset("one two three four five six seven eight nine ten eleven twelve".split())  # noqa: SIM905


def fold(text: str) -> str:
    """One line for comparison: case, accents' forms, punctuation and space do not matter."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def statement_hash(statement: str) -> str:
    """The same for two statements that differ in nothing but their writing."""
    return hashlib.sha256(fold(statement).encode()).hexdigest()


def content_words(text: str) -> frozenset[str]:
    """The stems that carry meaning; a text of nothing but small words has those."""
    words = _WORD.findall(_TAIL.sub("", unicodedata.normalize("NFKC", text).casefold()))
    return frozenset(_stem(word) for word in words if word not in _STOP) or frozenset(words)


def likeness(one: str, other: str) -> float:
    """0 to 1: the shared part of all their words, or most of the shorter one's where it is held in the longer."""
    return overlap(content_words(one), content_words(other))


def overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """The same of two statements whose words are known already."""
    shared = len(first & second)
    held = 0.9 * shared / min(len(first), len(second)) if shared > 3 else 0.0
    return max(shared / len(first | second), held) if shared else 0.0


def opposed(one: str, other: str) -> bool:
    """Whether they differ in little more than a number or a denial, which makes them mean another thing."""
    if numbers(one) == numbers(other) and denies(one) == denies(other):
        return False
    first, second = (frozenset(content_words(text) - numbers(text) - _DENYING) for text in (one, other))
    return len(first & second) >= 0.8 * len(first | second)


def numbers(text: str) -> frozenset[str]:
    """The numbers it names, in digits or words."""
    return frozenset(word for word in fold(text).split() if word.isdigit() or word in _NUMBERS)


def denies(text: str) -> bool:
    """Whether it says that something is not so, or is no longer liked."""
    return bool(_DENIES.search(text))


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1].isalpha() and word[-1] not in "lsz":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] == "e" else word
