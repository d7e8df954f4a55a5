"""Should we answer, and as whom? Pure, and every verdict names the rule that gave it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from bot.personas import present
from bot.ports import Said
from bot.privacy.unheard import Why
from storage.records import Binding


class Rule(Enum):
    """The rules in their order; the value explains one to a person."""

    OURS = "it was written by this bot"
    UNTIED = "a proxy bot said it in somebody's stead, and I did not see whose words they were"
    BOT = "it was written by another bot, and bots are answered only where /access allows one by name"
    SYSTEM = "it is a note of the platform itself, not somebody's words"
    BARRED = "a rule of this server or of the operator keeps its writer from talking with personas here"
    SHUT = "direct messages are only for whom the operator lets in"
    OPTED_OUT = "its writer asked not to be heard, so it was neither kept nor read; /privacy opt-in takes that back"
    FORGOTTEN = "it was said before its writer asked to be forgotten"
    MUTED = (
        "its writer muted the persona it is for, which neither reads nor answers it; /persona unmute takes that back"
    )
    ADULT = "the persona it is for talks in age-restricted channels only"
    SPENT = (
        "personas have answered bots here as often as they may (bot_turns) since a person spoke, so it was only kept"
    )
    REPLACED = "it stands in place of a message that was answered already, said anew by a proxy bot"
    HUSHED = "every persona of this server is silent (/quiet), so it was only kept"
    PICKED = "the persona was picked by a command or a button"
    REPLY = "it replies to a message of that persona"
    NAMED = "it begins with the persona's name"
    BANNED = "it is for a persona that the operator has banned, which answers nobody anywhere"
    MENTION = "it mentions the bot"
    BOUND = "this channel is bound to that persona, which answers everything here"
    DIRECT = "it was said in a direct conversation"
    WORDLESS = "this channel's persona answers everything here, but this has no words it can read"
    LISTENING = "this channel's persona listens and answers when it is mentioned, named or replied to"
    TOO_OLD = "it was found after a gap and is too old to answer, so it was only kept"
    MUTE = "the bot may not write there, so it was only kept; /doctor names the cure"
    NOBODY = "nobody was addressed: no reply, name or mention, and no persona is bound to this channel"
    ABSENT = "the persona it is for does not answer at present"


@dataclass(frozen=True, slots=True)
class Scene:
    """Who could answer here, by persona id, '' for nobody.

    ``banned`` is whom the words are for and who may not answer; ``closed`` says that the channel is such a one's.
    ``unheard`` is why the writer's words must not be kept. ``barred``, ``shut`` and ``hushed`` say why they may not
    talk, not in direct messages, and until when nobody answers; '' for not so. ``listed`` is whether a bot may be
    answered, ``spent`` whether bots were often enough. ``muted`` are the personas the writer doesn't want to deal with.
    """

    replied: str = ""
    named: str = ""
    banned: str = ""
    bound: Binding | None = None
    closed: bool = False
    chosen: str = ""
    default: str = ""
    unheard: Why | None = None
    barred: str = ""
    shut: str = ""
    hushed: str = ""
    listed: bool = False
    spent: bool = False
    muted: frozenset[str] = frozenset()

    @property
    def usual(self) -> str:
        """Who answers where nobody is named: the channel's persona, then the person's, then the house's."""
        return present.usual(self.bound, self.chosen, self.default)


@dataclass(frozen=True, slots=True)
class Answer:
    """Keep it and owe a reply."""

    persona_id: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep it as part of the conversation and owe nothing; ``detail`` is a clause that adds to the rule."""

    persona_id: str
    rule: Rule
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Decline:
    """Keep it and owe the sentence that this persona answers nobody."""

    persona_id: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Ignore:
    """Not ours to keep; ``detail`` is a clause that adds to the rule."""

    rule: Rule
    detail: str = ""


Verdict = Answer | Decline | Keep | Ignore


def heard_by_all(scene: Scene) -> Scene:
    """The same for somebody who may be heard."""
    return replace(scene, unheard=None)


def decide(said: Said, scene: Scene, *, now: int, answer_age_ms: int) -> Verdict:
    """The first rule that applies; ``now`` and the age are milliseconds."""
    verdict = _addressed(said, scene)
    too_old = said.caught_up and now - said.said_at > answer_age_ms
    if isinstance(verdict, Answer) and not verdict.persona_id:
        return Ignore(Rule.ABSENT)
    if not isinstance(verdict, Ignore) and verdict.persona_id in scene.muted:
        return Ignore(Rule.MUTED)
    if isinstance(verdict, Keep | Ignore):
        return verdict
    if too_old:
        return Keep(verdict.persona_id, Rule.TOO_OLD)
    if said.mute:
        return Keep(verdict.persona_id, Rule.MUTE)
    if said.speaker.is_bot and scene.spent:
        return Keep(verdict.persona_id, Rule.SPENT)
    if scene.hushed:
        return Keep(verdict.persona_id, Rule.HUSHED, scene.hushed)
    return verdict


def _addressed(said: Said, scene: Scene) -> Verdict:
    if said.speaker.is_ours:
        return Ignore(Rule.OURS)
    if said.speaker.proxy:
        return Ignore(Rule.UNTIED)
    if said.speaker.is_bot and not scene.listed:
        return Ignore(Rule.BOT)
    if said.system:
        return Ignore(Rule.SYSTEM)
    if scene.barred:
        return Ignore(Rule.BARRED, scene.barred)
    if scene.shut:
        return Ignore(Rule.SHUT, scene.shut)
    if scene.unheard is not None:
        return Ignore(Rule[scene.unheard.name])
    if said.persona_id:
        return Answer(said.persona_id, Rule.PICKED)
    if scene.replied:
        return Answer(scene.replied, Rule.REPLY)
    if scene.named:
        return Answer(scene.named, Rule.NAMED)
    if scene.banned:
        return Decline(scene.banned, Rule.BANNED)
    if said.mentions_us:
        return Answer(scene.usual, Rule.MENTION)
    if scene.bound and scene.bound.mode == "always":
        return Answer(scene.bound.persona_id, Rule.BOUND) if said.text.strip() else Ignore(Rule.WORDLESS)
    if said.place.kind in ("dm", "terminal"):
        return Answer(scene.usual, Rule.DIRECT)
    if scene.bound:
        return Keep(scene.bound.persona_id, Rule.LISTENING)
    return Ignore(Rule.BANNED if scene.closed else Rule.NOBODY)
