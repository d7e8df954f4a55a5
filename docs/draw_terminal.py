"""Draws docs/terminal.svg from a real session of the bot in tmux: ``.venv/bin/python docs/draw_terminal.py``."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.text import Text

HERE = Path(__file__).parent
WIDTH, HEIGHT = 92, 40
TYPED = (
    "My name is Mara and I live in Bergen.",
    "What is my name?",
    "Halvard, good evening",
    "/persona list",
)


def tmux(*arguments: str) -> str:
    """What tmux prints."""
    return subprocess.run(["tmux", "-L", "troupe", *arguments], check=True, capture_output=True, text=True).stdout


def wait() -> None:
    """Until the bot asks for the next line, for a minute at most."""
    for _ in range(120):
        time.sleep(0.5)
        if tmux("capture-pane", "-p").rstrip().endswith("you ›"):
            return
    raise SystemExit("The bot does not ask for a line; is `make run` well?")


def session() -> str:
    """Type the lines into a fresh bot and return the screen with its colours."""
    with tempfile.TemporaryDirectory() as folder:
        start = f"cd {HERE.parent} && env -u DISCORD_TOKEN -u OPENAI_API_KEY -u OPENAI_BASE_URL USER=Mara"
        start += f" DATABASE_URL=sqlite:///{folder}/troupe.db {sys.executable} -m bot"
        tmux("new-session", "-d", "-x", str(WIDTH), "-y", str(HEIGHT), start)
        wait()
        for line in TYPED:
            tmux("send-keys", "-l", line)
            tmux("send-keys", "Enter")
            wait()
        screen = tmux("capture-pane", "-e", "-p", "-S", "-200")
        tmux("kill-server")
    return re.sub(re.escape(folder) + "/", "data/", screen).rstrip()


def main() -> None:
    """Write the picture."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(session()))
    picture = console.export_svg(title="make run")
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)  # no font from elsewhere
    (HERE / "terminal.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
