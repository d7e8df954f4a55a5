"""The README and its pages tell the same story as the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.tables import PAGES, ROOT, written

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


@each_page
def test_the_tables_are_those_of_the_code(page: Path) -> None:
    text = page.read_text("utf-8")

    assert text == written(text), "write them with: .venv/bin/python -m tests.architecture.tables"


def test_every_table_stands_in_one_page() -> None:
    made = re.findall(r"<!-- (\w+): made by", "\n".join(page.read_text("utf-8") for page in PAGES))

    assert sorted(made) == ["commands", "dynamic", "figures", "settings"]


@each_page
def test_every_path_that_is_named_exists(page: Path) -> None:
    text = page.read_text("utf-8")
    named = re.findall(r"`((?:bot|storage|config|tests|migrations|benchmarks|docs)/[\w./*-]*)`", text)
    linked = [path for path in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in path]

    assert [path for path in named if not list(ROOT.glob(path.rstrip("/"))) and "results.json" not in path] == []
    assert [path for path in linked if not (page.parent / path).exists()] == []
