"""What was said about something: the words as they stand, each with its day."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.memory.times import Span, spans
from bot.models import offline_recall as recall
from bot.models.offline_lore import told_in
from bot.models.offline_patterns import SAID_OF, TIMES
from bot.models.offline_recall import ENOUGH, Statement
from bot.models.offline_scene import Scene
from bot.models.offline_words import is_question, plain, sentences, weights, words
from bot.ports import Known
from bot.text.dates import told_on

_MOST = 5
_LONGEST = 400  # characters of a question
_UNNAMED = frozenset("me myself it that this us you yourself everything anything so".split())  # noqa: SIM905
_ANYBODY = frozenset({"", "we", "anyone", "anybody", "someone", "somebody", "people", "they"})


def said_of(scene: Scene) -> str | None:
    """Who said what of the thing that is asked about; None where nobody asks that, or no thing is named."""
    asked = next((one for one in reversed(sentences(scene.text)) if is_question(one)), scene.text)
    found = SAID_OF.search(plain(asked)[:_LONGEST].rstrip(" ?.!"))
    if found is None:
        return None
    parts = found.groupdict(default="")
    who, thing = parts.pop("who"), "".join(part for name, part in parts.items() if name != "who").strip()
    within = spans(thing, scene.asked_at, scene.question.zone) if scene.asked_at else ()
    matter = TIMES.sub(" ", thing) if within else thing
    if not within and (not weights(matter) or _UNNAMED.issuperset(words(matter))):
        return None
    said = _said_by(who, scene)
    if said is None:
        return None
    fit = [one for one in said if _fits(one, matter, within)]
    notes = _noted(scene, matter, {one.said_at for one in fit}) if who != "you" and not within else []
    if told := _told(fit[-_MOST:], notes[:_MOST], scene, by_persona=who == "you"):
        return told
    if parts["known"] or parts["thing"]:
        return None
    nothing = "I find nothing that was said then." if within else f"I find nothing about “{thing}” in what was said."
    return told_in(asked, scene.question.lore) or nothing


def _said_by(who: str, scene: Scene) -> list[Statement] | None:
    """Everything they stated that is in sight, oldest first; None for somebody who never spoke here.

    Where the persona quotes somebody, these are not its words.
    """
    turns = (*scene.recalled, *scene.before)
    if who == "you":
        spoken = ((turn, sentence) for turn in turns if turn.role == "persona" for sentence in sentences(turn.text))
        own = (Statement(turn.name, text, own=False, said_at=turn.said_at) for turn, text in spoken)
        return [one for one in own if "“" not in one.text]
    said = list(recall.statements(turns, scene.asker))
    if who in _ANYBODY:
        return said
    if who == "i":
        return [one for one in said if one.own]
    name = recall.named_in(who, turns)
    return [one for one in said if one.name == name] if name else None


def _fits(one: Statement, matter: str, within: Sequence[Span]) -> bool:
    then = not within or any(span.first <= one.said_at < span.last for span in within)
    return then and (not weights(matter) or recall.covers(matter, one) >= ENOUGH)


def _noted(scene: Scene, matter: str, quoted: Collection[int]) -> list[Known]:
    """The notes of it that no quotation is there for, the newest first."""
    notes = [one for one in scene.known if one.said_at not in quoted]
    fit = [one for one in notes if recall.covers(matter, Statement("", one.statement, own=one.own)) >= ENOUGH]
    return sorted(fit, key=lambda one: -one.said_at)


def _told(said: Sequence[Statement], notes: Sequence[Known], scene: Scene, *, by_persona: bool) -> str:
    if by_persona:
        return f"I said{scene.on(said[-1].said_at)}: “{said[-1].text}”" if said else ""
    if len(said) == 1 and not notes:
        return quoted(said[0], scene, dated=True)
    zone = scene.question.zone
    lines = [f"- {'You' if one.own else one.name}{scene.on(one.said_at)}: “{one.text}”" for one in said]
    lines += [f"- {one.statement}, {told_on(one.said_at, one.happened_at, one.precision, zone)}" for one in notes]
    return "\n".join(["This was said:" if said else "I remember:", *lines]) if lines else ""


def quoted(one: Statement, scene: Scene, *, dated: bool) -> str:
    """Somebody's words; their day is told where it is asked for, or is another than that of the question."""
    day = scene.on(one.said_at)
    when = day if dated or day != scene.on(scene.asked_at) else ""
    return f"You told me{when}: “{one.text}”" if one.own else f"{one.name} said{when}: “{one.text}”"
