"""What was told is remembered over a restart, by the default configuration and without a model."""

from __future__ import annotations

from pathlib import Path

from tests.console.running import piped


def test_what_was_told_is_known_after_a_restart(tmp_path: Path) -> None:
    piped(tmp_path, "I live in Oslo and my sister is called Anna.\nI moved to Bergen.\nhello\n")

    ran = piped(tmp_path, "/reset\nWhat do you know about me?\n")

    assert ran.returncode == 0, ran.stderr
    assert "Mara's sister is called Anna" in ran.stdout
    assert "Mara moved to Bergen\n" in ran.stdout
    assert "Mara lives in Oslo (until " in ran.stdout


def test_what_somebody_asks_to_be_remembered_is_remembered_at_once(tmp_path: Path) -> None:
    ran = piped(tmp_path, "remember that the spare key is under the fern\n/reset\nWhere is the spare key?\n")

    assert "the spare key is under the fern" in ran.stdout.split("/reset")[-1].split("begins anew")[-1]
