"""Cuts a reply into messages where a reader would pause, and never through what would show as broken."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

SMALLEST_LIMIT = 100  # below it, closing and re-opening a fence would leave no room for words
_SHORT_CODE = 40  # a block within a line that fits behind any fence's opener

Span = tuple[int, int]

_ATOM = re.compile(
    r"!?\[(?:[^\[\]\n]|\[[^\[\]\n]{0,200}\]){0,2000}+\]\((?:[^()\n]|\([^()\n]{0,500}\)){0,4000}+\)"
    r"|<https?://[^\s<>]{1,4000}>"
    r"|https?://[^\s<>`。，！？；、「」『』【】（）]{1,2000}"
    r"|<(?:@[!&]?|\#)\d{1,20}>"
    r"|<a?:\w{1,64}:\d{1,20}>"
    r"|<t:-?\d{1,17}(?::[A-Za-z])?>"
    r"|</[^\s<>:][^<>:\n]{0,100}:\d{1,20}>"
    r"|<id:\w{1,32}>"
)
_SOFT = re.compile(
    r"\|\|(?s:.{1,2000}?)\|\|"
    r"|(?<!`)(?P<ticks>`{1,8})(?!`)[^\n]{1,1000}?(?<!`)(?P=ticks)(?!`)"
    r"|(?P<marks>\*\*|__|~~)(?=\S)[^\n]{1,1000}?(?P=marks)"
)
_LIST_MARK = re.compile(r"^[ \t]{0,16}(?:[-*+>]|-?\#{1,3}|\d{1,3}[.)])[ \t]{1,8}(?=\S)", re.M)
_FENCE = re.compile(
    r"^(?P<prefix>[ \t>]{0,8})(?P<run>`{3,8}(?!`)|~{3,8}(?!~))"
    r"|(?<![\\`])(?P<ticks>`{3,8})(?!`)(?:(?P<inline>[^`\n]{1,400}(?P=ticks))|(?=[\w+.#-]{0,16}[ \t]{0,8}\n))",
    re.M | re.A,
)
_FENCES = ("```", "~~~")  # where one opens there is one of these
_LANGUAGE = re.compile(r"([\w+.#-]{0,16})(?:[ \t][^`\n]{0,16})?\n", re.A)

_PARAGRAPH = re.compile(r"(?=\n[ \t]*\n)|(?=\n[ \t>]{0,8}(?:```|~~~))|(?<=```)(?=\n)|(?<=~~~)(?=\n)")
_LINE = re.compile(r"(?=\n)")
_SENTENCE = re.compile(r"(?:(?<!^\d)(?<!^\d\d)\.|[!?…])[\"'”’)\]*_|]*(?=\s)|[。！？…]+[」』”’）】]*(?![。！？…])", re.M)
_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"(?<=\S)(?=\s)|(?<=[{_CJK}、。，！？；：」』】）])(?![、。，！？；：」』】）ー…])")
_CODE_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_CODE_LINE = re.compile(r"\n")
_CODE_WORD = re.compile(r"[ \t,;]+")

# where to cut, best first: the pattern, whether it counts inside code, and how full (1/n) the part must be
_PAUSES = (
    (_PARAGRAPH, False, 3),
    (_LINE, False, 2),
    (_CODE_PARAGRAPH, True, 2),
    (_CODE_LINE, True, 2),
    (_SENTENCE, False, 2),
    (_WORD, False, 2),
    (_CODE_WORD, True, 2),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One message: `raw` is its slice of the reply, `shown` what is sent, with its fences opened and closed."""

    raw: str
    shown: str


def split(text: str, limit: int = 2000) -> tuple[Part, ...]:
    """Parts whose `shown` is never blank and at most `limit` UTF-16 units; blank text has none.

    When more text is appended, as in streaming, all parts but the last two stay as they were. White space at
    a cut stays in `raw` alone, for Discord would strip it anyway. Raises ValueError under `SMALLEST_LIMIT`.
    """
    if limit < SMALLEST_LIMIT:
        raise ValueError(f"limit must be at least {SMALLEST_LIMIT}, but it is {limit}")
    if 2 * len(text) <= limit and not any(fence in text for fence in _FENCES):  # as most replies are
        return (Part(text, text.strip()),) if text.strip() else ()
    reply = _read(text, limit)
    parts: list[Part] = []
    for start, cut, following in _cuts(reply):
        shown = _show(reply, start, cut)
        raw = text[start if parts else 0 : following]
        if text[start:cut].strip():
            parts.append(Part(raw, shown))
        else:  # only blank lines of code: nobody needs a message of these
            parts[-1] = Part(parts[-1].raw + raw, parts[-1].shown)
    return tuple(parts)


