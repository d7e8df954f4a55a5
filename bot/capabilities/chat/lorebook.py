"""Which entries of the lorebook go into a reply: what is always on, what was named, and what those name. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from bot.ports import Lore
from bot.text.tokens import estimate_tokens
from storage.lore import Entry

LOOKED_AT = 6  # how many of the last messages may bring an entry up
_SHARE = 3  # of a history budget, the part that the lorebook may take, whatever lore_budget allows
_FRAME = 8  # tokens of the title's marks and of those around each line
# Scripts that put no space between words: there a word may stand anywhere.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3100-\u312f\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)


def allowed(budget: int, tokens: int) -> int:
    """How many tokens it may take of a history budget of so many."""
    return max(0, min(budget, tokens // _SHARE))


def fitting(entries: Sequence[Entry], said: Sequence[str], tokens: int) -> tuple[Entry, ...]:
    """What fits: always-on entries first, then those named in the last messages, then those that these name.

    Within each, the highest priority first; what an entry of the last kind names brings nothing more up. They are told
    in an order that does not hang on the messages, always-on ones first, so that a provider's cache hits.
    """
    spoken = _folded(said)
    called = [one for one in entries if one.always_on or _named(one, spoken)]
    taken = _filled(called, tokens)
    told = _folded(one.content for one in taken)
    further = [one for one in entries if one not in called and _named(one, told)]
    taken += _filled(further, tokens - cost(taken))
    return tuple(sorted(taken, key=lambda one: (not one.always_on, one.id)))


def cost(taken: Iterable[Entry]) -> int:
    """An estimate of the tokens they take."""
    return sum(estimate_tokens(one.title) + estimate_tokens(one.content) + _FRAME for one in taken)


def told(taken: Iterable[Entry]) -> tuple[Lore, ...]:
    """As a model reads them."""
    return tuple(Lore(one.title, one.content) for one in taken)


def _filled(entries: Iterable[Entry], tokens: int) -> list[Entry]:
    """One that does not fit makes room for a smaller one."""
    taken: list[Entry] = []
    for one in sorted(entries, key=lambda one: (not one.always_on, -one.priority, one.id)):
        if cost([one]) <= tokens:
            tokens -= cost([one])
            taken.append(one)
    return taken


def _named(entry: Entry, spoken: str) -> bool:
    return any(_stands(_fold(word), spoken) for word in entry.word_list)


def _stands(word: str, spoken: str) -> bool:
    """Whether the word stands there by itself and not within another."""
    if not word or word not in spoken:
        return False
    before = r"(?<!\w)" if _joins(word[0]) else ""
    after = r"(?!\w)" if _joins(word[-1]) else ""
    return re.search(f"{before}{re.escape(word)}{after}", spoken) is not None


def _joins(letter: str) -> bool:
    """Whether a letter beside it would make another word."""
    return re.match(r"\w", letter) is not None and not _UNSPACED.match(letter)


def _folded(texts: Iterable[str]) -> str:
    """One line for each text, so that no phrase is found across two."""
    return "\n".join(_fold(text) for text in texts)


def _fold(text: str) -> str:
    """Case, width, the kind of apostrophe and the number of spaces do not matter."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.replace("’", "'").split())
