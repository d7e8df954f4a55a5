"""Usage as people read it: a table, and the chart that shows the same figures. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.charts.chart import ByDay, Chart, Ranked, Strand
from bot.commands.periods import name_of, short
from bot.commands.words import count
from bot.spending.budget import Limit
from storage.spending import Spent
from storage.usage import Used

_MICRO = 1_000_000
NOBODY = "(none)"
_LONGEST = 28
_ROWS = 31
_SPANS = {"day": "today", "month": "this month"}
_WHOSE = {"person": "One person", "guild": "This server", "bot": "The whole bot"}


def money(cost: int) -> str:
    """Millionths of a dollar as dollars, small amounts to more places."""
    return f"${cost / _MICRO:,.2f}" if cost == 0 or cost >= _MICRO else f"${cost / _MICRO:.4f}"


def summed(rows: Iterable[Used]) -> tuple[int, int, int]:
    """Replies, tokens and cost together."""
    found = list(rows)
    return sum(one.replies for one in found), sum(one.tokens for one in found), sum(one.cost for one in found)


def head(title: str, rows: Sequence[Used]) -> str:
    """One line that says it all."""
    replies, tokens, cost = summed(rows)
    return f"**{title}** {count(replies, 'reply', 'replies')}, {count(tokens, 'token')}, {money(cost)}"


def tables(rows: Sequence[Used]) -> str:
    """By day, by model and by persona, as text of one width."""
    by_day = _lines("day", rows, lambda one: name_of(one.day))[-_ROWS:]
    parts = [by_day, _lines("model", rows, lambda one: one.model), _lines("persona", rows, _persona)]
    return "```\n" + "\n\n".join("\n".join(part) for part in parts) + "\n```"


def _persona(one: Used) -> str:
    return one.persona or NOBODY


def _lines(what: str, rows: Sequence[Used], key: Callable[[Used], str]) -> list[str]:
    names = list(dict.fromkeys(sorted(key(one) for one in rows)))
    if what != "day":
        names.sort(key=lambda name: -summed(one for one in rows if key(one) == name)[1])
    made = [_line(name, *summed(one for one in rows if key(one) == name)) for name in names]
    return [f"{what:<{_LONGEST}}{'replies':>8}{'tokens':>12}{'cost':>12}", *made]


def _line(name: str, replies: int, tokens: int, cost: int) -> str:
    return f"{name.replace('`', '')[: _LONGEST - 1]:<{_LONGEST}}{replies:>8,}{tokens:>12,}{money(cost):>12}"


def ranking(rows: Iterable[tuple[str, int, int, int]]) -> str:
    """Names with replies, tokens and cost, as text of one width."""
    first = f"{'who':<{_LONGEST}}{'replies':>8}{'tokens':>12}{'cost':>12}"
    return "```\n" + "\n".join([first, *(_line(*row) for row in rows)]) + "\n```"


def chart(title: str, days: range, rows: Sequence[Used]) -> Chart:
    """Cost by day, model and persona with the replies of each day; tokens where nothing cost anything."""
    dollars = any(one.cost for one in rows)
    what = "Cost" if dollars else "Tokens"
    models = _shares(rows, lambda one: one.model, dollars)
    bars = tuple(
        Strand(
            name, tuple(_figure((one for one in rows if one.day == day and one.model == name), dollars) for day in days)
        )
        for name, _ in models
    )
    replies = Strand("replies", tuple(float(summed(one for one in rows if one.day == day)[0]) for day in days))
    first = ByDay(f"{what} by day", tuple(map(short, days)), bars, (replies,), dollars, "replies")
    personas = _shares(rows, _persona, dollars)
    return Chart(
        title, first, (Ranked(f"{what} by model", models, dollars), Ranked(f"{what} by persona", personas, dollars))
    )


def _shares(rows: Sequence[Used], key: Callable[[Used], str], dollars: bool) -> tuple[tuple[str, float], ...]:
    names = {key(one) for one in rows}
    found = [(name, _figure((one for one in rows if key(one) == name), dollars)) for name in names]
    return tuple(sorted(found, key=lambda share: (-share[1], share[0])))


def _figure(rows: Iterable[Used], dollars: bool) -> float:
    _, tokens, cost = summed(rows)
    return cost / _MICRO if dollars else float(tokens)


def budget(limit: Limit, spent: Spent) -> str:
    """How much of a budget is spent."""
    whose, span, _ = limit.setting.split("_")
    parts = []
    if limit.budget.cost is not None:
        parts.append(f"{money(spent.cost)} of {money(limit.budget.cost)}")
    if limit.budget.tokens is not None:
        parts.append(f"{spent.tokens:,} of {count(limit.budget.tokens, 'token')}")
    who = "You" if whose == "person" else _WHOSE[whose]
    return f"- {who}, {_SPANS[span]}: {', '.join(parts)}"
