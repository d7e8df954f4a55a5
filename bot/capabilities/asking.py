"""Asks a model for JSON of one form, with one chance to correct itself."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.capabilities.base import Desk
from bot.ports import Model, ModelFailed, ModelFault, Question, Turn, Usage
from bot.spending.till import Wish
from bot.text.tokens import estimate_tokens
from storage.records import ModelCall, WorkItem

M = TypeVar("M", bound=BaseModel)
_ANSWER_TOKENS = 3_000
_MOST_ERRORS = 5


@dataclass(frozen=True, slots=True)
class Asker:
    """One model for one work item; each call is recorded however it ends."""

    item: WorkItem
    desk: Desk
    model: Model

    async def ask(self, persona: str, instructions: str, payload: str, form: type[M]) -> M:
        """The answer; raises Declined, or ModelFailed, BROKEN when the second answer can't be read either."""
        question = self._question(persona, instructions, payload, form)
        text = await self._call(question)
        try:
            return form.model_validate_json(bare(text))
        except ValidationError as error:
            wrong = error
        if not self.has_time():
            raise ModelFailed(ModelFault.BROKEN, f"no {form.__name__} in JSON")
        turns = (*question.turns, Turn("persona", persona, text), Turn("person", "Reader", _complaint(wrong)))
        try:
            return form.model_validate_json(bare(await self._call(replace(question, turns=turns))))
        except ValidationError as error:
            raise ModelFailed(ModelFault.BROKEN, f"no {form.__name__} in JSON, twice") from error

    def can_ask(self, form: type[BaseModel]) -> bool:
        """Whether the model can answer by that form at all, and before the item's deadline."""
        return self.model.fills(form.__name__) and self.has_time()

    def has_time(self) -> bool:
        """Whether another call would end before the item's deadline."""
        left_ms = (self.item.deadline_at or 0) - self.desk.clock.now()
        return left_ms > self.desk.budget.call_s * 1000

    def _question(self, persona: str, instructions: str, payload: str, form: type[BaseModel]) -> Question:
        budget = self.desk.budget
        return Question(
            persona=persona,
            instructions=instructions,
            turns=(Turn("person", "Messages", payload),),
            temperature=0.0,
            max_tokens=max(budget.reply_tokens, _ANSWER_TOKENS),
            first_token_s=budget.first_token_s,
            stall_s=budget.stall_s,
            total_s=budget.call_s,
            schema=form.model_json_schema(),
        )

    async def _call(self, question: Question) -> str:
        model = await self.desk.till.afford(Wish(self.model, _read(question), question.max_tokens), self.desk.calls)
        began = self.desk.clock.now()
        text, usage, outcome = "", None, "STOPPED"
        try:
            async with aclosing(model.stream(question)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Usage):
                        usage = piece
                    else:
                        text += piece
            outcome = "OK"
        except ModelFailed as failure:
            outcome = failure.fault.name
            raise
        finally:
            usage = usage or Usage(_read(question), estimate_tokens(text), measured=False)
            self.desk.calls.append(self._record(model, usage, outcome, began))
        return text

    def _record(self, model: Model, usage: Usage, outcome: str, began: int) -> ModelCall:
        return ModelCall(
            id=self.desk.ids.new("cal"),
            work_id=self.item.id,
            attempt=self.item.attempts,
            model=model.name,
            outcome=outcome,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            measured=int(usage.measured),
            first_token_ms=None,
            total_ms=self.desk.clock.now() - began,
            voice_version_id=None,
            house_version_id=None,
            called_at=began,
            cached_tokens=usage.cached_tokens,
        )


def _read(question: Question) -> int:
    return estimate_tokens(question.instructions) + sum(estimate_tokens(turn.text) for turn in question.turns)


def bare(text: str) -> str:
    """The JSON object of an answer without what models put around one."""
    first, last = text.find("{"), text.rfind("}")
    return text[first : last + 1] if 0 <= first < last else text


def _complaint(error: ValidationError) -> str:
    """What is wrong, by place and rule only: never the words that were sent."""
    wrong = [f"{'.'.join(map(str, one['loc'])) or 'it'}: {one['msg']}" for one in error.errors()[:_MOST_ERRORS]]
    return f"That could not be read ({'; '.join(wrong)}). Send the whole answer again as JSON only."
