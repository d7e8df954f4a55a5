"""Places without a copy and with a folder as their replica, where no persona was published."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.replication.copies import Place


def a_place(folder: Path, url: str) -> Place:
    for name in ("home", "personas"):
        (folder / name).mkdir()
    return Place(folder / "home", url, {"TROUPE_PERSONAS_DIR": str(folder / "personas")})


@pytest.fixture
def alone(tmp_path: Path) -> Place:
    return a_place(tmp_path, "")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return a_place(tmp_path, f"file://{tmp_path / 'replica'}")
