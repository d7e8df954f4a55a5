"""What owners may change while the bot runs; each setting is declared here once, and everything else follows from it.

Values live in storage. The nearest wins: conversation, user, channel, guild, global, and then the default.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Generic, Literal, get_args

from config.budgets import Budget, Spendable
from config.kinds import (
    NONE,
    Daily,
    Decimal,
    Hours,
    Kind,
    Maybe,
    Names,
    OneOf,
    Switch,
    T_co,
    Unfit,
    Whole,
    Zone,
    written,
)
from config.languages import LANGUAGES
from config.rooms import Room, Somewhere
from config.static import Static

Level = Literal["conversation", "user", "channel", "guild", "global"]
LEVELS: tuple[Level, ...] = get_args(Level)  # nearest first
OF_A_PLACE: tuple[Level, ...] = ("channel", "guild", "global")


@dataclass(frozen=True, slots=True)
class Setting(Generic[T_co]):
    """One thing that may change; ``static`` names the field of Static that its default comes from, '' for none.

    ``levels`` says where it may be set, ``in_guilds`` that it means nothing outside servers. ``operator`` leaves it to
    whose bot it is, everywhere.
    """

    name: str
    sentence: str
    kind: Kind[T_co]
    default: T_co
    levels: tuple[Level, ...] = LEVELS
    operator: bool = False
    in_guilds: bool = False
    static: str = ""

    def read(self, text: str) -> T_co:
        """The value that a text says; raises Unfit with what it must be."""
        try:
            return self.kind.read(text)
        except Unfit:
            raise Unfit(f"{self.name} must be {self.kind.bounds}") from None

    def shown(self, text: str) -> str:
        """A value as people read it."""
        if text == "" and isinstance(self.kind, Maybe):
            return f"`{NONE}` ({self.kind.without})"
        return f"`{text}`"


MODELS: Setting[tuple[str, ...] | None] = Setting(
    "models",
    "The models that answer: the first one, and when it fails the next.",
    Maybe(Names(), "all, in the order of OPENAI_MODELS"),
    None,
    operator=True,
)
TEMPERATURE: Setting[float | None] = Setting(
    "temperature",
    "How freely a model picks its words; 0 is the plainest.",
    Maybe(Decimal(0, 2), "the persona's own"),
    None,
)
TOP_P: Setting[float | None] = Setting(
    "top_p",
    "From how large a share of the likely words a model picks.",
    Maybe(Decimal(0, 1), "the model's own"),
    None,
)
REPLY_TOKENS: Setting[int] = Setting(
    "reply_tokens", "How long a reply may grow.", Whole(16, 100_000), 1024, operator=True, static="reply_tokens"
)
HISTORY_TOKENS: Setting[int] = Setting(
    "history_tokens",
    "How much of the conversation a model reads.",
    Whole(100, 2_000_000),
    6000,
    operator=True,
    static="history_tokens",
)
REPLY_LENGTH: Setting[str] = Setting(
    "reply_length",
    "How long replies should be; short ones also end at a quarter of reply_tokens.",
    OneOf(("short", "normal", "long")),
    "normal",
)
LANGUAGE: Setting[str | None] = Setting(
    "language",
    "The language of replies.",
    Maybe(OneOf(LANGUAGES), "the one the persona is addressed in"),
    None,
)
STREAMING: Setting[str] = Setting(
    "streaming",
    "Whether people watch a reply growing or get it whole.",
    OneOf(("growing", "whole")),
    "growing",
)
SUGGESTIONS: Setting[bool] = Setting(
    "suggestions", "Whether a persona's first words offer its starters as buttons.", Switch(), True
)
WHY_BUTTON: Setting[str] = Setting(
    "why_button",
    "Whether a reply that had memories in mind (used) has a button that shows them, or none has (off).",
    OneOf(("off", "used")),
    "used",
)
TRIGGER: Setting[str] = Setting(
    "trigger",
    "When a persona answers in a channel it is bound to, where /persona bind says nothing else.",
    OneOf(("always", "mention")),
    "always",
    levels=("guild", "global"),
)
QUIET_HOURS: Setting[Hours | None] = Setting(
    "quiet_hours",
    "When nobody is answered in a server's channels; what is said then is answered afterwards.",
    Maybe(Daily(), "never quiet"),
    None,
    levels=OF_A_PLACE,
    in_guilds=True,
)
TIME_ZONE: Setting[tzinfo] = Setting(
    "time_zone",
    "Whose clock quiet_hours and the days of what is remembered are told by.",
    Zone(),
    UTC,
    levels=OF_A_PLACE,
    in_guilds=True,
)

LORE_BUDGET: Setting[int] = Setting(
    "lore_budget",
    "How many tokens of a reply's history budget the lorebook may take, at most a third; 0 leaves it closed.",
    Whole(0, 100_000),
    800,
    levels=OF_A_PLACE,
)
SHARED_MEMORY: Setting[bool] = Setting(
    "shared_memory",
    "Whether the personas of a place know what people told another of them there.",
    Switch(),
    False,
    levels=OF_A_PLACE,
)
CONSOLIDATION: Setting[bool] = Setting(
    "consolidation",
    "Whether what is remembered is tidied at night: doubles merged, what is over closed, what nobody uses put away.",
    Switch(),
    True,
    levels=OF_A_PLACE,
)
MEMORY_HALF_LIFE: Setting[int] = Setting(
    "memory_half_life",
    "After how many days without use a memory counts half; faint ones are put away, pinned ones never.",
    Whole(1, 36_500),
    180,
    levels=OF_A_PLACE,
)
SEARCHES: Setting[str] = Setting(
    "searches",
    "Who says which searches answer a question of several parts: rules, or a model with a call of at most 4 seconds.",
    OneOf(("rules", "model")),
    "rules",
    levels=OF_A_PLACE,
    operator=True,
)
CARD_TOKENS: Setting[int] = Setting(
    "card_tokens",
    "How many tokens of stable facts tidying puts on a person's card, which is always in mind; 0 keeps none.",
    Whole(0, 2_000),
    160,
    levels=OF_A_PLACE,
)
SESSION_PAUSE: Setting[int] = Setting(
    "session_pause",
    "After how many hours without a word a session is over and summed up.",
    Whole(1, 168),
    6,
    levels=OF_A_PLACE,
)

BOT_TURNS: Setting[int] = Setting(
    "bot_turns",
    "How often personas of a channel answer bots that /access allows before a person has spoken there again.",
    Whole(0, 100),
    3,
    levels=OF_A_PLACE,
    in_guilds=True,
)
DIRECT_MESSAGES: Setting[str] = Setting(
    "direct_messages",
    "Who may talk in direct messages: everybody (open), whom the operator lets in by /pairing, or nobody (closed).",
    OneOf(("open", "pairing", "closed")),
    "open",
    levels=("global",),
)
UNSERVED: Setting[str] = Setting(
    "unserved",
    "What I do in a server that the operator's /access rules deny: stay without a word (silent), or leave it.",
    OneOf(("silent", "leave")),
    "silent",
    levels=("global",),
)
PERSON_PACE: Setting[int | None] = Setting(
    "person_pace",
    "How many replies a minute one person gets, wherever they talk; what is more comes later.",
    Maybe(Whole(1, 1000), "as many as they ask for"),
    None,
    levels=OF_A_PLACE,
)
CHANNEL_PACE: Setting[int | None] = Setting(
    "channel_pace",
    "How many replies a minute one channel gets; what is more comes later.",
    Maybe(Whole(1, 1000), "as many as people ask for"),
    None,
    levels=OF_A_PLACE,
)
PERSON_DAY_BUDGET: Setting[Budget | None] = Setting(
    "person_day_budget",
    "How much one person may spend in a day (UTC) on calls of models, wherever they talk.",
    Maybe(Spendable(), "as much as it takes"),
    None,
    levels=("guild", "global"),
    operator=True,
)
PERSON_MONTH_BUDGET: Setting[Budget | None] = Setting(
    "person_month_budget",
    "How much one person may spend in a month (UTC) on calls of models, wherever they talk.",
    Maybe(Spendable(), "as much as it takes"),
    None,
    levels=("guild", "global"),
    operator=True,
)
GUILD_DAY_BUDGET: Setting[Budget | None] = Setting(
    "guild_day_budget",
    "How much a server may spend in a day (UTC) on calls of models.",
    Maybe(Spendable(), "as much as it takes"),
    None,
    levels=("guild", "global"),
    operator=True,
    in_guilds=True,
)
GUILD_MONTH_BUDGET: Setting[Budget | None] = Setting(
    "guild_month_budget",
    "How much a server may spend in a month (UTC) on calls of models.",
    Maybe(Spendable(), "as much as it takes"),
    None,
    levels=("guild", "global"),
    operator=True,
    in_guilds=True,
)
BOT_DAY_BUDGET: Setting[Budget | None] = Setting(
    "bot_day_budget",
    "How much the whole bot may spend in a day (UTC) on calls of models.",
    Maybe(Spendable(), "as much as it takes"),
    None,
    levels=("global",),
    operator=True,
)
BOT_MONTH_BUDGET: Setting[Budget | None] = Setting(
    "bot_month_budget",
    "How much the whole bot may spend in a month (UTC) on calls of models.",
    Maybe(Spendable(), "as much as it takes"),
    None,
    levels=("global",),
    operator=True,
)
THRIFTY_AT: Setting[int] = Setting(
    "thrifty_at",
    "From how many percent of a budget on the thrifty_models answer.",
    Whole(1, 100),
    80,
    levels=("guild", "global"),
    operator=True,
)
THRIFTY_MODELS: Setting[tuple[str, ...] | None] = Setting(
    "thrifty_models",
    "The cheaper models that answer when a budget is nearly spent; the first of them that is there.",
    Maybe(Names(), "the same as ever"),
    None,
    levels=("guild", "global"),
    operator=True,
)

ALERTS_CHANNEL: Setting[Room | None] = Setting(
    "alerts_channel",
    "The channel in which owners are told what goes wrong; /alerts here makes it this one.",
    Maybe(Somewhere(), "they are told by /alerts list and /status only"),
    None,
    levels=("global",),
    operator=True,
)
ALERTS_PAUSE: Setting[int] = Setting(
    "alerts_pause",
    "For how many minutes after one alert the next of its kind is only counted.",
    Whole(1, 10_080),
    60,
    levels=("global",),
    operator=True,
)
RUNWAY_DAYS: Setting[int | None] = Setting(
    "runway_days",
    "For how many days the provider's balance should last; where it does not, cheaper models answer, then shortly.",
    Maybe(Whole(1, 365), "nothing is saved because of the balance"),
    3,
    levels=("global",),
    operator=True,
)
KEEP_AFTER_LEAVING: Setting[int] = Setting(
    "keep_after_leaving",
    "For how many days what was said and set in a server is kept after I left it; 0 erases it at once.",
    Whole(0, 3650),
    30,
    levels=("global",),
    operator=True,
)

SETTINGS: tuple[Setting[object], ...] = (
    MODELS,
    TEMPERATURE,
    TOP_P,
    REPLY_TOKENS,
    HISTORY_TOKENS,
    REPLY_LENGTH,
    LANGUAGE,
    STREAMING,
    SUGGESTIONS,
    WHY_BUTTON,
    TRIGGER,
    QUIET_HOURS,
    TIME_ZONE,
    SHARED_MEMORY,
    CONSOLIDATION,
    MEMORY_HALF_LIFE,
    SESSION_PAUSE,
    CARD_TOKENS,
    SEARCHES,
    LORE_BUDGET,
    BOT_TURNS,
    DIRECT_MESSAGES,
    UNSERVED,
    PERSON_PACE,
    CHANNEL_PACE,
    PERSON_DAY_BUDGET,
    PERSON_MONTH_BUDGET,
    GUILD_DAY_BUDGET,
    GUILD_MONTH_BUDGET,
    BOT_DAY_BUDGET,
    BOT_MONTH_BUDGET,
    THRIFTY_AT,
    THRIFTY_MODELS,
    ALERTS_CHANNEL,
    ALERTS_PAUSE,
    RUNWAY_DAYS,
    KEEP_AFTER_LEAVING,
)


def defaults(static: Static) -> Mapping[str, str]:
    """The last tier: every setting as it stands where nobody has set it."""
    return {
        setting.name: written(getattr(static, setting.static) if setting.static else setting.default)
        for setting in SETTINGS
    }


def resolve(setting: Setting[object], texts: Iterable[str | None]) -> int | None:
    """Which of these texts, nearest first, is in force, None where the default is: the first that can be read."""
    return next((at for at, text in enumerate(texts) if text is not None and _readable(setting, text)), None)


def _readable(setting: Setting[object], text: str) -> bool:
    """Whether this release takes it: one that another release kept may be out of bounds by now."""
    try:
        setting.read(text)
    except Unfit:
        return False
    return True
