"""What drafting works with: the models in their order, how long they may take, and a record of every call."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field

from bot.ports import Clock, Model, ModelFailed, ModelFault, Question, Turn, Usage
from bot.text.tokens import estimate_tokens
from storage.ids import Ids
from storage.records import ModelCall

_NAME = "Persona"
_MOST_TOKENS = 1500


class NoDraft(Exception):
    """No draft was made and nothing was kept; the message is one sentence that says what to do next."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A persona that nobody has confirmed; ``model`` wrote it, '' for rules that only rearrange the idea."""

    display_name: str
    description: str
    voice: str
    greeting: str
    starters: tuple[str, ...]
    limits: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    model: str = ""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call may take, in seconds: to its first word, between two, and in all."""

    first_token_s: float
    stall_s: float
    call_s: float


@dataclass(slots=True)
class Writer:
    """Asks the models; ``calls`` grows with each, however it ends. Without models there is nobody to ask."""

    models: tuple[Model, ...]
    patience: Patience
    clock: Clock
    ids: Ids
    calls: list[ModelCall] = field(default_factory=list)

    async def write(self, instructions: str, material: str) -> str:
        """What the first model that answers writes; raises NoDraft."""
        question = Question(
            persona=_NAME,
            instructions=instructions,
            turns=(Turn("person", "Idea", material),),
            max_tokens=_MOST_TOKENS,
            first_token_s=self.patience.first_token_s,
            stall_s=self.patience.stall_s,
            total_s=self.patience.call_s,
        )
        fault = ModelFault.UNREACHABLE
        for model in self.models:
            try:
                return await _Call(self, model, question).make()
            except ModelFailed as failed:
                fault = failed.fault
                if fault is ModelFault.REFUSED:
                    break
        raise NoDraft(fault.value)


@dataclass(slots=True)
class _Call:
    writer: Writer
    model: Model
    question: Question
    text: str = ""
    first_at: int | None = None
    usage: Usage | None = None

    async def make(self) -> str:
        """The whole text; raises ModelFailed."""
        began, outcome = self.writer.clock.now(), "STOPPED"
        try:
            await self._listen()
            outcome = "OK"
        except ModelFailed as failed:
            outcome = failed.fault.name
            raise
        finally:
            self.writer.calls.append(self._record(outcome, began))
        return self.text

    async def _listen(self) -> None:
        async with aclosing(self.model.stream(self.question)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Usage):
                    self.usage = piece
                    continue
                self.first_at = self.first_at or self.writer.clock.now()
                self.text += piece

    def _record(self, outcome: str, began: int) -> ModelCall:
        asked = estimate_tokens(self.question.instructions + self.question.turns[0].text)
        usage = self.usage or Usage(asked, estimate_tokens(self.text), measured=False)
        return ModelCall(
            id=self.writer.ids.new("cal"),
            work_id=None,
            attempt=len(self.writer.calls) + 1,
            model=self.model.name,
            outcome=outcome,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            measured=int(usage.measured),
            first_token_ms=None if self.first_at is None else self.first_at - began,
            total_ms=self.writer.clock.now() - began,
            voice_version_id=None,
            house_version_id=None,
            called_at=began,
            cached_tokens=usage.cached_tokens,
        )
