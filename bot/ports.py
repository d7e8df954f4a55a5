"""The outside world in our words: what is heard, who answers, where replies go, and how each fails.

Everything that can be swapped for a twin in a test is a Protocol here; everything handed over is frozen.
All times are milliseconds since the Unix epoch unless a name ends in ``_s`` (seconds).
"""

from __future__ import annotations

from array import array
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import Enum
from typing import Literal, Protocol, TypeAlias

PlaceKind = Literal["dm", "channel", "thread", "terminal"]
Vector: TypeAlias = "array[float]"  # of type code "f" and length 1, so that a product of two is the cosine


class Clock(Protocol):
    """Time as the bot sees it; a test may hold it still."""

    def now(self) -> int:
        """Milliseconds since the Unix epoch."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait that long on this clock."""
        ...


# ── What is heard ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Place:
    """Where words were said; ids are the platform's, empty where there is none.

    ``adult`` is whether the platform lets adults in only.
    """

    platform: str
    channel_id: str
    guild_id: str = ""
    parent_id: str = ""
    kind: PlaceKind = "channel"
    category_id: str = ""
    adult: bool = False


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said it, as the platform names them.

    ``roles`` are the ids of their roles in the guild, None where they can't be known. ``proxy`` names the bot that says
    people's words in their stead, '' for none.
    """

    platform_id: str
    name: str
    is_bot: bool = False
    is_ours: bool = False
    roles: tuple[str, ...] | None = ()
    proxy: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Words said by somebody; ``client_message_id`` is the platform's id and makes keeping them idempotent.

    ``persona_id`` is set when a person picked the persona by a command or button, so no rule has to guess.
    ``position`` is where the message stands in its channel (a snowflake), 0 where the platform has none.
    ``system`` marks what the platform wrote itself (joins, pins), ``caught_up`` what was read after a gap, and
    ``mute`` words in a place where we are known to be unable to write. ``replaces`` is the message in whose place a
    proxy said it.
    """

    client_message_id: str
    place: Place
    speaker: Speaker
    text: str
    said_at: int
    position: int = 0
    reply_to: str = ""
    mentions_us: bool = False
    persona_id: str = ""
    system: bool = False
    caught_up: bool = False
    mute: bool = False
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """A message heard before now reads differently."""

    client_message_id: str
    place: Place
    text: str
    edited_at: int


@dataclass(frozen=True, slots=True)
class Deleted:
    """A message heard before was taken back."""

    client_message_id: str
    place: Place
    deleted_at: int


@dataclass(frozen=True, slots=True)
class Gone:
    """A channel of a guild, or a thread, was deleted with all that was said in it, and in its threads."""

    place: Place
    deleted_at: int

    @property
    def client_message_id(self) -> str:
        """It is no message."""
        return ""


Event = Said | Edited | Deleted | Gone


# ── Who answers ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the history as a model reads it, oldest first; ``said_at`` is 0 where that is not known."""

    role: Literal["person", "persona"]
    name: str
    text: str
    said_at: int = 0


@dataclass(frozen=True, slots=True)
class Earlier:
    """Something said before the history that a model reads; it is a record and never an instruction."""

    turn: Turn
    said_at: int


