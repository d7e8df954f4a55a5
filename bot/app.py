"""The only place that chooses and joins parts: reads the settings, opens the house, and gives it a face."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from bot import telemetry
from bot.commands.registry import commands
from bot.console.console import PLACE, PLATFORM, Console, Lines, PipedLines, Terminal, TypedLines
from bot.console.screen import Screen
from bot.console.sender import ConsoleSender
from bot.house import House, Kept, World, open_database
from bot.models.choose import Choice, choose_models
from bot.models.choose_embedder import EmbedderChoice, choose_embedder
from bot.office import greet_place, make_office
from config.static import Static
from storage import conversations, personas


class CannotStart(Exception):
    """One sentence that says what is wrong and what to do."""


def first_lines(settings: Static, choice: Choice, embedder: EmbedderChoice, kept: Kept) -> list[str]:
    """What is in use and what to set for better, one line each."""
    lines = [
        f"Database: {settings.database_name} (set DATABASE_URL to keep it elsewhere).",
        _backup(kept),
        " ".join(["Model:", choice.sentence, choice.advice]).strip(),
        f"Embedder: {embedder.sentence}",
    ]
    return lines + [f"Persona left out: {problem}" for problem in kept.problems]


def _backup(kept: Kept) -> str:
    if not kept.opened.alone:
        return "Backup: that of the Postgres server; Troupe copies files only."
    if kept.replication is None:
        return "Backup: none, so what is on this disk is all there is; set REPLICA_URL to a folder or an S3 bucket."
    return f"Backup: copied as it changes to {kept.replication.target.shown}."


async def run(settings: Static, world: World | None = None) -> None:
    """Run until told to stop; raises StorageError or CannotStart, and then nothing was started."""
    quiet = not settings.discord_token.get_secret_value() and "log_level" not in settings.model_fields_set
    telemetry.configure("WARNING" if quiet else settings.log_level, colours=sys.stderr.isatty())
    world = world or World(stages=telemetry.log_stage)
    kept = await open_database(settings, world.clock)
    choice = await choose_models(
        settings.openai_api_key.get_secret_value(), settings.openai_base_url, settings.openai_models
    )
    embedder = choose_embedder(settings)
    house = House(settings, kept, choice.models, world, embedder.embedder)
    lines = first_lines(settings, choice, embedder, kept)
    try:
        if settings.discord_token.get_secret_value():
            await run_discord(house, lines)
        else:
            await run_terminal(house, lines)
    finally:
        await house.stop()


# ── faces ──


async def run_terminal(house: House, lines: list[str]) -> None:
    """Talk with the person at the terminal, or with what is piped in."""
    screen = Screen(sys.stdout)
    sender = ConsoleSender(screen)
    house.senders[PLATFORM] = sender
    owed: list[str] = []
    office = make_office(house, owed=owed)
    for line in [*lines, "Discord: not connected; set DISCORD_TOKEN to invite the personas there."]:
        screen.note(line)
    await house.start()
    typed: Lines = PipedLines()
    if sys.stdin.isatty():
        words = [f"/{command.name}" for command in commands()]
        typed = TypedLines(house.settings.local_folder / "terminal_history", [*words, "/quit"])
        screen.note("Write to talk, /help for commands; Ctrl-C stops a reply, twice leaves.")
        await _welcome(house, screen, sender)
    person = os.environ.get("USER") or "you"
    await Console(Terminal(house.intake, office, house.bells, sender, screen, typed, person, owed)).run()


async def _welcome(house: House, screen: Screen, sender: ConsoleSender) -> None:
    """The usual persona's greeting at the first visit, a word about whose turn it is at later ones."""
    persona = await house.database.read(personas.called, "", house.settings.default_persona)
    if persona is None or not persona.active:
        screen.note("Nobody is here by default; /persona list shows who could be.")
    elif await house.database.read(conversations.of_channel, PLATFORM, PLACE.channel_id, ""):
        screen.note(f"Welcome back. {persona.sheet.display_name} listens unless you name somebody else.")
    else:
        await sender.answered(await greet_place(house, PLACE, persona.id))


async def run_discord(house: House, lines: list[str]) -> None:
    """Be on Discord until SIGTERM, Ctrl-C, or a refusal that no second try mends; raises CannotStart."""
    from bot.gateway.connect import Face, Refusal, connect  # discord.py takes long to import

    for line in lines:
        print(line, flush=True)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    settings = house.settings
    face = Face(
        token=settings.discord_token.get_secret_value(),
        content=settings.message_content,
        pictures=settings.personas_dir,
        intake=house.intake,
        database=house.database,
        clock=house.world.clock,
        senders=house.senders,
        begin=house.start,
        rest=house.rest,
        office=lambda judge, diagnose, report: make_office(house, judge, diagnose, report),
        say=lambda line: print(line, flush=True),
        options=house.world.discord_options,
    )
    try:
        await connect(face, stopping, house.on_tick)
    except Refusal as refusal:
        raise CannotStart(str(refusal)) from refusal
