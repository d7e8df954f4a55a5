"""What most bots in the terminal begin with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def begun(peopled_file: Path, tmp_path: Path) -> None:
    """The database is there as an earlier start left it, for tests that are not of a first one."""
    shutil.copy(peopled_file, tmp_path / "troupe.db")
