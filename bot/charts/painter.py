"""Draws a chart in a thread of its own, with a library that is loaded when the first one is asked for."""

from __future__ import annotations

import asyncio
import io
from typing import Any

from bot.charts.chart import ByDay, Chart, Ranked, Strand

_SIZE = (9.0, 6.4)  # inches
_DPI = 110
_COLOURS = ("#3b6ea8", "#e08b3e", "#4f9d69", "#b4546f", "#7b68b5", "#8a7a5c", "#5aa5b8", "#a0a0a0")
_LINES = ("#222222", "#c0392b")
_MOST_NAMES = 8
_LEAST_DAYS = 7
_LONGEST_NAME = 24


class Painter:
    """One picture at a time: drawing takes about a quarter of a second of one core."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def draw(self, chart: Chart) -> bytes:
        """The chart as PNG."""
        async with self._turn:
            return await asyncio.to_thread(painted, chart)


def painted(chart: Chart) -> bytes:
    """The chart as PNG; it takes long, so never on the event loop."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # half a second, and only who asks waits for it
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE if chart.below else (_SIZE[0], _SIZE[1] / 2), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(_safe(chart.title), fontsize=13)
    grid = figure.add_gridspec(2 if chart.below else 1, max(1, len(chart.below)))
    _by_day(figure.add_subplot(grid[0, :]), chart.first)
    for place, panel in enumerate(chart.below):
        axes = figure.add_subplot(grid[1, place])
        if isinstance(panel, ByDay):
            _by_day(axes, panel)
        else:
            _ranked(axes, panel)
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png")
    return drawn.getvalue()


def _by_day(axes: Any, panel: ByDay) -> None:
    places = range(len(panel.days))
    below = [0.0] * len(panel.days)
    for number, strand in enumerate(_gathered(panel.bars)):
        values = [value or 0.0 for value in strand.values]
        colour = _COLOURS[number % len(_COLOURS)]
        axes.bar(places, values, bottom=below, color=colour, label=_short(strand.name), width=0.7)
        below = [low + value for low, value in zip(below, values, strict=True)]
    _plain(axes, panel.title)
    _money(axes.yaxis, panel.dollars, whole=bool(panel.bars))
    step = max(1, -(-len(panel.days) // 10))
    axes.set_xticks([*places][::step], [*panel.days][::step], fontsize=8)
    axes.set_ylim(bottom=0)
    spare = max(0, _LEAST_DAYS - len(panel.days)) / 2  # a single day is no wall
    axes.set_xlim(-0.6 - spare, len(panel.days) - 0.4 + spare)
    over = axes.twinx() if panel.bars and panel.lines else axes
    for number, strand in enumerate(panel.lines):
        drawn = [float("nan") if value is None else value for value in strand.values]
        over.plot(places, drawn, color=_LINES[number % 2], marker="o", markersize=3, label=_short(strand.name))
    if over is not axes:
        _plain(over, "")
        over.spines["right"].set_visible(True)
        over.set_ylabel(_safe(panel.lines_title), fontsize=8)
        _money(over.yaxis, False, whole=True)
        over.set_ylim(bottom=0)
    handles, labels = axes.get_legend_handles_labels()
    if over is not axes:
        more, names = over.get_legend_handles_labels()
        handles, labels = handles + more, labels + names
    if len(labels) > 1:
        where = {"loc": "lower right", "bbox_to_anchor": (1, 0.98), "borderaxespad": 0}
        axes.legend(handles, labels, fontsize=8, frameon=False, ncols=min(5, len(labels)), **where)


def _ranked(axes: Any, panel: Ranked) -> None:
    rows = panel.rows[:_MOST_NAMES][::-1]
    axes.barh([_short(name) for name, _ in rows], [value for _, value in rows], color=_COLOURS[0], height=0.6)
    _plain(axes, panel.title)
    _money(axes.xaxis, panel.dollars, whole=True)
    axes.tick_params(axis="y", labelsize=9)
    axes.set_xlim(left=0)
    axes.set_ylim(len(rows) - max(4, len(rows)) - 0.6, len(rows) - 0.4)


def _gathered(strands: tuple[Strand, ...]) -> list[Strand]:
    """What is too much for the colours there are stands together."""
    if len(strands) <= _MOST_NAMES:
        return list(strands)
    first, rest = strands[: _MOST_NAMES - 1], strands[_MOST_NAMES - 1 :]
    days = zip(*(strand.values for strand in rest), strict=True)
    return [*first, Strand("others", tuple(sum(value or 0.0 for value in day) for day in days))]


def _money(axis: Any, dollars: bool, *, whole: bool) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(nbins=5, integer=whole and not dollars))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"${value:,.6g}" if dollars else f"{value:,.6g}"))


def _plain(axes: Any, title: str) -> None:
    if title:
        axes.set_title(_safe(title), fontsize=10, loc="left")
    axes.tick_params(labelsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _short(name: str) -> str:
    shown = _safe(name)
    return shown if len(shown) <= _LONGEST_NAME else shown[: _LONGEST_NAME - 1] + "…"


def _safe(text: str) -> str:
    """People's names are no formulas, and no underscore hides one from the legend."""
    return text.replace("$", r"\$").lstrip("_") or "?"
