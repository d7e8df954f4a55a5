"""What people ask to have remembered ("remember that …"), wherever in their words it stands. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_QUOTED = re.compile(r"^\s*>")
_ASKS = r"(?:what|who|whose|whom|where|when|which|why|how|did|does|do|is|are|was|were|has|have|can|could|will|would)\b"
_TELL = r"(?:tell|give|show|explain|write|help|teach|let) (?:me|us|to)\b"
# What begins a sentence: a few words or calls, in bounds since they overlap; within one a comma, or a "please".
_LEADS = (
    r"(?:(?:hey|hi|oh|well|please|so|and|also|but|then|now|ok(?:ay)?)[,!]? "
    r"|@?[^\s,.:;!?]{2,30}(?: [^\s,.:;!?]{1,20}){0,3}[,:] ){0,4}"
)
_BEGINS = (
    rf"(?:^{_LEADS}(?:please )?|[,;–—]\s*(?:(?:and|but|also|so|oh|then),?\s+){{0,2}}(?:please )?"
    r"|\s(?:and|but) (?:also )?please (?:also )?)"
)
_WANTS = (
    r"(?:(?P<can>(?:can|could|will|would) you (?:please |also ){0,2})"
    r"|i(?: want|['’]d like| would like| need) you to |you (?:should|must|need to|have to) )?"
)
_HOLD = r"(?:remember|don['’]t (?:ever )?forget|do not (?:ever )?forget|never forget|keep in mind)"
# The same in German, Dutch, French, Spanish, Portuguese and Italian; what is wished is kept in its very words.
_ELSEWHERE = (
    r"(?:bitte |por favor,? |per favore,? |s['’]il (?:te|vous) pla[iî]t,? )?"
    r"(?:(?:merke? dir|vergiss (?:bitte )?nicht|denke? daran|behalte? im kopf)(?: bitte)?,? dass"
    r"|(?:onthoud|vergeet niet)(?: alsjeblieft)?,? dat"
    r"|(?:souviens-toi|rappelle-toi|retiens|n['’]oublie pas)(?: bien)? qu(?:e\b|['’])"
    r"|(?:recuerda|no olvides|acu[eé]rdate de) que"
    r"|(?:lembra-te|lembre-se|lembre|n[aã]o (?:te )?esque[cç]as)(?: de)? que"
    r"|(?:ricorda(?:ti)?|non dimenticare) che)"
)
_WISH = re.compile(
    rf"{_BEGINS}{_WANTS}(?:always )?"
    rf"(?:(?:{_HOLD}|(?:make a |take (?:a )?)?note)(?: please)?(?: that\b|(?: this)?(?P<all>:))"
    rf"|{_HOLD}(?= (?:i|i['’](?:m|ve|d|ll)|we|we['’](?:re|ve)) \w)"
    rf"|{_HOLD}(?= my [^?]{{1,60}}? (?:is|are|was|has|lives|likes|loves|hates|works|comes|arrives)\b)"
    rf"|{_ELSEWHERE})"
    r"\s*(?P<x>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_GOES_ON = re.compile(
    rf"(?:[,;]\s*(?:(?:and|but|so)\s+)?|\s+(?:and|but)\s+)(?:(?:also|please|then)\s+){{0,2}}(?={_ASKS})", re.I
)
_ORDERS = re.compile(rf"(?:[,;]\s*(?:and\s+)?|\s+and\s+)(?:(?:also|please|then)\s+){{0,2}}(?={_TELL})", re.I)
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants remembered, each thing in their own words, and what else they said."""

    wishes: tuple[str, ...] = ()
    besides: str = ""


def request(text: str) -> Request:
    """Read both off a text; quotations ask for nothing."""
    wishes: list[str] = []
    besides: list[str] = []
    listing = False  # after "remember this:" all that follows is meant, up to a question
    for sentence in filter(None, (one.strip() for one in _SENTENCE.split(text.strip()))):
        found, rest, goes_on = _wish(sentence)
        if listing and not found and not _QUOTED.match(sentence) and not sentence.endswith("?"):
            wishes[-1] = f"{wishes[-1]} {sentence}"
            continue
        wishes += [found] if found else []
        besides += [rest] if rest else []
        listing = goes_on or (listing and bool(found))
    return Request(tuple(one[:_LONGEST] for one in wishes), " ".join(besides))


def wishes(text: str) -> tuple[str, ...]:
    """What somebody wants remembered, none where they want nothing of the sort."""
    return request(text).wishes


def _wish(sentence: str) -> tuple[str, str, bool]:
    """The wish of a sentence, '' for none; what else it says; and whether more of it follows."""
    found = None if _QUOTED.match(sentence) else _WISH.search(sentence)
    if found is None:
        return "", sentence, False
    wanted, rest = found["x"].strip(), sentence[: found.start()].strip()
    asked = wanted.endswith("?")
    cut = (_GOES_ON.search(wanted) if asked else None) or _ORDERS.search(wanted)
    if cut is not None:
        wanted, rest = wanted[: cut.start()], f"{rest} {wanted[cut.end() :]}".strip()
    elif asked and found["can"] is None:
        return "", sentence, False
    wanted = wanted.rstrip("?").strip()
    return (wanted, rest, found["all"] is not None) if wanted else ("", sentence, False)
