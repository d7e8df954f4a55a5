"""Words as the offline persona reads them: sentences, stems, and what kind of answer a question wants."""

from __future__ import annotations

import re

from bot.models.offline_patterns import FRAME, OPENS_QUESTION, WANTS

_MENTION = re.compile(r"<[@#][!&]?\d+>")
_SHORT = (
    (re.compile(r"\b(what|where|who|when|how|which)'?s\b"), r"\1 is"),
    (re.compile(r"\bi'?m\b"), "i am"),
    (re.compile(r"\b(you|we|they)'re\b"), r"\1 are"),
    (re.compile(r"\b(i|you|we|they)'ve\b"), r"\1 have"),
)
_STOP = frozenset(
    """
    a an the i me my mine myself we our us you your yours he she it its they them their his her is are was
    were am be been being do does did done have has had having will would can could should shall may might
    must to of in on at by for with about as and or but if so than then that this these those there here not
    no yes what which who whom whose when where why how just really very too also please tell told know knew
    remember remind say said ask asked think again now ever any some get got m s re ve ll d t oh ok okay well
    hi hello hey something anything many much
    """.split()  # noqa: SIM905 (a list of words reads better as words)
)
# Words that say little by themselves: a match on them alone is half a match.
_WEAK = frozenset({"liv", "lik", "favourit", "name", "from", "go", "mak", "com", "use", "good", "thing", "lot", "old"})
_ALIKE = {
    "liv": ("hom", "resid"),
    "lik": ("love", "lov", "enjoy", "prefer"),
    "favourit": ("favorit",),
    "name": ("nam", "call"),
    "colour": ("color",),
    "work": ("job", "profession", "occupation"),
    "birthdai": ("born", "birth"),
    "old": ("age", "ag"),
    "from": ("origin", "hometown"),
}
_SAME = {one: kept for kept, others in _ALIKE.items() for one in others}


def bare(text: str) -> str:
    """The text without mentions and outer blanks, as it is quoted."""
    return _MENTION.sub("", text).strip()


def plain(text: str) -> str:
    """One lower-case line with contractions written out, for patterns to match."""
    line = " ".join(bare(text).casefold().replace("’", "'").split())
    for short, long in _SHORT:
        line = short.sub(long, line)
    return line


def sentences(text: str) -> tuple[str, ...]:
    """Its sentences as they stand; line ends part them as well."""
    return tuple(part.strip() for part in re.split(r"(?<=[.!?…])\s+|\n+", bare(text)) if part.strip())


def words(text: str) -> list[str]:
    """Letters and digits in runs, lower case, an apostrophe's tail cut off."""
    return re.findall(r"[^\W_]+", re.sub(r"['’](?:s|m|re|ve|ll|d|t)\b", "", text.casefold()))


def stem(word: str) -> str:
    """A light English stem, with a few words of one meaning made one."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    word = word[:-1] + "i" if len(word) > 3 and word[-1] == "y" else word
    word = word[:-1] if len(word) > 3 and word[-1] == "e" else word
    return _SAME.get(word, word)


def weights(text: str) -> dict[str, float]:
    """Stems that carry meaning, and how much: 1, or a half where they say little."""
    stems = (stem(word) for word in words(text) if word not in _STOP)
    return {one: 0.5 if one in _WEAK else 1.0 for one in stems}


def is_question(text: str) -> bool:
    """Whether it asks: by its mark, or by how it begins."""
    line = plain(text)
    return line.endswith("?") or bool(OPENS_QUESTION.match(line))


def unframed(text: str) -> str:
    """What a question is about: "do you remember where I live" without its first three words."""
    return FRAME.sub("", plain(text))


def suits(question: str, statement: str) -> bool:
    """Whether the statement has the kind of word the question wants: a date, a place, a name, a number."""
    line = plain(question)
    return any(wanted.search(line) and found.search(statement) for wanted, found in WANTS)


def content_span(text: str, limit: int = 12) -> str:
    """The words from the first that carries meaning on, as they stand, at most ``limit`` of them; whose it is, too."""
    parts = text.split()
    first = next((at for at, part in enumerate(parts) if weights(part)), len(parts))
    first -= first > 0 and parts[first - 1].casefold() in ("my", "our")
    span = parts[first:]
    kept = " ".join(span[:limit]).strip(" .,;:!?“”\"'()")
    return f"{kept} …" if len(span) > limit else kept
