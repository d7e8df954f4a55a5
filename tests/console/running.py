"""Starts ``python -m bot`` as people do: on pipes, or on a pseudo-terminal that a test types into."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests import nursery

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\r")


def environment(folder: Path, **extra: str) -> dict[str, str]:
    """A clean environment: no token, no model, a database of the test's own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "DATABASE_URL": f"sqlite:///{folder / 'troupe.db'}",
        "EMBEDDING_MODEL": "none",
        "USER": "Mara",
        "TERM": "xterm",
        "PROMPT_TOOLKIT_NO_CPR": "1",
        **extra,
    }


def piped(
    folder: Path, text: str, *arguments: str, first: nursery.First | None = None, **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run the bot on these lines to its end; it calls ``first`` before anything else."""
    return nursery.run("bot", *arguments, text=text, env=environment(folder, **extra), first=first)


@dataclass
class Terminal:
    """A bot on a pseudo-terminal."""

    folder: Path
    extra: dict[str, str] = field(default_factory=dict)
    seen: str = ""
    at: int = 0  # how far what was seen was looked at

    def __enter__(self) -> Terminal:
        self.screen, lower = pty.openpty()
        self.bot = nursery.on_terminal("bot", env=environment(self.folder, **self.extra), terminal=lower)
        os.close(lower)
        return self

    def __exit__(self, *_: object) -> None:
        self.bot.kill()
        self.bot.join()
        os.close(self.screen)

    def type(self, text: str) -> None:
        """Type these keys."""
        os.write(self.screen, text.encode())

    def until(self, text: str, within_s: float = 20.0) -> str:
        """Read until this text has come after what the last call found; returns all up to its end."""
        deadline = time.monotonic() + within_s
        while text not in self.seen[self.at :]:
            ready, _, _ = select.select([self.screen], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise AssertionError(f"{text!r} did not come; there was {self.seen[self.at :]!r}")
            self.seen += _ESCAPES.sub("", os.read(self.screen, 65536).decode(errors="replace"))
        begun, self.at = self.at, self.seen.index(text, self.at) + len(text)
        return self.seen[begun : self.at]

    def ended(self) -> int:
        """Wait for the end and return the exit code."""
        while True:
            try:
                if not os.read(self.screen, 65536):
                    break
            except OSError:
                break
        self.bot.join()
        assert self.bot.exitcode is not None
        return self.bot.exitcode
