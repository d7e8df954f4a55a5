"""The conversation in a terminal: reads what is typed or piped, and waits for each reply."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from threading import Thread
from typing import Protocol

from bot.bells import Bells
from bot.commands import queue, registry, starters
from bot.commands.base import Answer, Caller, Command, Form, Office, Option, Refused
from bot.console.keys import on_interrupt
from bot.console.screen import Screen
from bot.console.sender import ConsoleSender
from bot.intake.intake import Intake
from bot.personas.face import read_starter_key
from bot.ports import Place, Said, Speaker

PLATFORM = "terminal"
PLACE = Place(PLATFORM, "terminal", kind="terminal")
_PIPED = 65_536  # bytes read at once
_LOOK_AGAIN_S = 0.1  # a try that just failed is noted after that at the latest
_LEAVE = ("/quit", "/exit", "/leave")


class Lines(Protocol):
    """Where lines come from."""

    async def read(self, prompt: str, value: str = "", *, secret: bool = False) -> str:
        """The next line; raises EOFError at the end and KeyboardInterrupt for Ctrl-C. A secret one is not shown."""
        ...


class PipedLines:
    """Lines of a file or a pipe, read off the event loop; an empty one keeps the value that stands there."""

    def __init__(self) -> None:
        self._read = b""

    async def read(self, prompt: str, value: str = "", *, secret: bool = False) -> str:
        """The next line without its end."""
        while b"\n" not in self._read:
            more = await self._more()
            if not more and not self._read:
                raise EOFError
            self._read += more or b"\n"
        line, _, self._read = self._read.partition(b"\n")
        return line.decode("utf-8", "replace").removesuffix("\r") or value

    async def _more(self) -> bytes:
        """What comes next, read by a thread that nobody waits for when we are told to stop."""
        loop = asyncio.get_running_loop()
        came: asyncio.Future[bytes] = loop.create_future()

        def tell(some: bytes) -> None:
            if not came.done():
                came.set_result(some)

        def take() -> None:
            try:
                some = os.read(sys.stdin.fileno(), _PIPED)
            except OSError:  # it can't be read, so there is nothing more
                some = b""
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(tell, some)

        Thread(target=take, name="stdin", daemon=True).start()
        return await came


class TypedLines:
    """Lines a person types, with editing and a history that outlives the session."""

    def __init__(self, history: Path, words: list[str]) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.completion import WordCompleter
        from prompt_toolkit.history import DummyHistory, FileHistory

        completer = WordCompleter(words, sentence=True)
        history.parent.mkdir(parents=True, exist_ok=True)
        self._session: PromptSession[str] = PromptSession(history=FileHistory(str(history)), completer=completer)
        self._unseen: PromptSession[str] = PromptSession(history=DummyHistory())

    async def read(self, prompt: str, value: str = "", *, secret: bool = False) -> str:
        """What was typed; an answer to a form begins with the value that stands there already."""
        if secret:
            return str(await self._unseen.prompt_async(prompt, is_password=True))
        return str(await self._session.prompt_async(prompt, default=value))


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the conversation works with; ``owed`` holds the work that commands made us owe, for waiting on it."""

    intake: Intake
    office: Office
    bells: Bells
    sender: ConsoleSender
    screen: Screen
    lines: Lines
    person: str
    owed: list[str]