def join(parts: Iterable[Part]) -> str:
    """The whole reply again, to the letter, unless it was blank."""
    return "".join(part.raw for part in parts)


@dataclass(frozen=True, slots=True)
class _Fence:
    """A code block: `opened` lies behind its opening run, `closed` before its closing one."""

    span: Span
    opened: int
    closed: int
    opener: str
    closer: str
    marks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Reply:
    """A text with what was found in it; `widths[i]` is the UTF-16 length of the text before `i`."""

    text: str
    limit: int
    widths: list[int]
    fences: list[_Fence]
    whole: tuple[list[Span], ...]
    soft: list[Span]


def _read(text: str, limit: int) -> _Reply:
    widths = [0, *accumulate(1 + (letter > "\uffff") for letter in text)]
    fences = list(_fences(text))
    marks = [mark for fence in fences for mark in fence.marks]
    bullets = [(found.start(), found.end() + 1) for found in _LIST_MARK.finditer(text)]
    atoms = list(_spans(_ATOM, text, widths, limit))
    soft = list(_spans(_SOFT, text, widths, limit))
    return _Reply(text, limit, widths, fences, (marks, bullets, atoms), soft)


def _spans(pattern: re.Pattern[str], text: str, widths: list[int], limit: int) -> Iterator[Span]:
    """What cannot fit in a message is not spared, but what it contains may be."""
    found = pattern.search(text)
    while found:
        start, end = found.span()
        fits = widths[end] - widths[start] <= limit
        if fits:
            yield start, end
        found = pattern.search(text, end if fits else start + 1)


def _fences(text: str) -> Iterator[_Fence]:
    """Follows Discord: inside a block any run of as many backticks closes it, wherever on its line it stands."""
    found = _FENCE.search(text)
    while found:
        fence = _one_line(found) if found["inline"] else _fence(text, found)
        yield fence
        found = _FENCE.search(text, fence.span[1])


def _one_line(found: re.Match[str]) -> _Fence:
    """A block within a sentence is never open at a cut: a short one stays whole, a long one is a soft span."""
    start, end = found.span()
    return _Fence((start, end), end, start, "", "", ((start, end),) if end - start < _SHORT_CODE else ())


def _fence(text: str, found: re.Match[str]) -> _Fence:
    run, prefix = found["run"] or found["ticks"], found["prefix"] or ""
    start, opened = found.start(), found.end()
    language = _LANGUAGE.match(text, opened)
    body = language.end() if language else opened
    opener = f"{prefix}{run}{language[1] if language else ''}\n"
    ending = rf"^[ \t>]*~{{{len(run)},}}[ \t]*$" if run[0] == "~" else f"`{{{len(run)},}}"
    close = re.compile(ending, re.M).search(text, body)
    if close is None:
        return _Fence((start, len(text) + 1), opened, len(text), opener, prefix + run, ((start, body + 1),))
    marks = _marks(text, (start, body), close.span())
    return _Fence((start, close.end()), opened, close.start(), opener, prefix + run, marks)


def _marks(text: str, opening: Span, closing: Span) -> tuple[Span, ...]:
    """A letter of code stays with the line that opens the block and one with its end: no block is empty."""
    tail = text[max(opening[1], closing[0] - 16) : closing[0]]
    last = closing[0] - len(tail) + len(tail.rstrip()) - 1
    if last <= opening[1] + 1:
        return ((opening[0], closing[1]),)
    return (opening[0], opening[1] + 1), (last, closing[1])


def _cuts(reply: _Reply) -> Iterator[tuple[int, int, int]]:
    """Where each part starts, where it is cut, and where the next one starts, behind the white space."""
    stop = len(reply.text.rstrip())
    start = len(reply.text) - len(reply.text.lstrip())
    while start < stop and not _fits(reply, start, stop):
        cut = _cut(reply, start)
        following = cut if _fence_at(reply, cut) else _next_letter(reply.text, cut)
        yield start, cut, following
        start = following
    if start < stop:
        yield start, stop, len(reply.text)