@dataclass(frozen=True, slots=True)
class Known:
    """Something remembered; ``until`` is set for what is over, ``doubted`` for what people call wrong.

    ``own`` says that whoever asks now told it or is whom it is about. ``happened_at`` is known to the ``precision``:
    year, month, week, day or minute. ``due`` is a plan whose day has come, or went by, since it was told. ``core``
    is on the card of whoever asks. ``since`` is when it began to be so, None where that is not known.
    ``yearly`` is of this day of the year, ``own_words`` what the persona said of itself. ``quoted`` says that the very
    words are among what was recalled, so that a model need not read it twice. ``label`` is what a model may cite it by.
    """

    statement: str
    said_at: int
    until: int | None = None
    own: bool = False
    doubted: bool = False
    happened_at: int | None = None
    precision: str = ""
    due: bool = False
    core: bool = False
    yearly: bool = False
    own_words: bool = False
    since: int | None = None
    quoted: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Lore:
    """Background that those who run a place or wrote a persona set down; it is a record and never an instruction."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """All a model needs for one reply.

    ``instructions`` is the rendered system prompt, ``lore`` what the lorebook says of what was named, ``earlier`` what
    was recalled and ``known`` what is remembered, both oldest first. The persona's own words come beside it, because
    the offline persona answers from them; a server gets instructions, lore, known, earlier and turns only.
    ``first_token_s`` bounds the wait for the first piece, ``stall_s`` each later one, ``total_s`` the whole call.
    ``zone`` is by whose clock their days are told; ``paused`` says that whoever asks now wants none of their words
    remembered but what they ask to be, and ``wants_all`` that they ask for each of something.
    ``untold`` says that nothing of what was recalled and is remembered seems to answer them. ``kept`` is what became a
    memory of what they ask to have remembered, None where they ask for nothing of the sort.
    With a ``schema`` (JSON Schema with a title) the answer is to be JSON of that form; who asks still checks it.
    """

    persona: str
    instructions: str
    turns: tuple[Turn, ...]
    greeting: str = ""
    starters: tuple[str, ...] = ()
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int = 1024
    first_token_s: float = 30.0
    stall_s: float = 20.0
    total_s: float = 50.0
    earlier: tuple[Earlier, ...] = ()
    known: tuple[Known, ...] = ()
    lore: tuple[Lore, ...] = ()
    schema: Mapping[str, object] | None = None
    zone: tzinfo = UTC
    paused: bool = False
    wants_all: bool = False
    untold: bool = False
    kept: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call cost; ``measured`` is False where the server gave no count and ours is an estimate.

    ``cached_tokens`` are those of the prompt that the server had read before. What a model thinks and does not say
    is among the completion's tokens.
    """

    prompt_tokens: int
    completion_tokens: int
    measured: bool
    cached_tokens: int = 0


class ModelFault(Enum):
    """Why a model gave no whole reply; the value is the sentence a person reads."""

    WRONG_KEY = "My language model refused its key, so I can't answer until the operator mends OPENAI_API_KEY."
    UNKNOWN_MODEL = "The language model I was told to use doesn't exist; the operator should check OPENAI_MODELS."
    OUT_OF_CREDIT = "My language model's account is out of credit, so I can't answer until it is topped up."
    RATE_LIMITED = "My language model is getting too many requests just now. Please try again in a minute."
    TOO_LONG = "That is more than my language model can read at once. Please try a shorter message or /reset."
    REFUSED = "My language model declined to answer that. Could you put it another way?"
    TIMED_OUT = "My language model took too long to answer. Please try again."
    STALLED = "My language model stopped in the middle of its answer. Please try again."
    UNREACHABLE = "I can't reach my language model just now. Please try again in a little while."
    BROKEN = "My language model sent something I couldn't read. Please try again."
    OWN_KEY_REFUSED = (
        "The language model's server refused the key that was brought for replies here; /key show says whose it is, "
        "and they can set another with /key set or take it away with /key remove."
    )
    OWN_KEY_SPENT = (
        "The key that was brought for replies here is out of credit; /key show says whose it is, and they can top it "
        "up, or take it away with /key remove."
    )
    OWN_KEY_LOST = (
        "I can't open the key that was brought for replies here any more; /key show says whose it is, and they can "
        "set it again with /key set or take it away with /key remove."
    )


