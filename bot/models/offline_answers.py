"""What the offline persona answers. Pure: the first rule that has something to say says it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.memory.alike import content_words
from bot.memory.orders import unwished
from bot.memory.reminding import asks_of_past
from bot.memory.requests import request
from bot.models import offline_patterns as hears
from bot.models import offline_recall as recall
from bot.models.offline_lore import told_in
from bot.models.offline_recall import Statement
from bot.models.offline_said import quoted, said_of
from bot.models.offline_scene import Scene, scene_of, unaddressed
from bot.models.offline_voice import Topic
from bot.models.offline_words import bare, content_span, is_question, plain, sentences, words
from bot.ports import Known, Question
from bot.text.dates import day, told_on

NOTICE = "(I'm offline: no language model is connected, so I answer only from what is said here.)"
SETUP = "To let me think, set OPENAI_API_KEY for the bot, or start Ollama on its machine."

UNTOLD = "I find nothing in what I was told that answers that, so I don't know."
_REFUSED = "That didn't become a memory: I keep plain facts, and no orders or claims of rank."
_PART = 0.5  # of the question's meaning, in each of many answers
_MOST_LISTED = 20

TRY = "Tell me something, and ask me about it later."

Rule = Callable[[Scene], str | None]


def answer(question: Question) -> str:
    """A reply that is never empty, and that says it is offline unless the conversation knows."""
    scene = scene_of(question)
    said = next(text for rule in _RULES if (text := rule(scene)))
    told = "offline" in re.sub("“[^”]*”", "", said).casefold() or scene.said_already("offline")
    return said if told else f"{said}\n\n{NOTICE}"


# ── What is to be remembered ─────────────────────────────────────────────────────────────────────


def _asked_to_remember(scene: Scene) -> str | None:
    """It was kept before this is asked, or refused; what else they ask is answered as well."""
    asked = request(scene.text)
    if not asked.wishes:
        return None
    words_of_it = " ".join(" ".join(asked.wishes).rstrip(" .!").split())
    said = scene.voice.say("kept", words_of_it) if scene.question.kept else _REFUSED
    if not is_question(asked.besides):
        return said
    notes = scene.known if hears.ALL_TOLD.search(plain(asked.besides)) else _about(asked.besides, scene)
    rest = replace(scene, text=asked.besides, line=plain(asked.besides), known=notes)
    return f"{said}\n{next(text for rule in _RULES if (text := rule(rest)))}"


def _about(text: str, scene: Scene) -> tuple[Known, ...]:
    """The notes that have a word of it: the others were matched with the wish beside it."""
    return tuple(one for one in scene.known if content_words(one.statement) & content_words(text))


def _asked_to_forget(scene: Scene) -> str | None:
    """It was forgotten before this is asked, or may be several things: what is remembered says which."""
    unwanted = unwished(scene.text)
    if not unwanted:
        return None
    if any(one.own and recall.covers(unwanted, Statement("", one.statement, own=True)) >= 1 for one in scene.known):
        return "I can't tell which of my notes you mean, so all of them stand: /memory forget takes one away."
    return f"My notes hold nothing of that any more: “{' '.join(unwanted.split())}”"


# ── Quoting ──────────────────────────────────────────────────────────────────────────────────────


def _last_said(scene: Scene) -> str | None:
    if not hears.LAST_SAID.search(scene.line):
        return None
    own = scene.own()
    return f"You just said: “{own[-1]}”" if own else "Nothing before this: it is the first I have from you here."


def _first_said(scene: Scene) -> str | None:
    own = scene.own() if hears.FIRST_SAID.search(scene.line) else []
    return f"The first thing I have from you here is: “{own[0]}”" if own else None


def _persona_said(scene: Scene) -> str | None:
    if not hears.PERSONA_SAID.search(scene.line):
        return None
    said = [turn.text for turn in scene.before if turn.role == "persona"]
    return f"I said: “{said[-1]}”" if said else "I haven't said anything here before this."


def _other_said(scene: Scene) -> str | None:
    if not hears.OTHER_SAID.search(scene.line):
        return None
    turns = (*scene.recalled, *scene.before)
    name = recall.named_in(scene.line, turns)
    said = [bare(turn.text) for turn in turns if turn.role == "person" and turn.name == name]
    return f"{name} said: “{said[-1]}”" if name and said else None


def _all_told(scene: Scene) -> str | None:
    if not hears.ALL_TOLD.search(scene.line):
        return None
    notes = [f"- {one.statement}{_until(one, scene)}" for one in scene.known if one.own]
    own = [one.text for one in recall.statements(scene.before, scene.asker) if one.own]
    quotes = notes or [f"- “{text}”" for text in [text for text in own if len(words(text)) > 2][-3:]]
    return "\n".join(["You told me:", *quotes]) if quotes else "You haven't told me anything about yourself yet."


def _until(one: Known, scene: Scene) -> str:
    over = f" (until {day(one.until, scene.question.zone)})" if one.until is not None else ""
    return f"{over} (called wrong since)" if one.doubted else over


# ── Names and natures ────────────────────────────────────────────────────────────────────────────


def _name(scene: Scene) -> str | None:
    if not hears.MY_NAME.search(scene.line):
        return None
    told = recall.name_of(scene.asker, (*scene.recalled, *scene.before))
    if told:
        return scene.voice.say("named", told)
    seen = f"I see you here as {scene.asker}, but" if scene.asker.casefold() not in ("", "you") else "So far"
    return f"{seen} you haven't told me your name."


def _nature(scene: Scene) -> str | None:
    if hears.NATURE.search(scene.line):
        nature = f"I'm {scene.persona}, an AI persona and not a human being."
        return _setup(scene, f"{nature} Just now I'm offline.")
    if hears.WHO.search(scene.line):
        return f"I'm {scene.persona}, an AI persona{_self(scene) or '.'}"
    if hears.OFFLINE.search(scene.line) and is_question(scene.text):
        return _setup(scene, "I'm offline: without a language model I can only give back what was said here.")
    return None


def _self(scene: Scene) -> str:
    """The persona's own introduction, as far as its instructions open with one, turned to the first person."""
    opening = sentences(scene.question.instructions)[:1]
    if not opening or not (found := re.match(r"You(?: are|['’]re) (.{3,240})$", opening[0])):
        return ""
    turned = found[1]
    for yours, mine in ((r"\byourself\b", "myself"), (r"\byour\b", "my"), (r"\byou are\b", "I am")):
        turned = re.sub(yours, mine, turned)
    return f": {turned.removeprefix(scene.persona).lstrip(' ,–—')}"


