"""The tables of the README and of docs, made from the code: ``python -m tests.architecture.tables`` writes them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from bot.commands.registry import commands
from config.dynamic import LEVELS, SETTINGS, defaults
from config.kinds import Kind
from config.secret_files import SUFFIX
from config.static import Static, read_settings, secret_names

ROOT = Path(__file__).parent.parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
RESULTS = ROOT / "benchmarks" / "results.json"


def settings_table() -> str:
    """Every setting with its default and one sentence."""
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    for field in Static.model_fields.values():
        default = field.default.get_secret_value() if hasattr(field.default, "get_secret_value") else field.default
        shown = ", ".join(default) if isinstance(default, tuple) else str(default)
        rows.append(f"| `{field.alias}` | {f'`{shown}`' if shown else 'none'} | {field.description} |")
    return "\n".join([*rows, "", _secrets()])


def _secrets() -> str:
    """One sentence instead of a row for each file."""
    *first, last = (f"`{name}`" for name in secret_names())
    names = f"{', '.join(first)} and {last}"
    return f"A secret may stand in a file instead: {names} can each be given as `…{SUFFIX}`, the path of that file."


def dynamic_table() -> str:
    """Every setting that may change while the bot runs, with its bounds, its default and where it may be set."""
    known = defaults(read_settings({}))
    rows = ["| setting | default | what it may be | where | what it is |", "|---|---|---|---|---|"]
    for setting in SETTINGS:
        where = "anywhere" if setting.levels == LEVELS else ", ".join(setting.levels)
        cells = [f"`{setting.name}`{'†' if setting.operator else ''}", setting.shown(known[setting.name])]
        rows.append("| " + " | ".join([*cells, _shorter(setting.kind), where, setting.sentence]) + " |")
    return "\n".join(rows)


def _shorter(kind: Kind[object]) -> str:
    """Its bounds, where they are no long list of words."""
    return kind.bounds if len(kind.bounds) <= 60 else f"one of {len(kind.choices)}"


def commands_table() -> str:
    """Every command with its summary and an example."""
    rows = ["| command | what it does | example |", "|---|---|---|"]
    for command in sorted(commands(), key=lambda command: command.name):
        star = "\\*" if command.manage or command.manage_in_guild else "†" if command.operator else ""
        rows.append(f"| `/{command.name}`{star} | {command.summary} | `{command.example or '/' + command.name}` |")
    return "\n".join(rows)


def figures_table() -> str:
    """Every figure of the last ``make bench`` that was kept."""
    if not RESULTS.exists():
        return "Not measured yet."
    rows = ["| figure | value | baseline | ratio | goal |", "|---|---|---|---|---|"]
    for name, figure in json.loads(RESULTS.read_text("utf-8")).items():
        cells = [name, f"{figure['value']:g} {figure['unit']}"]
        cells += [_number(figure.get("baseline")), _number(figure.get("ratio")), str(figure.get("goal") or "")]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _number(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value or "")


def written(page: str) -> str:
    """A page with its tables as they should read."""
    tables = {
        "commands": commands_table(),
        "settings": settings_table(),
        "dynamic": dynamic_table(),
        "figures": figures_table(),
    }
    for name, table in tables.items():
        pattern = rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- end of {name} -->)"
        page = re.sub(pattern, lambda found, table=table: f"{found[1]}{table}\n{found[2]}", page, flags=re.DOTALL)
    return page


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(written(page.read_text("utf-8")), "utf-8")