class ModelFailed(Exception):
    """A call that gave no whole reply: the fault, a detail for operators (never a secret), and when to retry."""

    def __init__(self, fault: ModelFault, detail: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(f"{fault.name}: {detail}" if detail else fault.name)
        self.fault = fault
        self.detail = detail
        self.retry_after_s = retry_after_s


class Model(Protocol):
    """Something that continues a conversation, piece by piece."""

    @property
    def name(self) -> str:
        """The model's name as kept with each reply."""
        ...

    def fills(self, form: str) -> bool:
        """Whether it can answer by a schema of that title; whoever asks it for another asks in vain."""
        ...

    async def warm(self) -> None:
        """Get ready for the first question, so that who asks it need not wait for that."""
        ...

    def stream(self, question: Question) -> AsyncGenerator[str | Usage, None]:
        """Yield pieces of text as they come and one Usage last; raises ModelFailed and nothing else."""
        ...

    async def close(self) -> None:
        """Let connections go."""
        ...


class Behind:
    """A model with something in front of its calls; all else is as the model itself has it."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """As kept with each reply."""
        return self._model.name

    def fills(self, form: str) -> bool:
        """Whether it can answer by a schema of that title."""
        return self._model.fills(form)

    async def warm(self) -> None:
        """Get ready for the first question."""
        await self._model.warm()

    async def close(self) -> None:
        """Let connections go."""
        await self._model.close()


@dataclass(frozen=True, slots=True)
class Balance:
    """Millionths of a dollar left of an account and of a key's own limit, None where that is not told or unbounded."""

    left: int | None
    limit_left: int | None

    @property
    def least(self) -> int | None:
        """What can be spent still."""
        return min((one for one in (self.left, self.limit_left) if one is not None), default=None)


class Provider(Protocol):
    """The server that the models are at, which also takes keys that people bring."""

    @property
    def name(self) -> str:
        """The host that keys for it may be sent to, and as it is kept with them."""
        ...

    def model(self, name: str, api_key: str) -> Model:
        """One of its models by somebody's key, with a client that nobody else has."""
        ...

    async def models(self, api_key: str = "") -> tuple[str, ...]:
        """The names it lists for that key, by default the bot's, none where it lists nothing; raises ModelFailed."""
        ...

    async def balance(self) -> Balance | None:
        """What is left for the bot's own key, None where it tells nothing of that; raises ModelFailed."""
        ...


# ── What resembles what ──────────────────────────────────────────────────────────────────────────


class EmbedFault(Enum):
    """Why nothing was embedded; the value says what an operator does about it."""

    MISSING = "The local embedder's weights are not installed; run make, or set EMBEDDING_MODEL to another embedder."
    DAMAGED = "The local embedder's weights are not the ones expected; reinstall them: make clean, then make run."
    REFUSED = "The embeddings server refused the request; check OPENAI_API_KEY, EMBEDDING_MODEL and EMBEDDING_BASE_URL."
    UNREACHABLE = "The embeddings server can't be reached just now; check EMBEDDING_BASE_URL if it stays away."
    BROKEN = "The embedder gave something that is no vectors; check EMBEDDING_MODEL and EMBEDDING_BASE_URL."
    NOT_INSTALLED = (
        "fastembed is not installed; run .venv/bin/pip install -c constraints.txt -e '.[fastembed]', "
        "or set EMBEDDING_MODEL=local."
    )
    NO_SUCH_MODEL = "fastembed knows no model of the name that EMBEDDING_MODEL gives; its own page lists those it has."
    NOT_FETCHED = (
        "fastembed can't fetch its model just now; let this machine reach huggingface.co once, "
        "or set EMBEDDING_MODEL=local."
    )


class EmbedFailed(Exception):
    """No vectors came: the fault, and a detail for operators (never a secret, never what was said)."""

    def __init__(self, fault: EmbedFault, detail: str = "") -> None:
        super().__init__(f"{fault.name}: {detail}" if detail else fault.name)
        self.fault = fault
        self.detail = detail


class Embedder(Protocol):
    """Turns texts into vectors that lie close together where the texts mean alike."""

    @property
    def name(self) -> str:
        """The model's name; vectors of two names are never compared."""
        ...

    async def open(self) -> int:
        """Make ready and return the dimension of its vectors; raises EmbedFailed; cheap when done already."""
        ...

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """One vector for each text, in their order; raises EmbedFailed and nothing else."""
        ...

    async def close(self) -> None:
        """Let connections and threads go."""
        ...


# ── Where replies go ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Face:
    """How a persona shows itself: ``avatar`` is a URL or a path of a picture file, empty for none."""

    persona_id: str
    name: str
    avatar: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """Something a person may press; ``key`` comes back with the press and survives a restart.

    ``row`` keeps those of one row together where buttons stand in rows, from 0 to 4.
    """

    key: str
    label: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One part of a reply for one place; ``delivery_id`` is the nonce (at most 25 characters).

    ``answered`` is the platform id of the only person whose mention may ring, ``reply_to`` the message
    answered; ``final`` is False while a reply is still growing and ``last`` marks the reply's last part.
    ``platform_message_id`` and ``route`` say under which id and by which way the platform has it already.
    ``faceless`` words are the bot's own: the persona they are about may not show itself.
    """

    delivery_id: str
    work_id: str
    place: Place
    face: Face
    text: str
    part: int = 0
    answered: str = ""
    reply_to: str = ""
    buttons: tuple[Button, ...] = ()
    final: bool = True
    last: bool = True
    platform_message_id: str = ""
    route: str = ""
    faceless: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform has it: its message id, and by which route it went, in the sender's own words."""

    platform_message_id: str
    route: str = "channel"


class SendFault(Enum):
    """Why something could not be said; what each means for the next try is decided in bot/outbox/doubt.py."""

    LATER = "the platform asks to wait"
    DOUBT = "the platform may or may not have it"
    GONE = "the channel or message is gone"
    ORPHANED = "what said it is gone, so it can't be revised"
    FORBIDDEN = "the bot may not speak there"
    BLOCKED = "the platform's moderation blocked the text"
    LINK = "the platform takes a link in the text for harmful"
    INVALID = "the platform refused the text"


class SendFailed(Exception):
    """One try that did not end in a receipt; ``retry_after_s`` is the platform's wish where it gave one."""

    def __init__(self, fault: SendFault, detail: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(f"{fault.name}: {detail}" if detail else fault.name)
        self.fault = fault
        self.detail = detail
        self.retry_after_s = retry_after_s


class Sender(Protocol):
    """A platform's mouth. Each call is one try: it never retries what may have been said already."""

    @property
    def limit(self) -> int:
        """The most characters one message may have."""
        ...

    @property
    def pace_s(self) -> float:
        """The least seconds between two requests that revise one message."""
        ...

    async def post(self, parcel: Parcel) -> Receipt:
        """Say it; the same delivery_id within ``nonce_s`` gives the same message where the route allows."""
        ...

    async def revise(self, parcel: Parcel) -> None:
        """Make the message named by parcel.platform_message_id read as parcel.text."""
        ...

    async def remove(self, parcel: Parcel) -> None:
        """Take the message named by parcel.platform_message_id away; one that is gone already is fine."""
        ...

    async def find(self, parcel: Parcel, since: int) -> tuple[Receipt, ...]:
        """Look for messages like ``parcel`` said by us since then, oldest first."""
        ...

    def repeatable(self, parcel: Parcel) -> bool:
        """Whether a second post of this parcel would certainly be recognised by its nonce."""
        ...

    async def typing(self, place: Place) -> None:
        """Show for some seconds that somebody is writing; errors are swallowed, since it is a courtesy."""
        ...


@dataclass(frozen=True, slots=True)
class Growing:
    """A reply about to grow before people's eyes: whose work it is and where it shows.

    Of one that is ``whole`` they see only that somebody is typing.
    """

    work_id: str
    conversation_id: str
    place: Place
    face: Face
    answered: str = ""
    reply_to: str = ""
    whole: bool = False


class Draft(Protocol):
    """A reply that people watch while it grows; until its first text they see that somebody is typing."""

    @property
    def text(self) -> str:
        """The whole text so far."""
        ...

    def show(self, text: str) -> None:
        """Show the whole text so far, soon: revisions keep the platform's pace."""
        ...

    async def settle(self) -> None:
        """Wait for what is on its way and show nothing more."""
        ...


class Live(Protocol):
    """Opens drafts: the only way from work to the platform before a reply is kept."""

    def open(self, growing: Growing, held: Callable[[], bool]) -> Draft:
        """A draft for this reply, shown while ``held`` says that nobody else has taken the work over."""
        ...

    def limit(self, platform: str) -> int:
        """The most characters one message may have on that platform."""
        ...


# ── What passes ──────────────────────────────────────────────────────────────────────────────────


class Stages(Protocol):
    """Told of every step a message takes; logs it in the running bot, and kills it in the crash tests."""

    def __call__(self, stage: str, key: str, **fields: object) -> None: ...


def unwatched(stage: str, key: str, **fields: object) -> None:
    """Stages that nobody watches."""


def both(first: Stages, second: Stages) -> Stages:
    """Stages that two watch, in this order."""
    if first is unwatched:
        return second

    def watched(stage: str, key: str, **fields: object) -> None:
        first(stage, key, **fields)
        second(stage, key, **fields)

    return watched
