"""The office of one face: what commands work with, made from the house."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.commands import about
from bot.commands.base import Caller, Explanation, Finding, Keeping, Line, Office, Refused
from bot.commands.words import ago, count, plain
from bot.drafting.draft import draft
from bot.drafting.writer import MOST_READ, MOST_WRITTEN, Draft, NoDraft, Patience, Writer
from bot.house import House
from bot.intake.accept import owe_greeting
from bot.intake.decide import Answer, Ignore, Keep, Rule, Verdict
from bot.models.offline import OFFLINE
from bot.ports import Model, Place, Said, Speaker
from bot.spending import runway
from bot.spending.advance import Advance, settle, take
from bot.spending.budget import Busy, Exhausted, told
from bot.spending.price import priced, total
from config.dynamic import defaults
from config.static import Static
from storage import alerts, conversations, drills, events, messages, outbox, personas, usage
from storage.engines.base import Transaction
from storage.provider_keys import Owner
from storage.records import ModelCall
from storage.settings import Reach

Judge = Callable[[Caller, str, Callable[[Said], Awaitable[Explanation]]], Awaitable[Explanation]]


async def _only_here(caller: Caller, reference: str, explain: Callable[[Said], Awaitable[Explanation]]) -> Explanation:
    raise Refused("A terminal keeps no messages to look up; write /persona why without one.")


async def _nothing_to_check(caller: Caller) -> tuple[Finding, ...]:
    return (Finding(True, "the terminal needs no permissions"),)


def make_office(
    house: House,
    judge: Judge = _only_here,
    diagnose: Callable[[Caller], Awaitable[tuple[Finding, ...]]] = _nothing_to_check,
    report: Callable[[], list[Line]] = list,
    owed: list[str] | None = None,
) -> Office:
    """The commands' office, with what only the platform's face knows handed in."""

    async def speak(said: Said) -> str:
        accepted = await house.intake.hear(said)
        if owed is not None and accepted.work_id:
            owed.append(accepted.work_id)
        return accepted.work_id

    async def greet(place: Place, persona_id: str) -> str:
        work_id = await greet_place(house, place, persona_id)
        if owed is not None:
            owed.append(work_id)
        return work_id

    async def explained(said: Said) -> Explanation:
        found = await house.database.read(_decided, said)
        return found or _passed_by(await _explain(house, await house.intake.judge(said)))

    async def judged(caller: Caller, reference: str) -> Explanation:
        if reference:
            return await judge(caller, reference, explained)
        speaker = Speaker(caller.platform_id, caller.name, roles=caller.roles)
        words = Said("", caller.place, speaker, "hello", house.world.clock.now(), mute=caller.mute)
        verdict = await house.intake.judge(words)
        return await _explain(house, verdict)

    async def drafted(caller: Caller, idea: str) -> Draft:
        return await _draft(house, caller, idea)

    async def reported() -> tuple[Line, ...]:
        return (*await _report(house), *report())

    return Office(
        database=house.database,
        clock=house.world.clock,
        ids=house.ids,
        bells=house.bells,
        default_persona=house.settings.default_persona,
        rules=tuple(rule.value for rule in Rule),
        defaults=defaults(house.settings),
        models=tuple(model.name for model in house.models),
        speak=speak,
        greet=greet,
        judge=judged,
        draft=drafted,
        report=reported,
        diagnose=diagnose,
        forget=house.eraser.forget,
        keyring=house.keyring,
        keeping=_keeping(house),
        recent=house.world.recent,
    )


_REPLICA_SLACK_DAYS = 2  # a whole copy each day, and the last one is kept until the next


def _keeping(house: House) -> Keeping:
    days = house.settings.backup_days + _REPLICA_SLACK_DAYS if house.replication else None
    return Keeping(house.settings.keep_days, days)


async def greet_place(house: House, place: Place, persona_id: str) -> str:
    """Owe a persona's greeting to a place; returns the work's id."""
    work_id = await house.database.write(owe_greeting, place, persona_id, house.ids, house.world.clock.now())
    house.bells.work.ring()
    return work_id


async def _draft(house: House, caller: Caller, idea: str) -> Draft:
    """A draft by the models and the key that answer in chats; what the calls cost is kept, whatever they came to."""
    owners = (
        Owner("person", caller.platform, caller.platform_id),
        Owner("guild", caller.platform, caller.guild_id),
    )
    usual = tuple(model for model in house.breakers.up(house.models) if model.name != OFFLINE)
    async with house.keyring.lent_to(owners, [model.name for model in usual]) as own:
        if own or not usual:
            return await _drafted(house, own or usual, idea, None)
        advance, models = await _advanced(house, caller, usual)
        return await _drafted(house, models, idea, advance)


async def _advanced(house: House, caller: Caller, models: tuple[Model, ...]) -> tuple[Advance, tuple[Model, ...]]:
    """Hold of every budget what a draft may cost, and by whom it is made; raises NoDraft where it does not fit."""
    now, settings, place = house.world.clock.now(), house.settings, caller.place
    reach = Reach(caller.platform, "", caller.platform_id, place.channel_id, place.parent_id, caller.guild_id)
    names = tuple(model.name for model in models)
    until = now + int(settings.work_deadline_seconds * 1000)
    wanted = Advance(house.ids.new("dft"), reach, names, MOST_READ, MOST_WRITTEN, until)
    verdict, cheap = await house.database.write(take, wanted, defaults(settings), house.prices, now)
    match verdict:
        case Busy():
            raise NoDraft("Just now others use what is left of a budget; please try again in a minute.")
        case Exhausted(limit):
            raise NoDraft(f"A budget (`{limit.setting}`) has not enough left for a draft; try again {told(limit)}.")
    return wanted, tuple(model for model in models if model.name == cheap) or models


async def _drafted(house: House, models: tuple[Model, ...], idea: str, advance: Advance | None) -> Draft:
    """A draft, counted by what its calls cost; without an advance somebody else pays for it."""
    settings, world = house.settings, house.world
    patience = Patience(settings.model_first_token_seconds, settings.model_stall_seconds, settings.model_call_seconds)
    writer = Writer(models, patience, world.clock, house.ids)
    try:
        return await draft(idea, writer, settings.work_deadline_seconds)
    finally:
        calls = writer.calls if advance is None else [priced(call, house.prices) for call in writer.calls]
        await house.database.write(_count, calls, advance, world.clock.now())


def _count(tx: Transaction, calls: list[ModelCall], advance: Advance | None, now: int) -> None:
    """Keep calls that no work made; we pay for them, unless somebody brought a key."""
    usage.add_all(tx, calls)
    if advance is not None:
        settle(tx, advance, total(calls), now)


def _decided(tx: Transaction, said: Said) -> Explanation | None:
    """What was decided when it was heard, which may differ from what would be decided now."""
    own = outbox.said_by(tx, said.place.platform, said.place.channel_id, said.client_message_id)
    if own is not None:
        return Explanation(False, _name(tx, own), _why_said(tx, said, _name(tx, own)))
    heard = events.find(tx, said.place.platform, said.client_message_id)
    message = messages.heard(tx, said.place.platform, said.place.channel_id, said.client_message_id)
    conversation = conversations.by_id(tx, message.conversation_id) if message else None
    if heard is None or conversation is None or heard.rule not in Rule.__members__:
        return None
    answers = heard.verdict == Answer.__name__.lower()
    return Explanation(answers, _name(tx, conversation.persona_id), Rule[heard.rule].value)


def _why_said(tx: Transaction, said: Said, name: str) -> str:
    rule = events.led_to(tx, said.place.platform, said.place.channel_id, said.client_message_id)
    if rule is None or rule not in Rule.__members__:
        return f"{name} said it of its own accord, such as a greeting"
    return f"{name} said it, and of the message it answers this is true: {Rule[rule].value}"


def _passed_by(now: Explanation) -> Explanation:
    """Why a message that was not kept got no answer, whatever it would get if it were said now."""
    if not now.answers:
        return now
    rule = f"nobody was addressed when it was said; said now, {now.persona} would answer it, because {now.rule}"
    return Explanation(False, now.persona, rule)


def _name(tx: Transaction, persona_id: str) -> str:
    persona = personas.by_id(tx, persona_id)
    return persona.sheet.display_name if persona else ""


async def _explain(house: House, verdict: Verdict) -> Explanation:
    if isinstance(verdict, Ignore):
        return Explanation(False, "", verdict.rule.value, verdict.detail)
    name = await house.database.read(_name, verdict.persona_id)
    detail = verdict.detail if isinstance(verdict, Keep) else ""
    return Explanation(isinstance(verdict, Answer), name, verdict.rule.value, detail)


async def _report(house: House) -> list[Line]:
    """What /readyz tells, for people; both ask the same probe."""
    vitals, parts = await house.probe.look(), await house.probe.ready()
    wrong = [part.name for part in parts if not part.ok]
    told = {part.name: part.told if part.ok else f"❌ {part.told}" for part in parts}
    minutes = (house.world.clock.now() - house.started_at) // 60_000
    found = [
        Line("Health", f"not well: {', '.join(wrong)}" if wrong else "all well"),
        *(Line("Model", rests) for model in house.models if (rests := house.breakers.told(model.name))),
        *(Line("Model", f"❌ {sentence}") for sentence in house.unlisted),
        Line("Database", f"{_short(house.settings)}: {told['database']}"),
        Line("Backup", told.get("backup") or _no_backup(house.settings)),
        *await _drilled(house),
        *await _alerted(house),
        *await _money(house),
        *about.owed(vitals.counted, told["work"]),
        Line("Running for", f"{minutes // 60} h {minutes % 60} min"),
    ]
    return [*found, Line("Gateway", told["gateway"])] if "gateway" in told else found


async def _drilled(house: House) -> list[Line]:
    """The last drill, where there is a copy to drill."""
    if house.replication is None:
        return []
    last = await house.database.read(drills.last)
    if last is None:
        return [Line("Drill", "none yet; the first is within the hour")]
    failed = "" if last.passed else "FAILED: "
    return [Line("Drill", f"{failed}{plain(last.sentence)}, {ago(last.began_at, house.world.clock.now())}")]


async def _alerted(house: House) -> list[Line]:
    """How much is wrong that owners are told of, where anything is."""
    found = await house.database.read(alerts.open_count)
    return [Line("Alerts", f"❌ {count(found, 'alert')} open; /alerts list")] if found else []


async def _money(house: House) -> list[Line]:
    """What is done where money runs short."""
    told = runway.told_saving(await house.database.read(runway.saving))
    return [Line("Saving", told)] if told else []


def _no_backup(settings: Static) -> str:
    return "none; set REPLICA_URL" if settings.database_path else "that of the Postgres server"


def _short(settings: Static) -> str:
    return settings.database_name if settings.database_path is None else settings.database_path.name