class Console:
    """One person, one terminal, until the end of the input or Ctrl-C twice."""

    def __init__(self, terminal: Terminal) -> None:
        self._t = terminal
        self._caller = Caller(PLATFORM, terminal.person, terminal.person, PLACE, can_manage=True, operates=True)
        self._pressed = 0  # Ctrl-C in a row

    async def run(self) -> None:
        """Read, answer, repeat."""
        async for line in self._typed():
            if line.strip() in _LEAVE:
                return
            if line.startswith("/"):
                await self._order(line)
            elif line.strip():
                await self._say(line)

    async def _typed(self) -> AsyncIterator[str]:
        while self._pressed < 2:
            try:
                line = await self._t.lines.read("you › ")
                self._pressed = 0
                yield line
            except EOFError:
                return
            except KeyboardInterrupt:
                self._pressed += 1
                if self._pressed < 2:
                    self._t.screen.note("Ctrl-C again leaves; /help shows what you can do.")

    async def _say(self, text: str, persona_id: str = "") -> None:
        now = self._t.office.clock.now()
        speaker = Speaker(self._caller.platform_id, self._caller.name)
        said = Said(self._t.office.ids.new("typ"), PLACE, speaker, text, now, persona_id=persona_id)
        accepted = await self._t.intake.hear(said)
        if accepted.work_id:
            await self._wait(accepted.work_id)
        elif accepted.unheard:
            self._t.screen.note("You asked not to be heard, so this was not kept; /privacy opt-in takes that back.")
        else:
            self._t.screen.note("Nobody answers here: /persona list shows who could.")

    async def _wait(self, work_id: str) -> None:
        """Until the reply is whole; Ctrl-C ends it and keeps what is there, and a second one leaves at once."""
        over = asyncio.Event()
        tasks = [asyncio.create_task(self._answered(work_id, over))]

        def press() -> None:
            self._pressed += 1
            if self._pressed > 1:
                over.set()
            else:
                tasks.append(asyncio.create_task(self._stop(work_id, over)))

        with on_interrupt(press):
            await over.wait()
        for task in tasks:
            task.cancel()

    async def _answered(self, work_id: str, over: asyncio.Event) -> None:
        await self._t.sender.answered(work_id)
        over.set()

    async def _stop(self, work_id: str, over: asyncio.Event) -> None:
        """End a reply; one that waits for its turn or its next try is called off, and no words will come."""
        while not self._t.bells.stop_here(work_id, keep=True):
            try:
                if await queue.called_off(self._t.office, self._caller, work_id):
                    self._t.screen.note("Stopped.")
                    over.set()
                    return
            except Refused:  # it is done, and its words are on their way
                return
            if self._t.bells.stop(work_id, keep=True):
                return
            await asyncio.sleep(_LOOK_AGAIN_S)

    async def _order(self, line: str) -> None:
        try:
            if line[1:].strip().isdigit():
                return await self._pick(int(line[1:]))
            command, arguments = parse(line)
            answer = await registry.run(self._t.office, self._caller, command.name, arguments)
            while answer.form is not None:
                self._t.screen.say(answer.text)
                answer = await self._fill(answer.form)
            await self._show(answer)
        except Refused as refused:
            self._t.screen.say(str(refused))
        except (KeyboardInterrupt, EOFError):  # in the middle of a form
            self._t.screen.note("Nothing was changed.")

    async def _show(self, answer: Answer) -> None:
        self._t.screen.say(answer.text)
        if answer.file:
            self._t.screen.note(answer.file)
        self._t.sender.offered = answer.buttons or self._t.sender.offered
        self._t.screen.end(answer.buttons)
        if answer.owes:
            self._t.owed.append(answer.owes)
        await self._wait_for_owed()

    async def _wait_for_owed(self) -> None:
        """A command may have made a persona owe words, as /chat does."""
        while self._t.owed:
            await self._wait(self._t.owed.pop())

    async def _pick(self, number: int) -> None:
        offered = self._t.sender.offered
        if not 1 <= number <= len(offered):
            raise Refused("There is no such suggestion now; /help shows what you can do.")
        key, label = offered[number - 1].key, offered[number - 1].label
        if read_starter_key(key) is None:
            await self._show(await registry.press(self._t.office, self._caller, key))
            return
        now = self._t.office.clock.now()
        self._t.screen.note(f"you › {label}")
        await starters.pressed(self._t.office, self._caller, key, label, self._t.office.ids.new("typ"), now)
        await self._wait_for_owed()

    async def _fill(self, form: Form) -> Answer:
        """Ask its questions; who types may mend answers that are not taken, and starts from what they wrote."""
        self._t.screen.note(f"{form.title} (Ctrl-C leaves everything as it is)")
        given = {field.key: field.value for field in form.fields}
        while True:
            for field in form.fields:
                hint = " (\\n begins a new line)" if field.long else ""
                stands = "" if field.secret else given[field.key].replace("\n", "\\n")
                line = await self._t.lines.read(f"{field.label}{hint}: ", stands, secret=field.secret)
                given[field.key] = line.replace("\\n", "\n")
            try:
                return await registry.submit(self._t.office, self._caller, form.key, given)
            except Refused as refused:
                if not self._t.screen.interactive:
                    raise
                self._t.screen.say(str(refused))


def parse(line: str) -> tuple[Command, dict[str, str]]:
    """A typed order as a command and its arguments, by position or as ``name:value``; raises Refused."""
    try:
        words = shlex.split(line[1:])
    except ValueError:
        words = line[1:].split()
    known = {command.name: command for command in registry.commands()}
    for length in (2, 1):
        name = " ".join(words[:length]).lower()
        if name in known and len(words) >= length:
            return known[name], _arguments(known[name], words[length:])
    raise Refused(_unknown([word.lower() for word in words], list(known)))


def _unknown(words: list[str], known: list[str]) -> str:
    """What was meant, as far as can be guessed: one of the same first word, or one that is spelt alike."""
    group = [name for name in known if words and name.startswith(f"{words[0]} ")]
    typed = " ".join(words[: 2 if group else 1])
    near = get_close_matches(" ".join(words[:2]), group or known, n=1, cutoff=0.7 if len(words) > 1 else 1)
    near = near or group or get_close_matches(typed, known, n=1, cutoff=0.7)
    hint = "did you mean " + ", ".join(f"/{name}" for name in near[:8]) + "?" if near else "/help lists them all."
    return f"There is no command /{typed}; {hint}"


def _arguments(command: Command, words: list[str]) -> dict[str, str]:
    names = [option.name for option in command.options]
    given: dict[str, str] = {}
    free: list[str] = []
    for word in words:
        name, colon, value = word.partition(":")
        if colon and name in names and name not in given:
            given[name] = value
        else:
            free.append(word)
    waiting = [option for option in command.options if option.name not in given]
    for at, option in enumerate(waiting[: len(free)]):
        last = at == len(waiting) - 1
        if option.rest or (last and (_takes_sentences(option) or at == 0)):
            free[at:] = [" ".join(free[at:])]
            break
    given |= {option.name: word for option, word in zip(waiting, free, strict=False)}
    if len(free) > len(waiting):
        raise Refused(f"That is more than /{command.name} takes; for example: {command.example or '/help'}")
    return given


def _takes_sentences(option: Option) -> bool:
    """Whether the words that are left over may belong to it."""
    return option.kind == "text" and not option.choices and not option.complete
