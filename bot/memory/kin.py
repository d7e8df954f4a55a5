"""Who is what to whom: "my brother" is looked for by the name that somebody gave of theirs."""

from __future__ import annotations

import re

from bot.memory.candidate import FORMER
from storage import kin, memories
from storage.engines.base import Transaction
from storage.memories import Audience

RELATIVE = (
    r"(?:best |little |big |older |younger |step)?(?:mother|mum|mom|father|dad|sister|brother|wife|husband"
    r"|partner|boyfriend|girlfriend|fianc[eé]e?|son|daughter|child|kid|baby|grand(?:mother|father|ma|pa)|aunt|uncle|cousin"
    r"|niece|nephew|friend|boss|colleague|flatmate|roommate|neighbou?r|teacher|dog|cat|horse|rabbit|parrot|hamster|pet)"
)
_MINE = re.compile(rf"\bmy (?P<who>{RELATIVE})(?:['’]?s)?\b", re.IGNORECASE)
_FORMER = re.compile(r"^(?:ex[- ]|former )(?=\w)")
_NUANCE = re.compile(r"^(?:best|little|big|older|younger) ")
_SAME = {
    "mum": "mother",
    "mom": "mother",
    "dad": "father",
    "kid": "child",
    "grandma": "grandmother",
    "grandpa": "grandfather",
    "neighbor": "neighbour",
    "roommate": "flatmate",
    "fiancé": "fiance",
    "fiancée": "fiance",
    "fiancee": "fiance",
}


def relation_of(word: str) -> str:
    """One word for what is the same: "Mum" is a mother, a big brother is a brother, and an ex is a former partner."""
    whole = " ".join(word.casefold().split())
    now = _FORMER.sub("", "ex-partner" if whole == "ex" else whole)
    plain = _NUANCE.sub("", now)
    return f"{FORMER if now != whole else ''}{_SAME.get(plain, plain)}"


def meant(tx: Transaction, audience: Audience, text: str) -> tuple[str, ...]:
    """The names of those whom the person asking calls theirs in this text, as far as this audience may know them."""
    relations = {relation_of(found["who"]) for found in _MINE.finditer(text)} if audience.person_id else set()
    keys = [one for relation in sorted(relations) for one in kin.named(tx, audience.person_id, relation)]
    found = (memories.reached(tx, one, audience) for one in keys)
    return tuple(dict.fromkeys(memory.other_name for memory in found if memory is not None))
