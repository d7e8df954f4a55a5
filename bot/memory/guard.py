"""What must never become a memory, whatever a message or a model says. Pure; each refusal has its reason."""

from __future__ import annotations

import re

from bot.memory.alike import content_words
from bot.memory.candidate import PERSONA, Candidate
from storage.readings import Line

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instructions?|rules?|prompts?|guidelines|limits)\b"
    r"|\bsystem prompt\b|\bdeveloper mode\b|\bjailbr[eo]ak|\b(?:must|always|has to|have to) (?:obey|comply)\b"
    r"|\bno longer bound\b|\b(?:full|unrestricted|admin|root) access\b",
    re.IGNORECASE,
)
_RANK = (
    r"(?:real |true |actual |bot(?:['’]s)? |server(?:['’]s)? |guild(?:['’]s)? |head |only )*"
    r"(?:owner|admin(?:istrator)?|moderator|mod|operator|superuser|root|creator|master|developer)"
)
_OF_US = r"(?: (?:of|on|for|in) (?:the |this )?(?:bot|server|guild|channel|persona|discord|troupe|system|you))"
_CLAIMS_RANK = re.compile(
    rf"\b(?:is|am|are|be|as) (?:an? |the |my |your |its |her |his )?{_RANK}"
    rf"(?:{_OF_US}\b|(?=\s*(?:[.,;!?)”\"']|$|and\b|who\b)))",
    re.IGNORECASE,
)
_LEAST_SHARED = 0.34


def refused(candidate: Candidate, line: Line, context: str) -> str:
    """Why nothing may be kept of it, '' where it may; ``context`` is what was said just before."""
    if _ORDERS.search(candidate.statement):
        return "it is an order about the rules, not something to know"
    if _CLAIMS_RANK.search(candidate.statement):
        return "rank here is a matter of Discord's permissions, not of what somebody says"
    if line.role == "persona" and (candidate.kind != "self" or candidate.subject.key != PERSONA):
        return "a persona's words tell only of itself"
    if line.role == "person" and candidate.kind == "self":
        return "a persona's promises are its own words, not what people say of it"
    if not _grounded(candidate, f"{line.name} {line.content} {context}"):
        return "its message does not say so"
    return ""


def _grounded(candidate: Candidate, said: str) -> bool:
    """Whether enough of its words were said; the name of whom it is about need not be."""
    known = content_words(said)
    claimed = content_words(candidate.statement) - (content_words(candidate.subject.name) - known)
    shared = sum(1 for word in claimed if word in known or any(_kin(word, other) for other in known))
    return not claimed or shared / len(claimed) >= _LEAST_SHARED


def _kin(one: str, other: str) -> bool:
    """Two forms of one word: "married", "marriage"."""
    shared = min(len(one), len(other), 5)
    return shared >= 4 and one[:shared] == other[:shared]
