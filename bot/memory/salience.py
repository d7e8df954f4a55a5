"""How much what somebody says moves them, as far as their words show it: a small part of how much it matters. Pure."""

from __future__ import annotations

import re

from bot.memory.alike import likeness

MOST = 2  # so much more a memory may matter for it
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_MOVING = re.compile(
    r"\b(?:died|passed away|death|funeral|grie(?:f|ving|ve)|cancer|pregnant|gave birth|was born|married|wedding|engaged"
    r"|divorced?|broke up|heartbroken|devastated|terrified|scared|afraid|anxious|panic|lonely|ashamed|humiliated"
    r"|furious|thrilled|overjoyed|ecstatic|proud|relieved|cr(?:y|ied|ying)|tears|best day|worst day|dream came true"
    r"|so (?:happy|sad|glad|excited|sorry|angry|worried)|can['’]t stop thinking|miss (?:him|her|them|you) so)\b",
    re.IGNORECASE,
)
_LOUD = re.compile(r"!{2,}|\b[A-Z]{4,}\b.*!|\bso,? so\b|\bso much\b")


def salience(text: str, statement: str) -> int:
    """0 to MOST, by the sentence of the text that says it."""
    sentence = max(_SENTENCE.split(text), key=lambda one: likeness(one, statement))
    moved = _MOVING.search(sentence) is not None
    return moved + (moved and _LOUD.search(sentence) is not None)


def moved(importance: int, text: str, statement: str) -> int:
    """The importance with what moves them in it, which never is all of it."""
    return min(10, importance + salience(text, statement))
