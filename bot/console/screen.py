"""Writes to the terminal: names in colour where there are colours, replies as they grow."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.text import Text

from bot.ports import Button, Face

_STYLES = ("bold cyan", "bold magenta", "bold green", "bold yellow", "bold blue", "bold red")


class Screen:
    """The only writer of standard output."""

    def __init__(self, file: TextIO) -> None:
        self._console = Console(file=file, highlight=False, soft_wrap=True)
        self._open_line = False

    @property
    def interactive(self) -> bool:
        """Whether a person watches."""
        return self._console.is_terminal

    def note(self, text: str) -> None:
        """A line of the bot about itself."""
        self._fresh_line()
        self._console.print(Text(text, style="dim"))

    def say(self, text: str) -> None:
        """An answer to a command."""
        self._fresh_line()
        self._console.print(Text(text))

    def name(self, face: Face) -> None:
        """Whose words follow."""
        self._fresh_line()
        style = _STYLES[sum(face.name.encode()) % len(_STYLES)]
        self._console.print(Text(f"{face.name}: ", style=style), end="")
        self._open_line = True

    def words(self, text: str) -> None:
        """The next words of a reply; a line beginning ``-# `` is a footnote."""
        for number, line in enumerate(text.split("\n")):
            if number:
                self._console.print()
            if line.startswith("-# "):
                self._console.print(Text(f"({line[3:]})", style="dim"), end="")
            elif line:
                self._console.print(Text(line), end="")
        self._console.file.flush()

    def end(self, buttons: tuple[Button, ...]) -> None:
        """The reply is whole; what could be said next is offered by number."""
        self._fresh_line()
        for number, button in enumerate(buttons, start=1):
            self._console.print(Text(f"  /{number}  {button.label}", style="dim"))
        if self.interactive:
            self._console.print()

    def _fresh_line(self) -> None:
        if self._open_line:
            self._console.print()
            self._open_line = False
