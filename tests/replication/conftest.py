"""Places with a folder as their replica, and with a real S3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.replication.bucket import KEYS, address, s3
from tests.replication.copies import Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    home = tmp_path / "home"
    home.mkdir()
    return Place(home, f"file://{tmp_path / 'replica'}")


@pytest.fixture(scope="session")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """An S3 for this run; tests that ask for it say so in one group, so that one worker starts it."""
    with s3(tmp_path_factory.mktemp("s3")) as port:
        yield port


@pytest.fixture
def bucket(tmp_path: Path, port: int) -> Place:
    return Place(tmp_path, address(port, tmp_path.name), dict(KEYS))
