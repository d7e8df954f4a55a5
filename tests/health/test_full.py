"""A disk that takes no more is noticed by a write that reaches it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.nursery import ROOT


def test_a_full_disk_is_named_by_the_next_question_and_forgotten_when_there_is_room(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.health.full", str(tmp_path / "troupe.db")]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    room, full, alive, again = ran.stdout.splitlines() or [ran.stderr] * 4
    assert room.startswith("database True kept a write")
    assert full.startswith("database False") and "troupe.db" in full
    assert alive.startswith("loop True") and "database True" in alive
    assert again.startswith("database True kept a write")