def _setup(scene: Scene, said: str) -> str:
    """What was said, and once in a conversation how to connect a model."""
    return said if scene.said_already("OPENAI_API_KEY") else f"{said} {SETUP}"


# ── Courtesies ───────────────────────────────────────────────────────────────────────────────────


def _greeting(scene: Scene) -> str | None:
    found = hears.HELLO.match(scene.line)
    short = len(words(scene.line)) <= 4 and not recall.name_told(scene.text)
    if scene.text and not (found and short and not is_question(scene.text)):
        return None
    if scene.said_already(scene.question.greeting or "hello"):
        opener, again = scene.voice.opener, scene.voice.say("again")
        said = "" if again.casefold().startswith(opener.rstrip(".!").casefold()) else opener
        hello = " ".join(filter(None, (said, again, scene.voice.emoji)))
    else:
        hello = scene.question.greeting.strip() or f"Hello, I'm {scene.persona}."
    return "\n".join([hello, *_how_it_went(scene)])


def _how_it_went(scene: Scene) -> list[str]:
    """A question for each plan whose day has come, and a word on what is of this day of the year."""
    days = [f"Today is a day to remember: “{one.statement}”." for one in scene.known if one.yearly]
    return days + [
        f"How is it going, or how did it go? “{one.statement}”, {_dated(one, scene)}."
        for one in scene.known
        if one.due and not scene.said_already(one.statement)
    ]