def _cut(reply: _Reply, start: int) -> int:
    room = reply.limit - _width_of_opener(reply, start)
    end = min(bisect_right(reply.widths, reply.widths[start] + room), len(reply.text)) - 1
    for pattern, in_code, share in _PAUSES:
        found = pattern.finditer(reply.text, start + 1, end + 2)
        pauses = [at.end() for at in found if start + (end - start) // share <= at.end() <= end]
        for at in reversed(pauses):
            if bool(_fence_at(reply, at)) is in_code and _may_cut(reply, start, at, spare_soft=True):
                return at
    return _furthest(reply, start, end)


def _furthest(reply: _Reply, start: int, end: int) -> int:
    """No pause was found, so anything whole goes; then soft spans are cut, and at last even one endless letter."""
    for spare_soft in (True, False):
        for at in range(end, start, -1):
            if _may_cut(reply, start, at, spare_soft=spare_soft):
                return at
    marks = reply.whole[0]
    free = (at for at in range(end, start, -1) if not _inside(marks, at) and _fits(reply, start, at))
    return next((at for at in free if not _halves_a_pair(reply.text, at)), end)


def _may_cut(reply: _Reply, start: int, at: int, *, spare_soft: bool) -> bool:
    if _one_letter(reply.text, at, start) or (spare_soft and _inside(reply.soft, at)):
        return False
    return not any(_inside(spans, at) for spans in reply.whole) and _fits(reply, start, at)


def _inside(spans: list[Span], at: int) -> bool:
    nearest = bisect_left(spans, (at,)) - 1
    return nearest >= 0 and at < spans[nearest][1]


def _fence_at(reply: _Reply, at: int) -> _Fence | None:
    nearest = bisect_right(reply.fences, at, key=lambda fence: fence.opened) - 1
    return reply.fences[nearest] if nearest >= 0 and at <= reply.fences[nearest].closed else None


def _width_of_opener(reply: _Reply, start: int) -> int:
    fence = _fence_at(reply, start)
    return len(fence.opener) if fence else 0


def _fits(reply: _Reply, start: int, end: int) -> bool:
    fence = _fence_at(reply, end)
    closing = len(fence.closer) + 1 if fence else 0
    width = reply.widths[end] - reply.widths[start]
    return _width_of_opener(reply, start) + width + closing <= reply.limit


def _show(reply: _Reply, start: int, cut: int) -> str:
    opened, left_open = _fence_at(reply, start), _fence_at(reply, cut)
    shown = (opened.opener if opened else "") + reply.text[start:cut]
    if left_open is None:
        return shown.rstrip()
    return shown + ("" if shown.endswith("\n") else "\n") + left_open.closer


def _next_letter(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _one_letter(text: str, at: int, start: int) -> bool:
    """Whether the characters around `at` are drawn as one, by the parts of Unicode's UAX 29 that chat meets."""
    before, after = text[at - 1], text[at]
    if after.isascii():
        return before == "\r" and after == "\n"
    if _is_flag_half(before) and _is_flag_half(after):
        halves = re.compile("[\U0001f1e6-\U0001f1ff]*").match(text[start:at][::-1])
        return halves is not None and len(halves[0]) % 2 == 1
    conjunct = unicodedata.combining(before) == 9 and after.isalpha()
    return _extends(after) or before == "\u200d" or conjunct or _halves_a_pair(text, at)


def _extends(letter: str) -> bool:
    """Marks, joiners, skin tones, tag letters, and the Hangul parts that stand on the one before."""
    if unicodedata.category(letter) in {"Mn", "Mc", "Me"} or letter in "\u200c\u200d\uff9e\uff9f":
        return True
    spans = (
        ("\U0001f3fb", "\U0001f3ff"),
        ("\U000e0020", "\U000e007f"),
        ("\u1160", "\u11ff"),
        ("\ud7b0", "\ud7fb"),
    )
    return any(first <= letter <= last for first, last in spans)


def _is_flag_half(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _halves_a_pair(text: str, at: int) -> bool:
    return "\ud800" <= text[at - 1] <= "\udbff" and "\udc00" <= text[at] <= "\udfff"
