"""The chat capability: briefing, model, reply."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, replace

from bot.capabilities.base import Budget, Desk, Outcome, Reply
from bot.capabilities.chat import pace, wrong
from bot.capabilities.chat.briefing import Briefing, brief
from bot.capabilities.chat.citing import bare, with_cited
from bot.capabilities.chat.history import Window, cost
from bot.capabilities.chat.lorebook import told
from bot.capabilities.chat.notes import known
from bot.capabilities.chat.prompt import render, with_wishes
from bot.capabilities.chat.sight import Sight, see
from bot.capabilities.chat.splitting import Splitter
from bot.personas.ban import sentence
from bot.personas.face import face_of, starter_buttons
from bot.ports import Draft, Growing, Model, ModelFailed, ModelFault, Question, Usage
from bot.settings.quiet import quiet_until
from bot.settings.snapshot import Snapshot
from bot.spending.till import Wish
from bot.text.tokens import estimate_tokens
from config import dynamic
from storage.records import ModelCall, WorkItem

_SHORT = 4  # a short reply may be this part of an ordinary one
_LEAST_ROOM = 16  # tokens; servers refuse less
_SMALLEST_WINDOW = 200  # tokens; below it a shorter history would no longer hold a conversation


@dataclass(frozen=True, slots=True)
class Chat:
    """Answers what was said; stateless, so one serves every conversation."""

    name: str = "chat"
    silent: bool = False

    async def run(self, item: WorkItem, desk: Desk) -> Outcome:
        """One reply to everything the item was asked; raises ModelFailed and Declined."""
        shared = desk.settings[dynamic.SHARED_MEMORY]
        briefing = await desk.database.read(brief, item, desk.budget.history_tokens, shared=shared)
        if briefing is None:
            return Outcome()
        later = _later(briefing, item, desk)
        if later is not None:
            return Outcome(not_before=later)
        wait = await _paced(briefing, item, desk)
        if wait is not None:
            return wait
        instructions = _instructions(briefing, desk.settings)
        budget = desk.budget.history_tokens - estimate_tokens(instructions)
        face = face_of(briefing.persona.id, briefing.persona.sheet)
        growing = briefing.growing(face, item.id, whole=desk.settings[dynamic.STREAMING] == "whole")
        notice = _instead(briefing, budget)
        if notice:
            return Outcome(notice=notice, answered=growing.answered, reply_to=growing.reply_to)
        if said := wrong.answer(briefing):
            return Outcome(reply=said)
        draft = desk.grow(growing)
        model = desk.models[(item.attempts - 1) % len(desk.models)]
        splitter = Splitter(item, desk, model)
        while True:
            sight = await see(desk, briefing, budget, splitter)
            reply = _reply(briefing, sight.window, growing, suggest=desk.settings[dynamic.SUGGESTIONS])
            explained = desk.settings[dynamic.WHY_BUTTON] == "used"
            reply = replace(reply, reminded=sight.reminded, explained=explained)
            desk.unfinished = reply
            call = _Call(item, desk, model, briefing, draft)
            try:
                text = await call.make(_question(briefing, instructions, sight, desk))
                return Outcome(reply=replace(reply, text=bare(text), reminded=with_cited(sight.reminded, text)))
            except ModelFailed as failure:
                budget //= 2
                if failure.fault is not ModelFault.TOO_LONG or budget < _SMALLEST_WINDOW or len(sight.window.turns) < 2:
                    raise


def _later(briefing: Briefing, item: WorkItem, desk: Desk) -> int | None:
    """When quiet hours let it begin, None for now; what was begun before them is brought to its end."""
    if not briefing.conversation.guild_id or item.attempts > 1:
        return None
    settings = desk.settings
    return quiet_until(settings[dynamic.QUIET_HOURS], settings[dynamic.TIME_ZONE], desk.clock.now())


async def _paced(briefing: Briefing, item: WorkItem, desk: Desk) -> Outcome | None:
    """The wait that a pace asks for, None for none; what was begun is brought to its end."""
    if item.attempts > 1 or not pace.is_set(desk.settings):
        return None
    now = desk.clock.now()
    until = await desk.database.read(pace.held_back, item, briefing, desk.settings, now)
    if until is None:
        return None
    face = face_of(briefing.persona.id, briefing.persona.sheet)
    growing = briefing.growing(face, item.id, whole=True)
    words = pace.sentence(until, now)
    return Outcome(not_before=until, notice=words, answered=growing.answered, reply_to=growing.reply_to)


def _instructions(briefing: Briefing, settings: Snapshot) -> str:
    rendered = render(briefing.house.template, briefing.voice.template, briefing.persona.sheet)
    return with_wishes(rendered, settings[dynamic.LANGUAGE], settings[dynamic.REPLY_LENGTH])


def _instead(briefing: Briefing, budget: int) -> str:
    """What is said in place of a reply, '' when there is nothing against one."""
    if briefing.persona.banned:
        return sentence(briefing.persona.sheet.display_name)
    return _too_long(briefing, budget) if cost(briefing.history[-1]) > budget else ""


def _too_long(briefing: Briefing, budget: int) -> str:
    size = cost(briefing.asked[-1])
    return (
        f"That message is about {size:,} tokens long and I can read at most {max(budget, 0):,} at once. "
        "Could you send me the part that matters most?"
    )


def _room(budget: Budget, length: str) -> int:
    """The most tokens of a reply."""
    return max(_LEAST_ROOM, budget.reply_tokens // _SHORT) if length == "short" else budget.reply_tokens


def _question(briefing: Briefing, instructions: str, sight: Sight, desk: Desk) -> Question:
    sheet, settings, budget = briefing.persona.sheet, desk.settings, desk.budget
    set_for_here = settings[dynamic.TEMPERATURE]
    return Question(
        persona=sheet.display_name,
        instructions=instructions,
        turns=sight.window.turns,
        earlier=sight.earlier,
        known=known(sight.reminded, briefing.person.id if briefing.person else "", desk.clock.now()),
        lore=told(sight.lore),
        greeting=sheet.greeting,
        starters=sheet.starters,
        temperature=sheet.temperature if set_for_here is None else set_for_here,
        top_p=settings[dynamic.TOP_P],
        max_tokens=_room(budget, settings[dynamic.REPLY_LENGTH]),
        first_token_s=budget.first_token_s,
        stall_s=budget.stall_s,
        total_s=budget.call_s,
        zone=settings[dynamic.TIME_ZONE],
        paused=briefing.paused,
        wants_all=sight.wide,
        untold=sight.in_vain,
        kept=None if briefing.kept is None else tuple(one.statement for one in briefing.kept),
    )


def _reply(briefing: Briefing, window: Window, growing: Growing, *, suggest: bool) -> Reply:
    sheet = briefing.persona.sheet
    history_cut = window.left_out > 0 or briefing.more
    footnote = ""
    if history_cut and not briefing.was_cut:
        turns = len(window.turns)
        read = f"I can read back {turns} message{'' if turns == 1 else 's'} here"
        footnote = f"{read}; what came before is out of my sight, but for what I recall of it."
    footnote = "\n-# ".join(filter(None, [_remembered(briefing), footnote]))
    return Reply(
        text="",
        name=sheet.display_name,
        footnote=footnote,
        buttons=starter_buttons(briefing.persona.id, sheet) if briefing.begins and suggest else (),
        answered=growing.answered,
        reply_to=growing.reply_to,
        reply_to_message=briefing.asked[-1].id,
        voice_version_id=briefing.voice.id,
        house_version_id=briefing.house.id,
        history_cut=history_cut,
    )


def _remembered(briefing: Briefing) -> str:
    """What was kept because they asked for it, whatever a model says of it; '' for nothing."""
    kept = [" ".join(one.statement.split()) for one in briefing.kept or ()]
    return f"Remembered: {'; '.join(kept)}" if kept else ""


@dataclass(slots=True)
class _Call:
    """One call of a model: its pieces go to the draft, and how it went is recorded however it ends."""

    item: WorkItem
    desk: Desk
    model: Model
    briefing: Briefing
    draft: Draft
    text: str = ""
    first_at: int | None = None
    usage: Usage | None = None

    async def make(self, question: Question) -> str:
        """The whole text; raises ModelFailed, and Declined before anything was asked."""
        wish = Wish(self.model, _read(question), question.max_tokens)
        self.model = await self.desk.till.afford(wish, self.desk.calls)
        began = self.desk.clock.now()
        outcome = "STOPPED"
        self.desk.stage("asked")
        try:
            await self._listen(question)
            outcome = "OK"
        except ModelFailed as failure:
            outcome = failure.fault.name
            raise
        finally:
            self.desk.calls.append(self._record(question, outcome, began))
        self.desk.stage("answered")
        return self.text

    async def _listen(self, question: Question) -> None:
        async with aclosing(self.model.stream(question)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Usage):
                    self.usage = piece
                    continue
                if self.first_at is None:
                    self.first_at = self.desk.clock.now()
                    self.desk.stage("first_token")
                self.text += piece
                self.draft.show(bare(self.text, grows=True))
        if not bare(self.text).strip():
            raise ModelFailed(ModelFault.BROKEN, "an empty reply")

    def _record(self, question: Question, outcome: str, began: int) -> ModelCall:
        usage = self.usage or Usage(_read(question), estimate_tokens(self.text), measured=False)
        return ModelCall(
            id=self.desk.ids.new("cal"),
            work_id=self.item.id,
            attempt=self.item.attempts,
            model=self.model.name,
            outcome=outcome,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            measured=int(usage.measured),
            first_token_ms=None if self.first_at is None else self.first_at - began,
            total_ms=self.desk.clock.now() - began,
            voice_version_id=self.briefing.voice.id,
            house_version_id=self.briefing.house.id,
            called_at=began,
            cached_tokens=usage.cached_tokens,
        )


def _read(question: Question) -> int:
    """An estimate of the tokens a model reads."""
    said = [turn.text for turn in (*question.turns, *(one.turn for one in question.earlier))]
    notes = [one.statement for one in question.known]
    notes += [f"{one.title}: {one.text}" for one in question.lore]
    return sum(estimate_tokens(text) for text in (question.instructions, *notes, *said))
