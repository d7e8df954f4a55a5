"""``python -m bot move``: what was said in a file is remembered on a server, and the other way round."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.engines.lock import FileLock
from tests.console.running import piped

pytestmark = pytest.mark.usefixtures("begun")


def test_a_bot_on_the_moved_database_knows_what_was_said_before(tmp_path: Path, postgres_schema: str) -> None:
    url = postgres_schema.replace("postgres:@", "postgres:secret@")
    back = f"sqlite:///{tmp_path / 'back.db'}"
    piped(tmp_path, "My name is Mara.\n")

    there = piped(tmp_path, "", "move", "--to", url)
    asked_there = piped(tmp_path, "What is my name?\n", DATABASE_URL=url)
    again = piped(tmp_path, "", "move", "--from", url, "--to", back)
    asked_here = piped(tmp_path, "What is my name?\n", DATABASE_URL=back)

    assert (there.returncode, again.returncode) == (0, 0), there.stderr + again.stderr
    assert "Now set DATABASE_URL to" in there.stdout and f"Now set DATABASE_URL={back}" in again.stdout
    assert "messages  2" in there.stdout and "messages  4" in again.stdout
    assert "Mara" in asked_there.stdout.split("Ada: ")[1] and "Mara" in asked_here.stdout.split("Ada: ")[1]
    assert "secret" not in there.stdout + there.stderr + again.stdout + again.stderr


def test_who_copies_the_file_is_told_that_a_server_is_not_copied(tmp_path: Path, postgres_schema: str) -> None:
    piped(tmp_path, "hello\n")

    ran = piped(tmp_path, "", "move", "--to", postgres_schema, REPLICA_URL=f"file://{tmp_path}/copies")

    assert "Take REPLICA_URL away" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--to"),
        (["--to", "mysql://bob:secret@there/x"], "--to: must look like sqlite:///"),
        (["--to", "postgresql://bob:secret@127.0.0.1:1/troupe"], "check the address given by --to"),
        (
            ["--to", "sqlite:///{}/new.db", "--from", "postgresql://bob:secret@127.0.0.1:1/troupe"],
            "check the address given by --from",
        ),
        (["--to", "sqlite:///{}/troupe.db"], "are the same database"),
        (["--to", "sqlite:///{}/new.db", "--from", "sqlite:///{}/none.db"], "There is no"),
    ],
)
def test_what_can_t_be_moved_is_said_in_a_sentence_and_nothing_is_made(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    piped(tmp_path, "hello\n")

    ran = piped(tmp_path, "", "move", *[word.format(tmp_path) for word in arguments])

    assert (ran.returncode, ran.stdout) == (2, "")
    assert words in ran.stderr and "Traceback" not in ran.stderr and "secret" not in ran.stderr
    assert not (tmp_path / "new.db").exists() and not (tmp_path / "none.db").exists()


def test_a_file_that_a_bot_runs_on_is_not_moved(tmp_path: Path) -> None:
    piped(tmp_path, "hello\n")
    lock = FileLock(tmp_path / "troupe.db")
    lock.take()

    ran = piped(tmp_path, "", "move", "--to", f"sqlite:///{tmp_path / 'new.db'}")

    assert ran.returncode == 2
    assert "Another Troupe is running" in ran.stderr
    assert not (tmp_path / "new.db").exists()
