"""What a command is, what it works with, and the answer it gives; faces are made from this alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.bells import Bells
from bot.charts.chart import Chart
from bot.charts.painter import Painter
from bot.drafting.writer import Draft
from bot.keys.keyring import Keyring
from bot.ports import Button, Clock, Place, Said
from bot.telemetry import Recent
from storage.database import Database
from storage.ids import Ids
from storage.wiping import Receipt

Arguments = Mapping[str, str]
Source = Literal[
    "", "persona", "any_persona", "prompt_version", "work", "setting", "setting_value", "memory", "lore", "subject"
]


def ordered_at(arguments: Arguments, clock: Clock) -> int:
    """When it was ordered, by the clock that dates what people say there."""
    return int(arguments.get("_at") or clock.now())


class Refused(Exception):
    """Not done, and nothing was changed; the message is one sentence for the person that says what to do next."""


class Forbidden(Refused):
    """Not done because this person may not."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who orders, where, and whether the platform lets them manage the server (always so in the terminal).

    ``operates`` is whether the bot is theirs: at its terminal, or as the owner of its application. Where the place is
    ``mute`` to us, commands are answered and personas can't write. ``roles`` are the ids of theirs, None where they
    can't be known, and ``may`` what rules of the server let them change, which the registry finds out.
    """

    platform: str
    platform_id: str
    name: str
    place: Place
    can_manage: bool
    operates: bool = False
    mute: bool = False
    roles: tuple[str, ...] | None = ()
    may: frozenset[str] = frozenset()

    @property
    def guild_id(self) -> str:
        """The guild whose things may be reached, '' outside guilds."""
        return self.place.guild_id

    @property
    def author(self) -> str:
        """How the person is named with a version they made."""
        return self.name if self.platform == "terminal" else f"{self.name} ({self.platform_id})"


@dataclass(frozen=True, slots=True)
class Option:
    """One argument: ``complete`` names a source of completions, ``longest`` is in characters.

    In a typed line ``rest`` takes all the words that are left.
    """

    name: str
    description: str
    required: bool = True
    choices: tuple[str, ...] = ()
    complete: Source = ""
    longest: int = 100
    kind: Literal["text", "number"] = "text"
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form; ``value`` stands there already, ``long`` may have several lines.

    ``hint`` (at most 100 characters) says what a good answer is. What is ``secret`` is neither shown where it is typed
    nor kept to be mended.
    """

    key: str
    label: str
    value: str = ""
    long: bool = False
    required: bool = True
    longest: int = 4000
    hint: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """At most five questions asked together; ``key`` (at most 100 characters) goes to registry.submit."""

    key: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person gets: Discord's Markdown of any length, in which no mention may ring.

    ``private`` is for the caller's eyes only. A face that can show a form shows it instead of the text.
    ``file`` is text handed over beside it as a file of that name, '' for none; so is ``picture``, a PNG that shows
    what the text says, where a face can show one. ``owes`` is work whose reply was owed by it, '' for none.
    """

    text: str
    private: bool = True
    buttons: tuple[Button, ...] = ()
    form: Form | None = None
    file: str = ""
    file_name: str = "your-words.txt"
    picture: bytes = b""
    picture_name: str = "figures.png"
    owes: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a message is or would be answered, the persona's name or '', and the rule as a clause with its detail."""

    answers: bool
    persona: str
    rule: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Something measured for /status."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something checked for /doctor; ``cure`` is a sentence, '' where all is well."""

    ok: bool
    what: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How many days work that is over stays, 0 for ever, and what was erased stays in copies, None without any."""

    work_days: int
    copy_days: int | None


@dataclass(frozen=True, slots=True)
class Office:
    """What commands work with; whatever is not storage is handed in.

    ``speak`` hears words and returns the id of the work owed, '' for none. ``greet`` owes a place the greeting of
    a persona (by id) and returns the work's id. ``judge`` explains a message of the caller's own channel by its
    platform id, or for '' what would happen to new words there; it raises Refused where it can't find the message.
    ``draft`` makes a persona of an idea or raises NoDraft. ``rules`` are the rules of answering in their order,
    ``defaults`` the settings where nobody has set them, by name, and ``models`` the names of those that can answer.
    ``report`` and ``diagnose`` look at things outside. ``forget`` forgets somebody of a platform for good or raises a
    StorageError, and ``keeping`` says for how long what is left of that lasts. The ``keyring`` keeps keys that people
    bring, ``draw`` makes a picture, and ``recent`` has the last warnings and errors of the log.
    """

    database: Database
    clock: Clock
    ids: Ids
    bells: Bells
    default_persona: str
    rules: tuple[str, ...]
    defaults: Mapping[str, str]
    models: tuple[str, ...]
    speak: Callable[[Said], Awaitable[str]]
    greet: Callable[[Place, str], Awaitable[str]]
    judge: Callable[[Caller, str], Awaitable[Explanation]]
    draft: Callable[[Caller, str], Awaitable[Draft]]
    report: Callable[[], Awaitable[tuple[Line, ...]]]
    diagnose: Callable[[Caller], Awaitable[tuple[Finding, ...]]]
    forget: Callable[[str, str], Awaitable[Receipt]]
    keyring: Keyring
    keeping: Keeping
    draw: Callable[[Chart], Awaitable[bytes]] = field(default_factory=lambda: Painter().draw)
    recent: Recent = field(default_factory=Recent)


Run = Callable[[Office, Caller, Arguments], Awaitable[Answer]]
Submit = Callable[[Office, Caller, str, Arguments], Awaitable[Answer]]
Allow = Callable[[Caller, Arguments], None]
Press = Callable[[Office, Caller, str], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Command:
    """Something people may order, by one or two words; rights are checked in registry and nowhere else.

    ``manage`` needs the right to manage the server, ``manage_in_guild`` needs it in a guild only, ``operator`` is for
    whose bot it is; ``allow`` raises Refused where these arguments need a right that the caller lacks. ``right`` is
    what /access may give to others of what needs Manage Server, '' for nothing; ``always`` is also for those whom a
    rule keeps from talking with personas, ``keeps_order`` for those whom only the server's own rule keeps from that and
    who manage it. ``submit`` gets what follows ``<name>:`` in a form's key, whose ``questions`` may be asked again;
    ``press`` gets what follows ``confirm:<confirms>:`` in a button's. What only ``reads`` may be done twice.
    """

    name: str
    summary: str
    run: Run
    options: tuple[Option, ...] = ()
    manage: bool = False
    manage_in_guild: bool = False
    operator: bool = False
    right: str = ""
    always: bool = False
    keeps_order: bool = False
    allow: Allow | None = None
    example: str = ""
    private: bool = True
    submit: Submit | None = None
    questions: tuple[Field, ...] = ()
    press: Press | None = None
    confirms: str = ""
    reads: bool = False

    @property
    def changes(self) -> bool:
        """Ordering it changes something; a form is only shown, and changes things when it is sent."""
        return not (self.reads or self.opens_form)

    @property
    def asks_secret(self) -> bool:
        """What its form is answered with must not be kept or shown."""
        return any(field.secret for field in self.questions)

    @property
    def opens_form(self) -> bool:
        """Its first answer is a form, which Discord only takes from an interaction that was not deferred."""
        return self.submit is not None
