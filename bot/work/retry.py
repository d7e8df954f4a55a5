"""After a failure: try again, and when, or give up, and what to say. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from bot.ports import ModelFault

BUG = "BUG"
CRASHED = "CRASHED"
DEADLINE = "DEADLINE"

_SENTENCES = {
    BUG: "Something in me broke while I was answering. The operator can see it with /queue list and retry it.",
    CRASHED: "I was stopped several times while answering this, so I gave it up. /queue retry tries once more.",
    DEADLINE: "Answering took longer than I may take, so I gave it up. Please try again.",
}

# Another try with the same model would end the same way.
_SETTLED = {
    ModelFault.WRONG_KEY,
    ModelFault.UNKNOWN_MODEL,
    ModelFault.OUT_OF_CREDIT,
    ModelFault.TOO_LONG,
    ModelFault.REFUSED,
    ModelFault.OWN_KEY_REFUSED,
    ModelFault.OWN_KEY_SPENT,
    ModelFault.OWN_KEY_LOST,
}
_FIRST_WAIT_S = 0.5


@dataclass(frozen=True, slots=True)
class Limits:
    """Tries in all, and in seconds the longest wait between two and the deadline of the whole."""

    attempts: int
    longest_wait_s: float
    deadline_s: float


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong in which try; ``other_model`` says that the next try asks a model not asked yet."""

    fault: ModelFault | str
    attempt: int
    other_model: bool = False
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Try again after that many seconds."""

    delay_s: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """No further try; the sentence is for the person who waits."""

    sentence: str


def decide(failure: Failure, limits: Limits, *, left_s: float, jitter: float) -> TryAgain | GiveUp:
    """What to do next, with ``left_s`` seconds to the deadline and a ``jitter`` in 0..1."""
    if failure.attempt >= limits.attempts:
        return GiveUp(_told(failure))
    if failure.fault in _SETTLED and not failure.other_model:
        return GiveUp(_told(failure))
    delay = 0.0 if failure.other_model else _delay(failure, limits, jitter)
    if delay is None or delay >= left_s:
        return GiveUp(_told(failure))
    return TryAgain(delay)


def _delay(failure: Failure, limits: Limits, jitter: float) -> float | None:
    """Doubling waits with jitter; the server's own wish goes first, unless it is longer than we may wait."""
    if failure.retry_after_s is not None:
        return failure.retry_after_s if failure.retry_after_s <= limits.longest_wait_s else None
    longest: float = min(limits.longest_wait_s, _FIRST_WAIT_S * 2.0**failure.attempt)
    return longest * (0.5 + jitter / 2)


def _told(failure: Failure) -> str:
    """The sentence of its fault; where the server named a longer rest than a minute, no shorter one is promised."""
    minutes = ceil((failure.retry_after_s or 0) / 60)
    said = sentence(failure.fault)
    if minutes < 2:
        return said
    return said.replace("in a minute", f"in {minutes} minutes" if minutes <= 90 else f"in {ceil(minutes / 60)} hours")


def sentence(fault: ModelFault | str) -> str:
    """What the person who waits is told."""
    return fault.value if isinstance(fault, ModelFault) else _SENTENCES[fault]


def name_of(fault: ModelFault | str) -> str:
    """The fault as kept with the work item."""
    return fault.name if isinstance(fault, ModelFault) else fault
