"""What to do after a try to say something, and when we cannot know whether it was heard. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bot.ports import SendFault

# Discord recognises a nonce "within the past few minutes"; half of the least that can mean is safe.
NONCE_MS = 60_000
_LOOK_AFTER_S = 2.0  # what a proxy gave up on may still arrive; look when it has
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 300.0
_MOST_TRIES = 12
_INSTEAD = {
    SendFault.BLOCKED: "-# I had an answer, but this server's moderation rules don't let me say it here.",
    SendFault.LINK: "-# I had an answer, but a link in it is taken for harmful here, so I can't say it.",
    SendFault.INVALID: "-# I had an answer, but it could not be posted here. Please ask again in other words.",
}
SENTENCES = frozenset(_INSTEAD.values())


@dataclass(frozen=True, slots=True)
class Repeat:
    """Post it again: its nonce makes a second message impossible."""


@dataclass(frozen=True, slots=True)
class Look:
    """Look for it on the platform before anything else, but give it that many seconds to arrive."""

    after_s: float


@dataclass(frozen=True, slots=True)
class Wait:
    """Try again after that many seconds; ``certain`` says that the platform has nothing of it."""

    delay_s: float
    certain: bool


@dataclass(frozen=True, slots=True)
class Instead:
    """It can't be said in these words; say that in its place, and drop it where one of SENTENCES was refused."""

    text: str


@dataclass(frozen=True, slots=True)
class Drop:
    """It can't be said there."""


def resolve(*, repeatable: bool, age_ms: int) -> Repeat | Look:
    """How to settle a try that was never acknowledged, begun ``age_ms`` milliseconds ago."""
    return Repeat() if repeatable and age_ms < NONCE_MS else Look(_LOOK_AFTER_S)


def after(fault: SendFault, tries: int, retry_after_s: float | None) -> Wait | Instead | Drop:
    """What to do after a failed try, the ``tries``-th of this part."""
    if fault in _INSTEAD:
        return Instead(_INSTEAD[fault])
    if fault in (SendFault.GONE, SendFault.FORBIDDEN):
        return Drop()
    if tries >= _MOST_TRIES:
        return Drop()
    backoff = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0 ** (tries - 1))
    if fault is SendFault.DOUBT:
        return Wait(max(_LOOK_AFTER_S, backoff), certain=False)
    return Wait(backoff if retry_after_s is None else retry_after_s, certain=True)
