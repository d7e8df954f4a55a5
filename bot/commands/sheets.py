"""The five questions a persona is made and changed by: read from people, checked, compared. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields, replace

from bot.commands.base import Arguments, Field, Form, Refused
from bot.commands.words import cut
from bot.text.clean import clean
from config.persona_files import mistakes
from storage.records import Sheet

LONGEST_FIELD = 4000  # Discord's limit for one question of a form
_VOICE = "What the language model is told to be, such as “You are Luna, an AI. You love the stars.”"
_GREETING = "Said when it is given a channel, or when somebody mentions it without words."
_STARTERS = "They become buttons; each may have 80 characters."
QUESTIONS = (
    Field("display_name", "Name", longest=80),
    Field("description", "Who it is, in one line", longest=200),
    Field("voice", "Voice: how it speaks and what it knows", long=True, longest=LONGEST_FIELD, hint=_VOICE),
    Field("greeting", "Greeting", long=True, longest=1500, hint=_GREETING),
    Field("starters", "Suggested messages, 1 to 5, one per line", long=True, longest=500, hint=_STARTERS),
)
_HEAD = re.compile(r"(?P<label>[^\n]+) \((?P<length>\d{1,6}) characters\):\n")
STAND_IN = "persona"  # the short name of personas whose name has no Latin letters
LABELS = {question.key: question.label.partition(",")[0].partition(":")[0] for question in QUESTIONS}


@dataclass(frozen=True, slots=True)
class Written:
    """What people write of a persona; ``starters`` stand one per line."""

    display_name: str = ""
    description: str = ""
    voice: str = ""
    greeting: str = ""
    starters: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """The starters one by one."""
        return tuple(filter(None, (line.strip() for line in self.starters.splitlines())))

    def onto(self, sheet: Sheet) -> Sheet:
        """The sheet with these words in it; the voice is no part of one."""
        return replace(
            sheet,
            display_name=self.display_name,
            description=self.description,
            greeting=self.greeting,
            starters=self.lines,
        )


BLANK = Sheet("", "", "")


def written(sheet: Sheet, voice: str) -> Written:
    """What a persona's form holds."""
    stands = Written(sheet.display_name, sheet.description, voice, sheet.greeting, "\n".join(sheet.starters))
    return read({}, stands)


def read(values: Arguments, before: Written) -> Written:
    """What a person wrote; a question that was not asked keeps its old answer."""
    found = {name: clean(values.get(name, getattr(before, name))).strip() for name in LABELS}
    return Written(**found)


def merge(opened: Written, now: Written, wanted: Written) -> Written:
    """What stands now with the changes a person made to what they were shown, so that nobody's edit is undone."""
    kept = {name: getattr(now if getattr(wanted, name) == getattr(opened, name) else wanted, name) for name in LABELS}
    return Written(**kept)


def differences(before: Written, after: Written) -> tuple[str, ...]:
    """The keys that read differently."""
    return tuple(part.name for part in fields(Written) if getattr(before, part.name) != getattr(after, part.name))


def check(name: str, wanted: Written) -> None:
    """Refuse what no persona may be; all that is wrong is told at once."""
    table = {
        "name": name,
        "display_name": wanted.display_name,
        "description": wanted.description,
        "voice": wanted.voice,
        "greeting": wanted.greeting,
        "starters": list(wanted.lines),
    }
    wrong = mistakes(table)
    if wrong:
        clauses = "; ".join(wrong)
        for key, label in LABELS.items():
            clauses = clauses.replace(f'"{key}"', f"“{label}”")
        raise Refused(f"Nothing was saved: {clauses}. Please mend that and send the form again.")


def slug(display_name: str) -> str:
    """A short name made of the shown one; STAND_IN where it has no Latin letters or digits to make one of."""
    latin = unicodedata.normalize("NFKD", display_name).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:32].strip("-")
    return found if len(found) > 1 else STAND_IN


def form(key: str, title: str, stands: Written) -> Form:
    """The questions with what stands there; a text too long for Discord's forms is not asked for."""
    asked = tuple(
        replace(question, value=getattr(stands, question.key))
        for question in QUESTIONS
        if len(getattr(stands, question.key)) <= question.longest
    )
    return Form(key, cut(title, 45), asked)


def as_file(values: Arguments) -> str:
    """What was written in a form, for people to keep and for ``of_file``: each answer below its label and length."""
    return "\n\n".join(f"{LABELS.get(key, key)} ({len(text)} characters):\n{text}" for key, text in values.items())


def of_file(text: str) -> Arguments:
    """The answers that ``as_file`` wrote down, as far as they can be told."""
    found, keys = {}, {label: key for key, label in LABELS.items()}
    while head := _HEAD.match(text):
        begin, end = head.end(), head.end() + int(head["length"])
        found[keys.get(head["label"], head["label"])], text = text[begin:end], text[end + 2 :]
    return found


def again(key: str, title: str, questions: tuple[Field, ...], values: Arguments) -> Form:
    """The same questions with the answers a person gave, for them to mend."""
    answers = ((question, values.get(question.key)) for question in questions)
    asked = (replace(one, value=text) for one, text in answers if text is not None and len(text) <= one.longest)
    return Form(key, cut(title, 45), tuple(asked))
