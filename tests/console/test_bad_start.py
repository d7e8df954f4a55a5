"""What can't work is said in a sentence, with exit code 2, no traceback and nothing changed."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from storage.engines.lock import FileLock
from tests.console.running import Terminal, piped


def refused(folder: Path, *arguments: str, **extra: str) -> str:
    ran = piped(folder, "hello\n", *arguments, **extra)
    assert ran.returncode == 2, ran.stdout
    assert "Traceback" not in ran.stderr
    return ran.stderr


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("TROUPE_WORKRS", "4", "did you mean TROUPE_WORKERS?"),
        ("TROUPE_WORKERS", "many", "TROUPE_WORKERS should be a whole number, but it is 'many'."),
        ("DISCORD_TOKN", "secret", "did you mean DISCORD_TOKEN?"),
        ("OPENAI_API_KEY", "“secret”", "OPENAI_API_KEY holds a space, a line end or a sign"),
        ("OPENAI_BASE_URL", "localhost:8000", "OPENAI_BASE_URL must look like https://host/v1"),
        ("EMBEDDING_MODEL", "Local", "EMBEDDING_MODEL=Local is a model of a server; set OPENAI_API_KEY"),
        ("TROUPE_WORK_ATTEMPTS", "9", "don't fit TROUPE_WORK_DEADLINE_SECONDS"),
        ("REPLICA_URL", "file://a/secret", "REPLICA_URL must look like file:///"),
        ("DATABASE_URL", "sqlite:///:memory:", "DATABASE_URL must name a file"),
        ("DATABASE_URL", "mysql://root:secret@there/x", "DATABASE_URL must look like"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_do(tmp_path: Path, setting: str, value: str, words: str) -> None:
    said = refused(tmp_path, **{setting: value})

    assert words in said
    assert "secret" not in said
    assert not (tmp_path / "troupe.db").exists()


def test_every_wrong_setting_is_told_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path, TROUPE_WORKERS="x", LOG_LEVEL="loud", TROUPE_NONSENSE="1")

    assert len(said.strip().splitlines()) == 3


def test_a_corrupt_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "troupe.db"
    path.write_bytes(b"this is no database " * 500)

    said = refused(tmp_path)

    assert "damaged or is not a database" in said
    assert path.read_bytes() == b"this is no database " * 500


def test_a_database_newer_than_the_code_is_left_as_it_is(tmp_path: Path) -> None:
    piped(tmp_path, "")
    with sqlite3.connect(tmp_path / "troupe.db") as connection:
        connection.execute("INSERT INTO schema_migrations VALUES (9999, 'from_the_future', 'x', 0)")

    assert "run the newer release" in refused(tmp_path)


def test_a_second_bot_on_one_file_is_refused(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "troupe.db")
    lock.take()

    assert "Another Troupe is running" in refused(tmp_path)


def test_a_folder_that_can_t_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    said = refused(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/file/troupe.db")

    assert "can't be written" in said


def test_a_bad_persona_file_is_named_and_the_others_load(tmp_path: Path) -> None:
    personas = tmp_path / "personas"
    personas.mkdir()
    (personas / "bad.toml").write_text("name = 3\n")

    ran = piped(tmp_path, "/persona list\n", TROUPE_PERSONAS_DIR=str(personas))

    assert ran.returncode == 0
    assert "bad.toml" in ran.stdout and '"name"' in ran.stdout


def test_a_default_persona_that_is_not_there_is_told_at_the_start(tmp_path: Path) -> None:
    ran = piped(tmp_path, "Halvard, good evening\n", TROUPE_DEFAULT_PERSONA="haldvar")

    assert "Nobody answers by default, for no haldvar is there to do so; set TROUPE_DEFAULT_PERSONA" in ran.stdout
    assert "Halvard: " in ran.stdout


def test_the_schema_can_be_shown_and_moved(tmp_path: Path) -> None:
    moved = piped(tmp_path, "", "migrate")
    shown = piped(tmp_path, "", "migrate", "--status")
    undone = piped(tmp_path, "", "migrate", "--down", "0")

    assert "applied  0001 first_conversation" in moved.stdout
    assert "Nothing waits." in shown.stdout
    assert "undone   0001 first_conversation" in undone.stdout


def test_undoing_nothing_says_so_and_a_number_below_none_is_refused(tmp_path: Path) -> None:
    piped(tmp_path, "", "migrate")

    ran = piped(tmp_path, "", "migrate", "--down", "9999")

    assert ran.stdout == "Nothing is applied above 9999.\n"
    assert "must be 0 or more" in refused(tmp_path, "migrate", "--down", "-1")
    assert "Nothing waits." in piped(tmp_path, "", "migrate", "--status").stdout


def test_a_terminal_refuses_as_a_pipe_does(tmp_path: Path) -> None:
    with Terminal(tmp_path, {"LOG_LEVEL": "loud"}) as terminal:
        terminal.until("LOG_LEVEL should be")

        assert terminal.ended() == 2


def test_a_part_of_the_work_needs_a_database_that_several_can_share(tmp_path: Path) -> None:
    said = refused(tmp_path, "run", "--role", "worker", DISCORD_TOKEN="token")

    assert said == (
        "TROUPE_ROLE=worker shares its database with other processes, and a SQLite file serves one; "
        "set DATABASE_URL to postgresql://…, or take the role away.\n"
    )
    assert not (tmp_path / "troupe.db").exists()


def test_a_python_without_venv_leaves_nothing_half_made_behind(tmp_path: Path) -> None:
    shutil.copy(Path(__file__).parent.parent.parent / "Makefile", tmp_path)
    python = tmp_path / "python"  # as Debian's without python3-venv: it links the interpreter, then gives up
    python.write_text(
        '#!/bin/sh\n[ "$2" = venv ] && mkdir -p .venv/bin && ln -s "$0" .venv/bin/python && exit 1\nexit 0\n'
    )
    python.chmod(0o755)

    ran = subprocess.run(
        ["make", f"PYTHON={python}", ".venv/bin/python"], cwd=tmp_path, capture_output=True, text=True, timeout=30
    )

    assert ran.returncode == 2
    assert "install python3-venv" in ran.stdout
    assert not (tmp_path / ".venv").exists()
