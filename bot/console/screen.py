"""Writes to the terminal: names in colour where there are colours, replies as they grow, lines broken at words."""

from __future__ import annotations

import os
import re
from io import TextIOWrapper
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text

from bot.ports import Button, Face

_STYLES = ("bold cyan", "bold magenta", "bold green", "bold yellow", "bold blue", "bold red")
_PIECES = re.compile(r"\n|[^\S\n]+|\S+")
_BLOCKS = ("- ", "> ", "* ")
_FENCES = re.compile(r"(```.*?(?:```|\Z))", re.DOTALL)


class _Patient(Console):
    """A console whose reader may leave, as ``head`` does: from then on it writes to nowhere."""

    def on_broken_pipe(self) -> None:
        """Nobody reads any more."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())
        os.close(nowhere)


class Screen:
    """The only writer of standard output."""

    def __init__(self, file: TextIO) -> None:
        if isinstance(file, TextIOWrapper):  # where the terminal knows no “, it shows ? rather than nothing
            file.reconfigure(errors="replace")
        self._console = _Patient(file=file, highlight=False, soft_wrap=True)
        self._open_line = False
        self._column = 0
        self._word = ""  # the beginning of a word whose end has not come yet
        self._style = ""
        self._begins = False  # whether nothing of the reply was written yet
        self._footnote_begins = False

    @property
    def interactive(self) -> bool:
        """Whether a person watches."""
        return self._console.is_terminal

    def note(self, text: str) -> None:
        """A line of the bot about itself."""
        self._fresh_line()
        self._console.print(Text(text, style="dim"), soft_wrap=not self.interactive)

    def say(self, text: str) -> None:
        """An answer to a command, in Markdown; piped output gets it as it is."""
        self._fresh_line()
        if self.interactive:
            self._console.print(Markdown(_keep_lines(text)), soft_wrap=False)
        else:
            self._console.print(Text(text))

    def name(self, face: Face) -> None:
        """Whose words follow."""
        self._fresh_line()
        style = _STYLES[sum(face.name.encode()) % len(_STYLES)]
        self._console.print(Text(f"{face.name}: ", style=style), end="")
        self._open_line, self._begins = True, True
        self._column = cell_len(face.name) + 2

    def words(self, text: str) -> None:
        """The next words of a reply; a line beginning ``-# `` is a footnote."""
        pieces = _PIECES.findall(self._word + text)
        self._word = pieces.pop() if pieces and self.interactive and not pieces[-1].isspace() else ""
        for piece in pieces:
            self._piece(piece)
        self._console.file.flush()

    def end(self, buttons: tuple[Button, ...]) -> None:
        """The reply is whole; what could be said next is offered by number."""
        self._fresh_line()
        for number, button in enumerate(buttons, start=1):
            self._console.print(Text(f"  /{number}  {button.label}", style="dim"))
        if self.interactive:
            self._console.print()

    def _piece(self, piece: str) -> None:
        """A word, the space between two, or the end of a line; a word that does not fit begins a new line."""
        if piece == "\n":
            self._new_line()
            self._style = ""
            return
        begins, self._begins = self._begins or self._column == 0, False
        if piece == "-#" and begins:
            self._style, self._footnote_begins = "dim", True
            return
        footnote_begins, self._footnote_begins = self._footnote_begins, False
        if piece.isspace() and footnote_begins:
            return
        if self.interactive and self._column + cell_len(piece) > self._console.width and self._column:
            self._new_line()
            if piece.isspace():
                return
        self._console.print(Text(piece, style=self._style), end="")
        self._column += cell_len(piece)
        self._open_line = True

    def _new_line(self) -> None:
        self._console.print()
        self._column = 0
        self._open_line = False

    def _fresh_line(self) -> None:
        if self._word:
            word, self._word = self._word, ""
            self._piece(word)
        if self._open_line:
            self._new_line()
        self._column, self._style = 0, ""


def _keep_lines(text: str) -> str:
    """Discord's Markdown as the standard one: a line ends where it ends, and a list or quote with its last line."""
    parts = _FENCES.split(text)
    return "".join(part if part.startswith("```") else _standard(part) for part in parts)


def _standard(text: str) -> str:
    lines = text.split("\n")
    kept = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        line = f"*{line[3:]}*" if line.startswith("-# ") else line
        closes = line.startswith(_BLOCKS) and not following.startswith(_BLOCKS)
        kept.append(line + ("\n" if closes else "  "))
    return "\n".join(kept)
