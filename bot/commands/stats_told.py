"""Figures about talking as people read them: a table, and the chart that shows the same. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.charts.chart import ByDay, Chart, Ranked, Strand
from bot.commands.periods import name_of, short
from bot.commands.words import count, plain
from storage.stats import Figures, Talked, Times, Trend

_LONGEST = 20
_ROWS = 31
_NONE = "-"


def head(title: str, found: Figures) -> str:
    """One line that says it all."""
    heard, said = _summed(found.talked)
    people = next((tally.count for tally in found.people if tally.name == ""), 0)
    learnt = sum(tally.count for tally in found.memories)
    helpful, wrong = sum(one.helpful for one in found.votes), sum(one.wrong for one in found.votes)
    parts = (
        count(people, "person", "people"),
        f"{count(heard, 'message')} to personas",
        f"{said:,} from them",
        f"{count(learnt, 'memory', 'memories')} learnt",
        f"{count(helpful + wrong, 'vote')} on memories ({helpful:,} helpful, {wrong:,} wrong)",
    )
    took = "".join(
        f"\nOf {count(one.replies, 'reply', 'replies')} half were said within {_span(one.half)} of hearing, "
        f"95 in 100 within {_span(one.most)}."
        for one in found.times
        if one.kind == ""
    )
    return f"**{title}** {', '.join(parts)}.{took}"


def _summed(talked: Sequence[Talked]) -> tuple[int, int]:
    return sum(one.heard for one in talked), sum(one.said for one in talked)


def _span(ms: int) -> str:
    """A time in its largest unit."""
    seconds = ms / 1000
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 3600 else f"{seconds / 3600:.1f} h"


def tables(found: Figures) -> str:
    """By day and by persona, as text of one width."""
    days = sorted({one.day for one in found.talked})[-_ROWS:]
    by_day = [_day(found, day) for day in days]
    names = {one.persona for one in found.talked} | {one.name for one in found.memories}
    names |= {one.persona for one in found.votes}
    by_persona = [_persona(found, name) for name in sorted(names, key=lambda name: (-_heard(found, name), name))]
    first = f"{'day':<{_LONGEST}}{'heard':>8}{'said':>8}{'half':>10}{'95 %':>10}"
    second = (
        f"{'persona':<{_LONGEST}}{'heard':>8}{'said':>8}{'half':>10}{'95 %':>10}{'people':>8}{'learnt':>8}{'votes':>8}"
    )
    return "```\n" + "\n".join([first, *by_day, "", second, *by_persona]) + "\n```"


def _heard(found: Figures, persona: str) -> int:
    return sum(one.heard for one in found.talked if one.persona == persona)


def _day(found: Figures, day: int) -> str:
    talked = [one for one in found.talked if one.day == day]
    return _line(name_of(day), talked, _times(found, "day", str(day)))


def _persona(found: Figures, name: str) -> str:
    talked = [one for one in found.talked if one.persona == name]
    people = sum(tally.count for tally in found.people if tally.name == name)
    learnt = sum(tally.count for tally in found.memories if tally.name == name)
    votes = "".join(f"+{one.helpful} -{one.wrong}" for one in found.votes if one.persona == name) or _NONE
    return f"{_line(name, talked, _times(found, 'persona', name))}{people:>8,}{learnt:>8,}{votes:>8}"


def _line(name: str, talked: Sequence[Talked], times: Times | None) -> str:
    heard, said = _summed(talked)
    half, most = (_span(times.half), _span(times.most)) if times else (_NONE, _NONE)
    return f"{name.replace('`', '')[: _LONGEST - 1]:<{_LONGEST}}{heard:>8,}{said:>8,}{half:>10}{most:>10}"


def _times(found: Figures, kind: str, name: str) -> Times | None:
    return next((one for one in found.times if (one.kind, one.name) == (kind, name)), None)


def chart(title: str, days: range, found: Figures) -> Chart:
    """Messages by day, how soon they were answered, and with whom people talk."""
    told = tuple(map(short, days))
    by_day = {day: _summed([one for one in found.talked if one.day == day]) for day in days}
    bars = (
        Strand("to personas", tuple(float(by_day[day][0]) for day in days)),
        Strand("from personas", tuple(float(by_day[day][1]) for day in days)),
    )
    times = [_times(found, "day", str(day)) for day in days]
    lines = (
        Strand("half within", tuple(one.half / 1000 if one else None for one in times)),
        Strand("95 in 100 within", tuple(one.most / 1000 if one else None for one in times)),
    )
    names = {one.persona for one in found.talked}
    heard = sorted(((name, float(_heard(found, name))) for name in names), key=lambda row: (-row[1], row[0]))
    return Chart(
        title,
        ByDay("Messages by day", told, bars),
        (ByDay("Seconds to a reply", told, (), lines), Ranked("Messages by persona", tuple(heard))),
    )


def trends(when: str, days: int) -> str:
    """The line above the personas."""
    return f"**Whom people here talk with most {when}**, and against the {count(days, 'day')} before"


def trend(place: int, name: str, one: Trend) -> str:
    """One persona with how much it is talked with, and how that changed."""
    change = one.lately - one.earlier
    if one.earlier == 0:
        told = "new"
    else:
        told = f"{change:+,} ({change * 100 / one.earlier:+.0f} %)" if change else "as many as before"
    return (
        f"{place}. **{plain(name)}** {count(one.lately, 'message')} by {count(one.people, 'person', 'people')}, {told}"
    )
