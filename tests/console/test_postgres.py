"""The same bot on a Postgres server, which its first line names without user and password."""

from __future__ import annotations

from pathlib import Path

from tests.console.running import piped


def test_a_conversation_is_kept_by_a_server_and_its_password_never_shown(tmp_path: Path, postgres_schema: str) -> None:
    url = postgres_schema.replace("postgres:@", "postgres:secret@")
    piped(tmp_path, "My name is Mara.\n", DATABASE_URL=url)

    ran = piped(tmp_path, "What is my name?\n/status\n", DATABASE_URL=url)

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("Database: postgresql://")
    assert "Mara" in ran.stdout.split("Ada: ")[1]
    assert ran.stdout.count("postgresql://") == 2  # the first line and /status
    assert "secret" not in ran.stdout + ran.stderr


def test_the_schema_of_a_server_can_be_moved(tmp_path: Path, postgres_schema: str) -> None:
    moved = piped(tmp_path, "", "migrate", DATABASE_URL=postgres_schema)
    refused = piped(tmp_path, "", "migrate", "--down", "0", DATABASE_URL=postgres_schema)
    undone = piped(tmp_path, "", "migrate", "--down", "0", "--yes", DATABASE_URL=postgres_schema)

    assert "applied  0001 first_conversation" in moved.stdout
    assert refused.returncode == 2 and "gone for good, and no copy" in refused.stderr and refused.stdout == ""
    assert "undone   0001 first_conversation" in undone.stdout


def test_a_server_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path) -> None:
    ran = piped(tmp_path, "", DATABASE_URL="postgresql://bob:secret@127.0.0.1:1/troupe")

    assert ran.returncode == 2
    assert ran.stderr.startswith("Postgres can't be reached") and ran.stderr.count("\n") == 1
    assert "secret" not in ran.stderr
