"""The README tells the same story as the code."""

from __future__ import annotations

import re

from tests.architecture.tables import README, ROOT, written


def test_the_readme_s_tables_are_those_of_the_code() -> None:
    readme = README.read_text("utf-8")

    assert readme == written(readme), "write them with: .venv/bin/python -m tests.architecture.tables"


def test_every_path_the_readme_names_exists() -> None:
    named = re.findall(
        r"`((?:bot|storage|config|tests|migrations|benchmarks|docs)/[\w./*-]*)`", README.read_text("utf-8")
    )

    missing = [path for path in named if not list(ROOT.glob(path.rstrip("/"))) and "results.json" not in path]

    assert named and not missing
