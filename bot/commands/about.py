"""/status, /doctor and /help: how the bot is, what is missing here, and what can be ordered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from bot.commands import here, queue
from bot.commands.base import Answer, Arguments, Caller, Command, Finding, Line, Office, Option, Refused
from bot.commands.words import ago, count, one_of, plain
from bot.health.vitals import Counted
from bot.personas import present
from bot.ports import SendFault
from storage import consolidations, outbox, personas, usage
from storage.consolidations import Passes
from storage.engines.base import Transaction
from storage.records import PersonaLine, Tally

_DAY = 86_400_000
_GROUPS = {
    "persona": "Personas",
    "memory": "Memory",
    "lore": "Lorebook",
    "privacy": "Privacy",
    "prompt": "Prompts",
    "chat": "Talking",
    "reset": "Talking",
    "queue": "What is owed",
    "usage": "Figures",
    "config": "Settings",
}
_DELIVERIES = {"live": "growing", "owed": "waiting", "sending": "being said"}
_REFUSED = {
    SendFault.BLOCKED: (
        "Moderation kept {} of mine back here in 24 hours.",
        "Except my role from the rule that did (server settings → AutoMod), if it should not have.",
    ),
    SendFault.LINK: (
        "A link was taken for harmful in {} of mine here in 24 hours.",
        "Discord decides that; asked in other words, a persona may do without the link.",
    ),
    SendFault.INVALID: (
        "Discord would not take {} of mine here in 24 hours.",
        "The operator finds the reason in the log, under delivery_failed.",
    ),
}
_AS_NAMED: Mapping[str, str] = MappingProxyType({})
_REST = "About the bot"
_LOCK = " 🔒"
_KEY = " 🔑"


@dataclass(frozen=True, slots=True)
class _Measured:
    """What storage says about who is here and about the last day."""

    personas: list[PersonaLine]
    calls: list[Tally]
    tokens: int
    tidied: Passes


def _measure(tx: Transaction, guild_id: str, now: int) -> _Measured:
    return _Measured(
        personas=personas.listed(tx, guild_id),
        calls=usage.outcomes_since(tx, now - _DAY),
        tokens=usage.tokens_since(tx, now - _DAY),
        tidied=consolidations.passes(tx, now - _DAY),
    )


async def status(office: Office, caller: Caller, _: Arguments) -> Answer:
    """What storage and the world outside say, all measured now."""
    now = office.clock.now()
    measured = await office.database.read(_measure, caller.guild_id, now)
    lines = [*await office.report(), *_lines(measured)]
    if caller.operates:
        lines.append(Line("Memories tidied", _tidied(measured.tidied, now)))
    return Answer("\n".join(f"**{line.label}** {line.value}" for line in lines))


def _lines(measured: _Measured) -> tuple[Line, ...]:
    active = sum(line.standing == "active" for line in measured.personas)
    return (
        Line("Personas", f"{active} of {len(measured.personas)} talk here"),
        Line("Model calls in 24 hours", _tally(measured.calls, "none")),
        Line("Tokens in 24 hours", f"{measured.tokens:,}"),
    )


def _tidied(passes: Passes, now: int) -> str:
    if passes.last_at is None:
        return "never yet; the first time is the night after something was learnt"
    return f"{ago(passes.last_at, now)}; in 24 hours {count(passes.scenes, 'scene')}, {count(passes.changed, 'change')}"


def owed(counted: Counted | None, told: str) -> tuple[Line, ...]:
    """What is owed and on its way, with what is told about the oldest."""
    if counted is None:
        return (Line("Owed", told),)
    oldest = "" if counted.oldest_due is None else f"; {told}"
    return (
        Line("Owed", _tally(counted.work, "nothing", queue.STATES) + oldest),
        Line("On its way out", _tally(counted.outbox, "nothing", _DELIVERIES)),
    )


def _tally(tallies: Sequence[Tally], none: str, words: Mapping[str, str] = _AS_NAMED) -> str:
    return ", ".join(f"{tally.count:,} {words.get(tally.name, tally.name)}" for tally in tallies) or none


async def doctor(office: Office, caller: Caller, _: Arguments) -> Answer:
    """Every finding, what is wrong first with its cure."""
    here_answers = await office.database.read(_who_answers, office, caller)
    unsaid = await office.database.read(_unsaid, caller, office.clock.now() - _DAY)
    found = sorted([*await office.diagnose(caller), here_answers, *unsaid], key=lambda finding: finding.ok)
    wrong = sum(not finding.ok for finding in found)
    head = f"**{count(wrong, 'thing')} to mend**" if wrong else "**All is well here**"
    return Answer("\n".join([head, *map(_finding, found)]))


def _who_answers(tx: Transaction, office: Office, caller: Caller) -> Finding:
    """Whether anybody answers in this place where nobody is named, and when."""
    try:
        name = plain(here.usual(tx, caller, office.default_persona).sheet.display_name)
    except Refused:
        cure = "Give this channel a persona with /persona bind, or let the operator set TROUPE_DEFAULT_PERSONA."
        return Finding(False, "Nobody answers here unless they are named.", cure)
    binding = present.bound(tx, caller.place)
    direct = caller.guild_id == "" or (binding is not None and binding.mode == "always")
    return Finding(True, f"{name} answers {'everything' if direct else 'mentions'} here")


def _unsaid(tx: Transaction, caller: Caller, since: int) -> list[Finding]:
    """What people here did not get to read since then because the platform refused the words."""
    refused: Counter[str] = Counter()
    for tally in outbox.troubles_since(tx, caller.place.platform, caller.place.channel_id, since):
        refused[tally.name.partition(":")[0]] += tally.count
    return [
        Finding(False, trouble.format(count(refused[fault.name], "reply", "replies")), cure)
        for fault, (trouble, cure) in _REFUSED.items()
        if refused[fault.name]
    ]


def _finding(finding: Finding) -> str:
    return f"✅ {finding.what}" if finding.ok else f"❌ {finding.what} {finding.cure}".rstrip()


def help_with(commands: tuple[Command, ...]) -> Command:
    """The /help of these commands and itself."""
    option = Option("command", "The command to explain, such as persona bind.", required=False, longest=40)

    async def show(office: Office, caller: Caller, arguments: Arguments) -> Answer:
        wanted = arguments.get("command", "").removeprefix("/").casefold()
        return Answer(_overview(everything) if not wanted else _details(everything, wanted))

    made = Command(
        "help",
        "What you can order, with examples.",
        show,
        (option,),
        always=True,
        example="/help persona bind",
        reads=True,
    )
    everything = (*commands, made)
    return made


def _overview(commands: tuple[Command, ...]) -> str:
    groups: dict[str, list[str]] = {}
    for command in commands:
        group = _GROUPS.get(command.name.split()[0], _REST)
        groups.setdefault(group, []).append(f"- `{command.example}` {command.summary}{_mark(command)}")
    parts = ["\n".join([f"**{name}**", *lines]) for name, lines in groups.items()]
    return "\n".join(
        [*parts, "-# 🔒 needs Manage Server, 🔑 is for the operator. /help with a command's name explains its options."]
    )


def _mark(command: Command) -> str:
    """Who may order it, as a sign."""
    if command.operator:
        return _KEY
    return _LOCK if command.manage or command.manage_in_guild else ""


def _details(commands: tuple[Command, ...], wanted: str) -> str:
    found = [command for command in commands if command.name == wanted or command.name.split()[0] == wanted]
    if not found:
        raise Refused(f"There is no command “{wanted[:40]}”; /help lists them all.")
    return "\n\n".join(map(_detail, found))


def _detail(command: Command) -> str:
    needs = "-# Needs Manage Server." if command.manage else ""
    needs = "-# In a server it needs Manage Server." if command.manage_in_guild else needs
    needs = "-# For the operator of the bot." if command.operator else needs
    options = (f"- `{option.name}`{_optional(option)} {option.description}" for option in command.options)
    lines = (f"**/{command.name}** {command.summary}", *options, f"For example `{command.example}`", needs)
    return "\n".join(line for line in lines if line)


def _optional(option: Option) -> str:
    choices = f" ({one_of(option.choices)})" if option.choices else ""
    return choices if option.required else f"{choices} *optional*"


COMMANDS = (
    Command("status", "What runs, what waits, and what it cost in 24 hours.", status, example="/status", reads=True),
    Command(
        "doctor",
        "What is missing in this channel, each with its cure.",
        doctor,
        always=True,
        example="/doctor",
        reads=True,
    ),
)
