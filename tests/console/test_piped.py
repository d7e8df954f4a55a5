"""Lines in, replies out, exit code 0 at the end."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.console.running import environment, piped

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.usefixtures("begun")


def test_a_piped_conversation_is_answered_line_by_line(tmp_path: Path) -> None:
    ran = piped(tmp_path, "hello\nwhat did I just say?\n")

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("Ada: ") == 2
    assert "“hello”" in ran.stdout.split("Ada: ")[2]


def test_the_first_lines_say_what_is_in_use_and_what_to_set(tmp_path: Path) -> None:
    ran = piped(tmp_path, "")

    lines = ran.stdout.splitlines()
    assert lines[0].startswith("Database: ") and "DATABASE_URL" in lines[0]
    assert lines[1].startswith("Backup: none") and "REPLICA_URL" in lines[1]
    assert lines[2].startswith("Model: ") and "OPENAI_API_KEY" in lines[2]
    assert lines[3].startswith("Embedder: ")
    assert "DISCORD_TOKEN" in lines[4]


def test_what_was_said_is_known_after_a_restart(tmp_path: Path) -> None:
    piped(tmp_path, "My name is Mara.\n")

    ran = piped(tmp_path, "What is my name?\n")

    assert "Mara" in ran.stdout.split("Ada: ")[1]


def test_what_was_said_long_ago_is_recalled_by_the_default_embedder(tmp_path: Path) -> None:
    small = {"TROUPE_HISTORY_TOKENS": "1300", "EMBEDDING_MODEL": ""}
    filler = [
        f"Walk number {number} was long and full of rain, puddles and mud, {'and more ' * 40}" for number in range(9)
    ]
    first = piped(tmp_path, "\n".join(["My cat is called Pixel.", *filler, ""]), **small)

    ran = piped(tmp_path, "What is my cat called?\n", **small)

    assert "Embedder: all-MiniLM-L6-v2 on this machine." in first.stdout
    assert "“My cat is called Pixel.”" in ran.stdout
    assert "out of my sight" in first.stdout


def test_an_input_that_ends_in_the_middle_of_a_form_changes_nothing(tmp_path: Path) -> None:
    ran = piped(tmp_path, "/persona create\nBob\n")

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.endswith("Nothing was changed.\n")


def test_another_persona_answers_when_it_is_named(tmp_path: Path) -> None:
    ran = piped(tmp_path, "Halvard, good evening\n")

    assert "Halvard: " in ran.stdout


def test_commands_work_on_pipes(tmp_path: Path) -> None:
    ran = piped(tmp_path, "/persona list\n/persona use odile\nhello\n/persona use odile\n/nonsense\n/persona shwo\n")

    assert ran.returncode == 0, ran.stderr
    assert "Bombazine" in ran.stdout
    assert ran.stdout.count("Odile: ") == 2
    assert ran.stdout.count("I'm Odile") == 1  # she greets once in a conversation
    assert "There is no command /nonsense; /help lists them all." in ran.stdout
    assert "There is no command /persona shwo; did you mean /persona show?" in ran.stdout


def test_a_persona_made_by_a_form_answers(tmp_path: Path) -> None:
    form = (
        "/persona create\nMinna\nA test of a persona\nYou are Minna, an AI.\nHello, I am Minna, an AI.\nWho are you?\n"
    )

    ran = piped(tmp_path, form + "Minna, hello\n")

    assert "Minna: " in ran.stdout, ran.stdout


def test_an_entry_of_the_lorebook_written_by_a_form_answers_and_is_taken_out(tmp_path: Path) -> None:
    form = "/lore add\nThe pier\npier, landing stage\nIt burnt down in 1911.\\nA cat did it.\nkeys\n50\n"
    asked = "What happened to the pier?\nwho is Admiral?\n/persona use halvard\nWho is Admiral?\n"

    ran = piped(tmp_path, form + asked + "/lore list\n/lore remove The pier\n/1\n/lore show The pier\n")

    assert "Ada: From the lorebook, “The pier”: It burnt down in 1911.\nA cat did it." in ran.stdout
    assert "Halvard: From the lorebook, “Admiral the goat”" in ran.stdout
    assert "Ada: From the lorebook, “Admiral" not in ran.stdout
    assert "The lorebook has 4 entries" in ran.stdout
    assert "is out of the lorebook" in ran.stdout
    assert "The lorebook here has no entry “The pier”" in ran.stdout


def test_control_characters_and_a_huge_line_are_survived(tmp_path: Path) -> None:
    ran = piped(tmp_path, "\x07\x1b[31mred\x00\u202e\n" + "word " * 20_000 + "\n@everyone\nhello\n")

    assert ran.returncode == 0, ran.stderr
    assert "tokens long and I can read at most" in ran.stdout
    assert ran.stdout.count("Ada: ") == 4
    assert "\x1b[31m" not in ran.stdout


def test_who_reads_no_further_is_shown_no_traceback(tmp_path: Path) -> None:
    nobody, paper = os.pipe()
    os.close(nobody)

    ran = subprocess.run(
        [sys.executable, "-m", "bot", "migrate", "--status"],
        cwd=ROOT,
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=paper,
        stderr=subprocess.PIPE,
        text=True,
        timeout=30,
        check=False,
    )

    os.close(paper)
    assert (ran.returncode, ran.stderr) == (141, "")


def test_without_any_input_there_is_nothing_to_read(tmp_path: Path) -> None:
    closed = f"exec {sys.executable} -m bot <&-"

    ran = subprocess.run(
        ["sh", "-c", closed],
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")


def read_from(folder: Path) -> None:
    """A folder opens and can't be read."""
    os.dup2(os.open(folder, os.O_RDONLY), 0)


def test_a_standard_input_that_can_t_be_read_is_one_without_words(tmp_path: Path) -> None:
    ran = piped(tmp_path, "", first=partial(read_from, tmp_path))

    assert (ran.returncode, ran.stderr) == (0, "")
