"""Places with a folder as their replica, and with a real S3."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.replication.bucket import KEYS, address, s3
from tests.replication.copies import Place


@pytest.fixture
def place(model_file: Path, tmp_path: Path) -> Place:
    """With a database at the newest schema, as an earlier start left it, of which there is no copy yet."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(model_file, home)
    return Place(home, f"file://{tmp_path / 'replica'}")


@pytest.fixture(scope="session")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """An S3 for this run; tests that ask for it say so in one group, so that one worker starts it."""
    with s3(tmp_path_factory.mktemp("s3")) as port:
        yield port


@pytest.fixture
def bucket(model_file: Path, tmp_path: Path, port: int) -> Place:
    shutil.copy(model_file, tmp_path)
    return Place(tmp_path, address(port, tmp_path.name), dict(KEYS))
