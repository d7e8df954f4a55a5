"""From an idea to a draft: three questions to a model, each asked again once when the answer can't be used."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from bot.drafting import steps
from bot.drafting.fitness import declined, unfit
from bot.drafting.rules import by_rules
from bot.drafting.steps import CHECK, FACE, VOICE, S, Step, Unusable
from bot.drafting.writer import Draft, NoDraft, Writer

LONGEST_IDEA = 400
_LATE = "Drafting took longer than it may; please try again, or write it yourself with /persona create."
_RUBBISH = (
    "The language model gave no draft that can be used, twice; please try again, put the idea another way, "
    "or write it yourself with /persona create."
)


@dataclass(frozen=True, slots=True)
class _Idea:
    words: str
    name: str = ""
    concept: str = ""
    voice: str = ""

    def material(self) -> str:
        """What a step works with, on one line that can end nothing around it."""
        known = {"idea": self.words, "name": self.name, "concept": self.concept, "voice": self.voice}
        return json.dumps({key: text for key, text in known.items() if text}, ensure_ascii=False)


async def draft(idea: str, writer: Writer, within_s: float) -> Draft:
    """A draft within that many seconds; raises NoDraft with a sentence for the person."""
    if refusal := unfit(idea):
        raise NoDraft(refusal)
    if not writer.models:
        return by_rules(idea)
    try:
        async with asyncio.timeout(within_s):
            return await _by_model(idea, writer)
    except TimeoutError:
        raise NoDraft(_LATE) from None


async def _by_model(words: str, writer: Writer) -> Draft:
    checked = await _step(CHECK, _Idea(words), writer)
    if checked.verdict != "fit":
        raise NoDraft(declined(checked.verdict))
    voiced = await _step(VOICE, _Idea(words, checked.name, checked.concept), writer)
    faced = await _step(FACE, _Idea(words, checked.name, checked.concept, voiced.voice), writer)
    return _joined(checked, voiced, faced, writer.calls[-1].model)


def _joined(checked: steps.Checked, voiced: steps.Voiced, faced: steps.Faced, model: str) -> Draft:
    return Draft(
        display_name=checked.name,
        description=faced.description,
        voice=voiced.voice,
        limits=tuple(voiced.limits),
        traits=tuple(faced.traits),
        greeting=faced.greeting,
        starters=tuple(faced.starters),
        model=model,
    )


async def _step(step: Step[S], idea: _Idea, writer: Writer) -> S:
    """The answer to one step; raises NoDraft after a second one that can't be used."""
    wrong = ""
    for _ in range(2):
        text = await writer.write(step.instructions(wrong), idea.material())
        try:
            return step.read(text)
        except Unusable as unusable:
            wrong = str(unusable)
    raise NoDraft(_RUBBISH)
