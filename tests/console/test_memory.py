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


def test_a_reply_offers_by_number_what_it_had_in_mind_and_then_to_set_it_right(tmp_path: Path) -> None:
    told = "remember that the spare key is under the fern\nWhere is the spare key?\n"

    ran = piped(tmp_path, f"{told}/1\n/1\n/memory list\n/memory why\n/3\n/1\n")

    assert ran.returncode == 0, ran.stderr
    assert "  /1  🧠 why" in ran.stdout
    shown, doubted, forgotten = (
        ran.stdout.index(words) for words in ("had this in mind", "I doubt that", "Forgotten.")
    )
    assert shown < doubted < forgotten
    assert "  /1  Wrong 1\n  /2  Helpful 1\n  /3  Forget 1\n  /4  Pin 1" in ran.stdout


def test_what_somebody_asks_to_be_remembered_is_remembered_at_once_and_what_they_say_in_a_pause_is_not(
    tmp_path: Path,
) -> None:
    told = "remember that the spare key is under the fern\n/memory pause\nThe shed is locked.\n"
    ran = piped(tmp_path, f"{told}/reset\nWhere is the spare key?\n")

    assert "Your memory is paused, so I won't remember it." in ran.stdout
    assert "the spare key is under the fern" in ran.stdout.split("/reset")[-1].split("begins anew")[-1]
