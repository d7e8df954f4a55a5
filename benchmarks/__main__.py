"""``python -m benchmarks [--only intake,added] [--quick]``: measures, prints a table, writes results.json."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks import added, catch_up, copying, crowd, deliver, intake, recalling, several, start, tidying
from benchmarks.measure import Figure, Run

_RESULTS = Path(__file__).with_name("results.json")
_ALL: dict[str, Callable[[Run], Awaitable[list[Figure]]]] = {
    "intake": intake.measure,
    "deliver": deliver.measure,
    "added": added.measure,
    "catch_up": catch_up.measure,
    "start": start.measure,
    "crowd": crowd.measure,
    "several": several.measure,
    "copying": copying.measure,
    "tidying": tidying.measure,
    "recall": recalling.measure,
}


def main() -> None:
    """Measure what was asked for and say what came of it."""
    asked = _parser().parse_args()
    figures = asyncio.run(_measure(asked.only, quick=asked.quick))
    _show(figures)
    if asked.quick:
        print("A quick run: results.json keeps the figures of the last full one.")
    else:
        _write(figures)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", type=_names, default=list(_ALL), help=f"some of {','.join(_ALL)}")
    parser.add_argument("--quick", action="store_true", help="small counts: a try-out that writes no results")
    return parser


def _names(text: str) -> list[str]:
    unknown = [name for name in text.split(",") if name not in _ALL]
    if unknown:
        raise argparse.ArgumentTypeError(f"no benchmark is called {unknown[0]}; there are {', '.join(_ALL)}")
    return text.split(",")


async def _measure(names: Sequence[str], *, quick: bool) -> list[Figure]:
    figures: list[Figure] = []
    columns = (TextColumn("{task.description:<10}"), BarColumn(), TimeElapsedColumn())
    # Twice a second: drawing must not take time from what is measured.
    with Progress(*columns, refresh_per_second=2) as progress, tempfile.TemporaryDirectory() as folder:
        for name in names:
            shown = progress.add_task(name, total=1.0)
            own = Path(folder) / name
            own.mkdir()

            def tick(share: float, shown: int = shown) -> None:
                progress.update(shown, completed=share)  # type: ignore[arg-type]  # a TaskID is an int

            figures += await _ALL[name](Run(own, quick, tick))
            tick(1.0)
    return figures


def _show(figures: Sequence[Figure]) -> None:
    table = Table("figure", title="Troupe, measured on this machine")
    for heading in ("value", "baseline", "ratio"):
        table.add_column(heading, justify="right")
    table.add_column("goal")
    for figure in figures:
        value = f"{_short(figure.value)} {figure.unit}"
        baseline = "" if figure.baseline is None else _short(figure.baseline)
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}×"
        table.add_row(figure.name, value, baseline, ratio, _goal(figure))
    console = Console()
    console.print(table)
    for figure in figures:
        console.print(f"[bold]{figure.name}[/] {figure.sentence}", highlight=False)


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    colour, word = ("green", "met") if figure.goal.met(figure) else ("red", "missed")
    return f"[{colour}]{figure.goal.text(figure.unit)} {word}[/]"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _write(figures: Sequence[Figure]) -> None:
    """Lay these figures over those of earlier runs, so that --only renews what it measured and nothing else."""
    known = json.loads(_RESULTS.read_text("utf-8")) if _RESULTS.exists() else {}
    known |= {figure.name: _row(figure) for figure in figures}
    _RESULTS.write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _row(figure: Figure) -> dict[str, object]:
    goal = figure.goal
    return {
        "value": round(figure.value, 3),
        "unit": figure.unit,
        "baseline": None if figure.baseline is None else round(figure.baseline, 3),
        "ratio": None if figure.ratio is None else round(figure.ratio, 3),
        "goal": None if goal is None else goal.text(figure.unit),
        "met": None if goal is None else goal.met(figure),
        "measured": figure.sentence,
        "command": "make bench",
    }


if __name__ == "__main__":
    main()
