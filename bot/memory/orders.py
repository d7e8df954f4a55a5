"""What people want of a persona's memory in plain English: something kept, set right or forgotten. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.memory.alike import content_words, likeness, opposed
from bot.memory.decide import SAME
from bot.memory.requests import wishes
from bot.memory.rules import Plain, plain
from bot.memory.wished import weightier
from storage.memories import Memory

_CALLED = r"^(?:hey |please |so |and |ok(?:ay)?,? |@?[\w-]{2,30}[,:] ){0,4}"  # a few: they overlap
_FORGET = re.compile(
    rf"{_CALLED}(?:please )?(?:(?:can|could|will|would) you (?:please )?)?"
    r"(?:forget|stop remembering|don['’]t remember|do not remember)(?: please)?"
    r" (?:that|the fact that|(?:all |everything )?what i (?:said|told you) about"
    r"|what you (?:know|remember) (?:about|of))"
    r" (?P<x>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_CORRECTS = re.compile(
    rf"{_CALLED}(?:no|nope|actually|correction|wrong|not any ?more"
    r"|that(?:['’]s| is| was) (?:not (?:right|true|correct)|wrong|no longer (?:true|right)|outdated))"
    r"\b[\s,.:;!–—-]+(?P<x>(?:i|my|call)\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_WRONG = re.compile(
    rf"{_CALLED}(?:no|nope|sorry)?[\s,.!]*(?:that(?:['’]s| is| was)?|this is|it(?:['’]s| is)|you(?:['’]re| are)"
    r"|you (?:got|have) (?:that|it|this)|you remember(?:ed)? (?:that|it|this))"
    r" (?:just |all |simply |totally |completely )?"
    r"(?:wrong|wrongly|not (?:right|true|correct)|untrue|incorrect|false|mistaken|a mistake)[\s.!]*$",
    re.IGNORECASE,
)
_LEAST_WORDS = 2  # one word alone may stand for anything


def unwished(text: str) -> str:
    """What somebody wants forgotten ("forget that …"), '' where nobody does."""
    found = _FORGET.match(text.strip())
    return found["x"].strip().rstrip(" .!?") if found else ""


def corrected(text: str, who: str) -> list[Plain]:
    """What holds instead of what was known ("no, I live in …"), as far as the rules understand it."""
    found = _CORRECTS.match(text.strip())
    return [weightier(one) for one in plain(found["x"], who)] if found else []


def orders(text: str) -> bool:
    """Whether something of that kind may be wanted, which only then is looked at closely."""
    return bool(wishes(text) or called_wrong(text) or _FORGET.match(text.strip()) or _CORRECTS.match(text.strip()))


def called_wrong(text: str) -> bool:
    """Whether somebody says no more than that the last reply is wrong."""
    return _WRONG.match(text.strip()) is not None


def meant(text: str, who: str, held: Sequence[Memory]) -> list[Memory]:
    """Which of these somebody wants forgotten: one thing, told once or again; none where it may be several."""
    said = [one.statement for one in plain(text, who)] or [text]
    same = [one for one in held if any(_says(one, statement) for statement in said)]
    if same:
        return same
    wanted = content_words(text) - content_words(who)
    found = [one for one in held if len(wanted) >= _LEAST_WORDS and wanted <= content_words(one.statement)]
    return found if len({one.statement_hash for one in found}) == 1 else []


def _says(memory: Memory, statement: str) -> bool:
    return likeness(memory.statement, statement) >= SAME and not opposed(memory.statement, statement)
