"""A circuit breaker for each of the bot's models: one that keeps failing rests, and is tried again by one call alone.

In memory: another process finds out for itself, and so does the next start.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from bot.ports import Behind, Clock, Model, ModelFailed, ModelFault, Question, Usage

FAILURES = 5  # in a row
REST_MS = 30_000
# What the model or its server is to blame for. Any other fault shows that it answers: the question, the account or
# the pace is at fault, and asking another time or another way helps.
_ITS_OWN = {
    ModelFault.UNREACHABLE,
    ModelFault.TIMED_OUT,
    ModelFault.STALLED,
    ModelFault.BROKEN,
    ModelFault.UNKNOWN_MODEL,
}


@dataclass(slots=True)
class Breaker:
    """One model's, which changes with every call; at ``rested_at`` it may be tried again, None while it is closed."""

    failures: int = 0
    rested_at: int | None = None
    fault: ModelFault = ModelFault.UNREACHABLE
    on_trial: bool = False

    def up(self, now: int) -> bool:
        """Whether a call would go out now."""
        return self.rested_at is None or (now >= self.rested_at and not self.on_trial)

    def begin(self, now: int) -> bool:
        """Let a call out, True when it is the trial; raises ModelFailed when the model rests."""
        if not self.up(now):
            left_s = max(1.0, ((self.rested_at or now) - now) / 1000)
            raise ModelFailed(self.fault, "it failed too often and rests", left_s)
        self.on_trial = self.rested_at is not None
        return self.on_trial

    def answered(self) -> None:
        """It works."""
        self.failures, self.rested_at = 0, None

    def failed(self, fault: ModelFault, now: int, *, trial: bool) -> None:
        """It does not; calls that were on their way when it began to rest do not make the rest longer."""
        self.failures, self.fault = self.failures + 1, fault
        if trial or (self.rested_at is None and self.failures >= FAILURES):
            self.rested_at = now + REST_MS


class Breakers:
    """The breakers of the bot's own models, by name; calls by keys that people brought go past them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._each: dict[str, Breaker] = {}

    def guard(self, model: Model) -> Model:
        """The model behind its breaker."""
        return _Guarded(model, self._each.setdefault(model.name, Breaker()), self._clock)

    def up(self, models: Sequence[Model]) -> tuple[Model, ...]:
        """Those that can be asked, in their order; all of them where none can, to say why."""
        now = self._clock.now()
        return tuple(model for model in models if self._of(model.name).up(now)) or tuple(models)

    def states(self) -> Mapping[str, Breaker]:
        """Every breaker by the name of its model."""
        return self._each

    def told(self, name: str) -> str:
        """Why a model rests, for people; '' for one that does not."""
        now, breaker = self._clock.now(), self._of(name)
        if breaker.rested_at is None:
            return ""
        why = breaker.fault.name.replace("_", " ").lower()
        left_s = max(0, breaker.rested_at - now) // 1000
        when = f"tried again in {left_s} s" if left_s else "tried again by the next reply"
        return f"❌ {name} rests after {breaker.failures} failures ({why}); {when}"

    def _of(self, name: str) -> Breaker:
        return self._each.get(name) or Breaker()


class _Guarded(Behind):
    """A model whose calls its breaker counts."""

    def __init__(self, model: Model, breaker: Breaker, clock: Clock) -> None:
        super().__init__(model)
        self._breaker = breaker
        self._clock = clock

    async def stream(self, question: Question) -> AsyncGenerator[str | Usage, None]:
        """Yield pieces and one Usage; raises ModelFailed, at once while the model rests."""
        trial = self._breaker.begin(self._clock.now())
        try:
            async with aclosing(self._model.stream(question)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Usage):
                        self._breaker.answered()
                    yield piece
        except ModelFailed as failed:
            self._count(failed.fault, trial=trial)
            raise
        finally:
            if trial:
                self._breaker.on_trial = False

    def _count(self, fault: ModelFault, *, trial: bool) -> None:
        if fault in _ITS_OWN:
            self._breaker.failed(fault, self._clock.now(), trial=trial)
        else:
            self._breaker.answered()


def in_order(models: tuple[Model, ...], names: tuple[str, ...] | None) -> tuple[Model, ...]:
    """The models of those names in that order; all of them where none is named, or none of those is here."""
    named = [model for name in names or () for model in models if model.name == name]
    return tuple(named) or models
