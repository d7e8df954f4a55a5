"""What the image is made of, put together in an empty folder and run as somebody who may write to one place only."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL

import pytest

from tests.nursery import ROOT
from tests.storage.unprivileged import NOBODY

MADE_FROM = ("constraints.txt", ".ci/image")
UNREACHED = re.compile(r"No matching distribution|connection|Temporary failure|network", re.I)
pytestmark = [pytest.mark.xdist_group("image"), pytest.mark.timeout(600)]


@dataclass(frozen=True, slots=True)
class Assembled:
    """An installed bot, and the one folder it may write to."""

    root: Path
    home: Path
    user: int | None

    def run(self, *arguments: str, text: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
        """``python -m bot`` as the image runs it, with nothing of this machine's environment."""
        return subprocess.run(
            [self.root / "venv/bin/python", "-m", "bot", *arguments],
            input=text,
            text=True,
            capture_output=True,
            cwd=self.root / "app",
            env=self.environment | settings,
            user=self.user,
            timeout=120,
            check=False,
        )

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.root}/venv/bin:/usr/bin:/bin",
            "PYTHONDONTWRITEBYTECODE": "1",
            "DATABASE_URL": f"sqlite:///{self.home}/troupe.db",
            "TROUPE_HEALTH_PORT": "0",
        }

    def contents(self) -> list[tuple[str, float]]:
        """Every file of it, with the time it was changed last."""
        return sorted((str(path), path.lstat().st_mtime) for path in self.root.rglob("*"))


def made(python: str, *step: str | Path) -> None:
    """One step of the script."""
    ran = subprocess.run(
        [ROOT / ".ci/image", *step],
        env=os.environ | {"PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode and UNREACHED.search(ran.stderr):
        pytest.skip("the packages can't be fetched anew without a network")
    assert ran.returncode == 0, ran.stderr


def open_to(user: int, python: str | Path) -> bool:
    """Whether that user can run it, and make virtual environments with it."""
    able = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python, "-c", able], user=user, cwd="/", check=False, stderr=DEVNULL).returncode == 0
    except OSError:  # it stands in a folder that user may not enter, such as root's home
        return False


def interpreter() -> str:
    """Ours, or where we are root and nobody else can reach it the system's."""
    others = [] if os.geteuid() else [one for one in (sys.executable, "/usr/bin/python3") if open_to(NOBODY, one)]
    return others[0] if others else sys.executable


@pytest.fixture(scope="module")
def installed() -> Path:
    """Both steps; the first is done again only when something it is made from changed, as a builder of images does."""
    python, made_from = interpreter(), hashlib.sha256()
    needs = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    for part in (python.encode(), repr(needs).encode(), *((ROOT / name).read_bytes() for name in MADE_FROM)):
        made_from.update(part)
    root = ROOT / ".venv/image"
    whole = root / f"{made_from.hexdigest()}.whole"
    if not whole.exists():
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(mode=0o755)
        made(python, "needs", root)
        whole.touch()
    elif (root / "app").exists():
        subprocess.run(["chmod", "-R", "u+w", root / "app"], check=True)
        shutil.rmtree(root / "app")
    made(python, "code", root)
    return root


@pytest.fixture
def assembled(installed: Path) -> Iterator[Assembled]:
    with tempfile.TemporaryDirectory(prefix="troupe-home-") as name:
        home, root = Path(name), os.geteuid() == 0
        user = NOBODY if root and open_to(NOBODY, installed / "venv/bin/python") else None
        if user is not None:
            os.chown(home, user, user)
        yield Assembled(installed, home, user)


def test_a_line_piped_in_gets_a_reply_and_is_copied_and_nothing_but_the_home_is_written(assembled: Assembled) -> None:
    before = assembled.contents()

    ran = assembled.run(text="hello\n", REPLICA_URL=f"file://{assembled.home}/replica")

    assert ran.returncode == 0, ran.stderr
    assert "Ada: " in ran.stdout
    assert assembled.contents() == before
    assert (assembled.home / "troupe.db").exists()
    assert any((assembled.home / "replica").rglob("*.ltx")), "Litestream is there too"


def test_a_token_in_a_file_is_taken_and_never_said(assembled: Assembled) -> None:
    (assembled.home / "key").write_text("hunter2\n")

    ran = assembled.run(text="/status\n", OPENAI_API_KEY_FILE=str(assembled.home / "key"), OPENAI_MODELS="m")

    assert ran.returncode == 0, ran.stderr
    assert "**Models** m" in ran.stdout and "hunter2" not in ran.stdout + ran.stderr


def test_its_health_is_asked_without_any_other_tool(assembled: Assembled) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
    running = subprocess.Popen(
        [assembled.root / "venv/bin/python", "-m", "bot"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=assembled.root / "app",
        env=assembled.environment | {"TROUPE_HEALTH_PORT": port},
        user=assembled.user,
    )
    assert running.stdout is not None
    for line in running.stdout:
        if line.startswith("Health:"):
            break

    well = assembled.run("health", TROUPE_HEALTH_PORT=port)
    running.communicate("")
    gone = assembled.run("health", TROUPE_HEALTH_PORT=port)

    assert (well.returncode, gone.returncode) == (0, 1)
    assert well.stdout.startswith("The bot is alive") and gone.stdout.startswith("No bot answers")
    assert running.returncode == 0