def _courtesy(scene: Scene) -> str | None:
    """Only short messages are courtesies: a long one that begins with thanks goes on to something else."""
    if len(words(scene.line)) > 6:
        return None
    topic: Topic | None = "fine" if hears.HOW.search(scene.line) else None
    topic = "nod" if hears.NOD.match(scene.line) else topic
    if not is_question(scene.text):
        topic = "thanks" if hears.THANKS.match(scene.line) else "bye" if hears.BYE.match(scene.line) else topic
    return f"{scene.voice.say(topic)} {scene.voice.emoji}".strip() if topic else None


def _help(scene: Scene) -> str | None:
    if not hears.HELP.search(scene.line):
        return None
    able = "Offline I can repeat what you just said, use the name you give me, and quote what you told me before."
    starters = "".join(f"\n- {starter}" for starter in scene.question.starters[:4])
    return _setup(scene, able) + (f"\nWith a model connected, you could ask me:{starters}" if starters else "")


# ── What they told us, and the rest ──────────────────────────────────────────────────────────────


def _recalled(scene: Scene) -> str | None:
    if not is_question(scene.text):
        return None
    asked = next((one for one in reversed(sentences(scene.text)) if is_question(one)), scene.text)
    found = recall.best(asked, recall.statements((*scene.recalled, *scene.before), scene.asker))
    if found is None:
        return told_in(asked, scene.question.lore) or (UNTOLD if scene.question.untold else _remembered(scene))
    if any(recall.is_over(found, one) for one in scene.known):
        return _remembered(scene)
    told = replace(found, text=unaddressed(found.text, scene.question.persona))
    return quoted(told, scene, dated=hears.WHEN.search(plain(asked)) is not None)


def _listed(scene: Scene) -> str | None:
    """Each statement that has to do with it, in the order of time."""
    if not scene.question.wants_all:
        return None
    every = recall.statements((*scene.recalled, *scene.before), scene.asker)
    found = [one for one in every if recall.about(scene.text, one) and recall.covers(scene.text, one) >= _PART]
    if len(found) < 2:
        return None
    lines = [
        f"- {'You' if one.own else one.name}{scene.on(one.said_at)}: “{one.text}”" for one in found[-_MOST_LISTED:]
    ]
    return "\n".join(["This is all I find of it:", *lines])


def _described(scene: Scene) -> str | None:
    """An order to tell of something is met with what the lorebook says of it."""
    return told_in(scene.text, scene.question.lore) if hears.ORDER.match(scene.line) else None


def _remembered(scene: Scene) -> str | None:
    """Of notes the question was matched with already: what holds first, or what is over where that is asked for."""
    past = asks_of_past(scene.text)
    notes = sorted(scene.known, key=lambda one: (one.doubted, (one.until is None) == past, -one.said_at))
    if not notes:
        return None
    return "\n".join(["I remember:", *(f"- {one.statement}, {_dated(one, scene)}" for one in notes[:3])])


def _dated(one: Known, scene: Scene) -> str:
    return f"{told_on(one.said_at, one.happened_at, one.precision, scene.question.zone)}{_until(one, scene)}"


def _heard(scene: Scene) -> str | None:
    """A statement is acknowledged in its own words; a name given is used."""
    if is_question(scene.text):
        return None
    if name := recall.name_told(scene.text):
        return scene.voice.say("met", name)
    spoken = len(words(scene.text)) >= 3 and hears.ENGLISH.search(scene.text) and not hears.ORDER.match(scene.line)
    span = content_span(sentences(scene.text)[0]) if spoken else ""
    return scene.voice.say("passing" if scene.question.paused else "heard", span) if span else None


def _lost(scene: Scene) -> str:
    """Nothing to say is said plainly, with something to ask once there is a model."""
    asked = [one for one in scene.question.starters if plain(one) != scene.line and not scene.said_already(one)]
    offer = f"With a model connected, ask me: “{scene.voice.pick(tuple(asked), 'offer')}”" if asked else TRY
    return f"{_setup(scene, scene.voice.say('lost'))} {offer}"


_RULES: tuple[Rule, ...] = (
    _asked_to_remember,
    _asked_to_forget,
    _last_said,
    _first_said,
    said_of,
    _persona_said,
    _name,
    _nature,
    _all_told,
    _other_said,
    _greeting,
    _courtesy,
    _help,
    _listed,
    _recalled,
    _described,
    _heard,
    _lost,
)
