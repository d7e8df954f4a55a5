"""A place with a folder as its replica."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.replication.copies import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    home = tmp_path / "home"
    home.mkdir()
    return Place(home, f"file://{tmp_path / 'replica'}")
