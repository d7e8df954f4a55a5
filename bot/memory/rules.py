"""Plain statements in English, understood by rules: what is remembered where no language model is there. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.memory.alike import fold
from bot.memory.candidate import FORMER, Kind
from bot.memory.kin import RELATIVE, relation_of
from bot.memory.requests import wishes

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_QUOTED = re.compile(r"^\s*>")
_ASKS = re.compile(
    r"\?\s*$|^(?:who|what|when|where|why|how|which|do|does|did|can|could|would|will|is|are|was|were|if|should)\b", re.I
)
_END = r"(?=\s*(?:[.,;!?…]|$|\s(?:and (?:i|my|we)|but|because|since|so|though|although|when|while|these days|now)\b))"
_REST = rf"(?P<x>[^.,;!?…]{{1,120}}?){_END}"
_I = r"\bi"
_LETTERS = r"(?:[\w'’-]|[^\x00-\x7f\s…“”‘„«»–—。，！？、])*"  # of any script: a vowel sign is no letter to \w
_NAME = rf"(?P<x>[^\W\d_]{_LETTERS}(?:\s+(?![a-zß-öø-ÿ])[^\W\d_]{_LETTERS}){{0,2}})"
_NO_NAME = frozenset("not never later back when if a an the that what your my it so very just here fine".split())  # noqa: SIM905
_RELATION = rf"(?P<who>{RELATIVE})"
_CALENDAR = frozenset(name.casefold() for name in (*calendar.day_name, *calendar.month_name))
_NO_NICKNAME = frozenset("after again anytime at before by crazy maybe now on soon today tomorrow tonight up".split())  # noqa: SIM905
_CALLED = (
    r"(?<!n't )(?<!not )(?<!never )\b(?:(?:you can |(?:people|friends|everyone|everybody|they|folks|we all|most|all) "
    r"(?:also |usually |just |always )?)?calls? me|my nick(?:name)?(?: is|'s)|i(?: am|'m) (?:also )?known as)"
)
_OTHER = r"(?P<x>[A-ZÀ-ÖØ-Þ][^\W\d_][\w-]*)"
_PARTS = r"(?:broken? up with|split (?:up )?(?:with|from)|separated from|divorced(?: from)?|got divorced from)"
_WE_PARTED = (
    r" and i (?:have |just |recently )*(?:broken? up|split up|separated|parted|(?:got |are )?divorced"
    r"|are (?:no longer|not) together|aren't together)\b"
    r"| (?:has |just |recently )*(?:broke up with|left|dumped|divorced) me(?=\s*(?:[.,;!?]|$))"
)
_ONLY_ONE = frozenset("mother mum mom father dad wife husband partner boyfriend girlfriend boss".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Plain:
    """A statement that begins with who said it; ``dated`` are the words that may name a moment.

    ``relation`` is what ``other`` is to them.
    """

    statement: str
    kind: Kind
    topic: str = ""
    importance: int = 5
    dated: str = ""
    relation: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    make: Callable[[re.Match[str], str], Plain | None]


def plain(text: str, who: str) -> Iterator[Plain]:
    """What the rules understand of a text, in its order; questions and quotations say nothing of their writer."""
    unquoted = "\n".join(line for line in text.splitlines() if not _QUOTED.match(line))
    for sentence in [part for whole in _SENTENCE.split(unquoted) for part in wishes(whole) or (whole,)]:
        line = sentence.strip().replace("’", "'")
        if not line or _ASKS.search(line):
            continue
        for rule in _RULES:
            for found in rule.pattern.finditer(line):
                made = rule.make(found, who)
                if made is not None:
                    yield made


# ── the rules ──


def says(who: str, third: str, second: str) -> str:
    """A sentence about its teller; a terminal may know no better name than "you"."""
    return f"You {second}" if who.casefold() == "you" else f"{who} {third}"


def _whose(who: str) -> str:
    return "Your" if who.casefold() == "you" else f"{who}'s"


def _name(found: re.Match[str], who: str) -> Plain | None:
    name = found["x"].rstrip("'-")
    if name.split()[0].casefold() in _NO_NAME:
        return None
    return Plain(says(who, f"is called {name}", f"are called {name}"), "identity", "name", 8)


def _nickname(found: re.Match[str], who: str) -> Plain | None:
    name = found["x"].rstrip("'-")
    if name.split()[0].casefold() in _NO_NAME | _NO_NICKNAME:
        return None
    return Plain(says(who, f"goes by {name}", f"go by {name}"), "fact", "nickname", 7)


def _verb(third: str, second: str, kind: Kind, topic: str, importance: int = 5) -> Callable[..., Plain]:
    """A rule whose matter is all that follows the verb."""

    def make(found: re.Match[str], who: str) -> Plain:
        matter = found["x"].strip()
        said = says(who, f"{third} {matter}", f"{second} {matter}")
        return Plain(said, kind, topic.replace("*", fold(matter)), importance, found.string)

    return make


def _taste(found: re.Match[str], who: str) -> Plain | None:
    verb, matter = found["verb"].casefold(), found["x"].strip()
    if re.match(r"(?:to|how|that|it|this|you|what|when|your|the way)\b", matter, re.I) and not matter.startswith("to "):
        return None
    third = {"can't stand": "can't stand", "don't like": "doesn't like", "do not like": "doesn't like"}
    said = says(who, f"{third.get(verb, verb + 's')} {matter}", f"{verb} {matter}")
    return Plain(said, "preference", f"taste: {fold(matter)}", 5)


def _favourite(found: re.Match[str], who: str) -> Plain:
    what = found["what"].strip()
    return Plain(f"{_whose(who)} favourite {what} is {found['x'].strip()}", "preference", f"favourite: {fold(what)}", 6)


def _relation(found: re.Match[str], who: str) -> Plain | None:
    relative, name = found["who"].casefold(), found["x"].removesuffix("'s")
    if fold(name) in _CALENDAR:
        return None
    topic = f"name of {relative}" if relative in _ONLY_ONE else ""
    said = f"{_whose(who)} {relative} is called {name}"
    return Plain(said, "relation", topic, 7, "", relation_of(relative), name)


def _parted(found: re.Match[str], who: str) -> Plain | None:
    """Tells what they are to one another no longer, by the name or by what it was."""
    relative, name = (found["who"] or "").casefold(), found["x"] or ""
    if not relative and (not name or fold(name) in _CALENDAR):
        return None
    other = name or (f"your {relative}" if who.casefold() == "you" else f"their {relative}")
    relation = f"{FORMER}{relation_of(relative) if relative else 'partner'}"
    return Plain(
        says(who, f"and {other} parted", f"and {other} parted"), "relation", "", 8, found.string, relation, name
    )


def _no_job(found: re.Match[str], who: str) -> Plain:
    return Plain(says(who, "no longer works where they did", "no longer work where you did"), "fact", "employer", 6)


def _procedure(found: re.Match[str], who: str) -> Plain:
    said = f"to {found['x'].strip()}, {found['how'].strip()}"
    return Plain(says(who, f"says: {said}", f"said: {said}"), "procedural", f"how to {fold(found['x'])}", 6)


def _of_relation(found: re.Match[str], who: str) -> Plain:
    relative = " ".join(filter(None, [found["who"].casefold(), found["n"]]))
    said = f"{_whose(who)} {relative} {found['verb']} {found['x'].strip()}"
    return Plain(said, "relation", f"{fold(relative)}: {fold(found['verb'])}", 5, found.string)


def _birthday(found: re.Match[str], who: str) -> Plain:
    return Plain(f"{_whose(who)} birthday is {found['x'].strip()}", "identity", "birthday", 8, found.string)


def _born(found: re.Match[str], who: str) -> Plain:
    if found["y"] is None:
        return _birthday(found, who)
    born = re.sub(r"(?i)^.*\bwas (?=born)", "", found[0].strip())
    said = says(who, f"was {born}", f"were {born}")
    return Plain(said, "identity", "birthday", 8, found.string)


def _their_birthday(found: re.Match[str], who: str) -> Plain:
    relative = found["who"].casefold()
    said = f"{_whose(who)} {relative}'s birthday is {found['x'].strip()}"
    return Plain(said, "relation", f"birthday of {relative}", 7, found.string)


def _anniversary(found: re.Match[str], who: str) -> Plain:
    what = found["what"].casefold()
    return Plain(f"{_whose(who)} {what} is {found['x'].strip()}", "fact", what, 7, found.string)


def _did(found: re.Match[str], who: str) -> Plain:
    return Plain(says(who, found["x"].strip(), found["x"].strip()), "event", "", 5, found.string)


def _will(found: re.Match[str], who: str) -> Plain:
    said = says(who, f"plans: {found['x'].strip()}", f"plan: {found['x'].strip()}")
    return Plain(said, "plan", "", 6, found.string)


def _rule(pattern: str, make: Callable[[re.Match[str], str], Plain | None]) -> _Rule:
    return _Rule(re.compile(pattern, re.IGNORECASE), make)


_DID = "went|visited|met|saw|started|finished|bought|got|passed|failed|broke|lost|won"
_MONTH = "(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_DATED = (
    r"yesterday|last (?:night|week|month|year)|today|tomorrow|tonight|next (?:week|month|year)|ago|on (?:mon|tues"
    rf"|wednes|thurs|fri|satur|sun)day|\d{{1,2}}(?:st|nd|rd|th)|in {_MONTH}|\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}}"
)
_ENDING = r"until|till|for (?:the next|another)"
_RULES: tuple[_Rule, ...] = (
    _Rule(re.compile(rf"(?i:\bmy name(?: is|'s)|\bi(?: am|'m) called|\bi go by)\s+{_NAME}"), _name),
    _Rule(re.compile(rf"(?i:{_CALLED})\s+[\"“]?{_NAME}[\"”]?(?:{_END}|(?=[)。，！？、]))"), _nickname),
    _rule(rf"{_I}(?: now| currently| still)? live in {_REST}", _verb("lives in", "live in", "fact", "home", 7)),
    _rule(rf"{_I}(?:'m| am) (?:now |currently )?living in {_REST}", _verb("lives in", "live in", "fact", "home", 7)),
    _rule(
        rf"{_I}(?:'ve| have)?(?: just| recently)? moved to {_REST}", _verb("moved to", "moved to", "fact", "home", 7)
    ),
    _rule(
        rf"{_I}(?:'m| am)(?: originally)? from {_REST}|{_I} come from (?P<y>\w+)$",
        lambda found, who: (
            None if found["x"] is None else _verb("is from", "are from", "identity", "origin", 6)(found, who)
        ),
    ),
    _rule(
        rf"{_I}(?:'m| am) (?P<x>(?:in|at|on|away|off|staying|visiting|with)\b[^.;!?]*?\b(?:{_ENDING})\b[^.;!?]*)",
        _verb("is", "are", "fact", "", 5),
    ),
    _rule(rf"{_I}(?: now)? work as {_REST}", _verb("works as", "work as", "fact", "work", 6)),
    _rule(rf"{_I}(?: now)? work (?:at|for) {_REST}", _verb("works at", "work at", "fact", "employer", 6)),
    _rule(rf"{_I}(?:'m| am) (?:studying|learning) {_REST}", _verb("studies", "study", "fact", "study: *", 5)),
    _rule(rf"{_I} (?:study|am a student of) {_REST}", _verb("studies", "study", "fact", "study: *", 5)),
    _rule(rf"{_I}(?:'m| am) allergic to {_REST}", _verb("is allergic to", "are allergic to", "fact", "allergy: *", 9)),
    _rule(
        rf"{_I}(?:'m| am) (?P<x>\d{{1,3}}) years old\b",
        lambda found, who: Plain(
            says(who, f"is {found['x']} years old", f"are {found['x']} years old"), "identity", "age"
        ),
    ),
    _rule(
        r"\bi (?:really |also |just |absolutely )*"
        rf"(?P<verb>like|love|hate|enjoy|prefer|adore|dislike|can't stand|don't like|do not like) {_REST}",
        _taste,
    ),
    _rule(rf"\bmy favou?rite (?P<what>[\w ]{{2,30}}?) (?:is|are) {_REST}", _favourite),
    _Rule(
        re.compile(rf"(?i:\bmy {_RELATION}(?:'s name is| is called| is named|,? called| is)) (?P<x>[A-ZÀ-ÖØ-Þ][\w-]+)"),
        _relation,
    ),
    _Rule(
        re.compile(rf"(?i:\bi have an? [\w ]{{0,20}}?{_RELATION} (?:called|named)) (?P<x>[A-ZÀ-ÖØ-Þ][\w-]+)"), _relation
    ),
    _Rule(re.compile(rf"(?i:\bmy {_RELATION}),? (?P<x>[A-ZÀ-ÖØ-Þ][^\W\d_][\w'-]*)"), _relation),
    _Rule(re.compile(rf"(?P<x>[A-ZÀ-ÖØ-Þ][^\W\d_][\w-]*)(?i: is my {_RELATION}\b(?!'s))"), _relation),
    _rule(
        r"^to (?P<x>[^.,;!?]{3,60}?),?"
        r" (?P<how>(?:you|we|i) (?:have to|need to|must|should|always|first) [^.;!?]{3,120})",
        _procedure,
    ),
    _Rule(
        re.compile(rf"(?i:{_I}(?:'ve| have)?(?: just| recently)? {_PARTS} )(?:(?i:my {_RELATION})\b ?)?{_OTHER}?"),
        _parted,
    ),
    _Rule(re.compile(rf"(?:(?i:\bmy {_RELATION}))?(?:(?:^| ){_OTHER})?(?i:{_WE_PARTED})"), _parted),
    _rule(
        rf"{_I} no longer work (?:at|for) {_REST}",
        _verb("no longer works at", "no longer work at", "fact", "employer", 6),
    ),
    _rule(rf"{_I}(?:'ve| have)?(?: just| recently)? (?:quit|lost|left) (?P<x>my job)\b", _no_job),
    _Rule(
        re.compile(
            rf"(?i:\bmy {_RELATION})(?:,? (?P<n>[A-ZÀ-ÖØ-Þ][\w-]+),?)?"
            rf" (?P<verb>lives in|works as|works at|loves|likes|hates|has|plays|studies) {_REST}"
        ),
        _of_relation,
    ),
    _rule(rf"\bmy birthday is(?: on)? {_REST}|{_I} was born (?:on|in) (?P<y>[^.,;!?]+)$", _born),
    _rule(rf"\bmy {_RELATION}'s birthday is(?: on)? {_REST}", _their_birthday),
    _rule(rf"\b(?:my|our) (?P<what>(?:wedding )?anniversary) is(?: on)? {_REST}", _anniversary),
    _rule(
        rf"{_I} (?P<x>(?:{_DID})\b[^.;!?]*?\b(?:{_DATED})\b[^.;!?]*)",
        _did,
    ),
    _rule(
        rf"{_I}(?:'m going to|'ll| will| am going to| plan to| have)"
        rf" (?P<x>[^.;!?]*?\b(?:{_DATED}|{_ENDING})\b[^.;!?]*)",
        _will,
    ),
)
