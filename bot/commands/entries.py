"""Entries of the lorebook as people write them: a form's five questions, read, checked and compared. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace

from bot.commands.base import Arguments, Field, Form, Refused
from bot.commands.words import cut, one_of
from bot.text.clean import clean
from config import lore as limits
from storage.lore import Entry

KEYS, ALWAYS, OFF = "keys", "always", "off"
_WHEN = (KEYS, ALWAYS, OFF)
_LONGEST_KEYS = limits.MOST_WORDS * (limits.LONGEST_WORD + 2)
QUESTIONS = (
    Field("title", "Title", longest=limits.LONGEST_TITLE, hint="Personas read it before the text."),
    Field(
        "keys",
        "Keys, with commas between them",
        required=False,
        longest=_LONGEST_KEYS,
        hint="Whole words or phrases; when somebody says one, the entry comes to mind.",
    ),
    Field(
        "content",
        "What is so",
        long=True,
        longest=limits.LONGEST_TEXT,
        hint="Background and no order: it is told as a record.",
    ),
    Field("when", "When: keys, always or off", value=KEYS, longest=10, hint="Off keeps it here and tells it nowhere."),
    Field(
        "priority",
        "Priority, 0 to 100",
        value=str(limits.USUAL_PRIORITY),
        longest=3,
        hint="Where not all of them fit, the highest go first.",
    ),
)
LABELS = {question.key: question.label.partition(",")[0].partition(":")[0] for question in QUESTIONS}


@dataclass(frozen=True, slots=True)
class Written:
    """What people write of an entry; ``keys`` stand with commas between them."""

    title: str = ""
    keys: str = ""
    content: str = ""
    when: str = KEYS
    priority: str = str(limits.USUAL_PRIORITY)

    @property
    def words(self) -> tuple[str, ...]:
        """The keys one by one, each once."""
        found = (" ".join(word.split()) for word in self.keys.replace("\n", ",").split(","))
        return tuple(dict.fromkeys(filter(None, found)))

    def onto(self, entry: Entry) -> Entry:
        """The entry with these words in it; one that is off stays what it was beside that."""
        return replace(
            entry,
            title=self.title,
            words=json.dumps(self.words, ensure_ascii=False),
            content=self.content,
            always_on=entry.always_on if self.when == OFF else int(self.when == ALWAYS),
            priority=int(self.priority),
            enabled=int(self.when != OFF),
        )


def written(state: str) -> Written:
    """What the form of an entry holds that has this snapshot."""
    entry = json.loads(state)
    when = (ALWAYS if entry["always_on"] else KEYS) if entry["enabled"] else OFF
    keys = ", ".join(json.loads(entry["words"]))
    return Written(entry["title"], keys, entry["content"], when, str(entry["priority"]))


def read(values: Arguments, before: Written) -> Written:
    """What a person wrote; a question that was not asked keeps its old answer."""
    found = {name: clean(values.get(name, getattr(before, name))).strip() for name in LABELS}
    one_line = {name: " ".join(found[name].split()) for name in ("title", "when", "priority")}
    one_line["when"] = one_line["when"].casefold()
    return Written(**{**found, **one_line})


def merge(opened: Written, now: Written, wanted: Written) -> Written:
    """What stands now with the changes a person made to what they were shown, so that nobody's edit is undone."""
    kept = {name: getattr(now if getattr(wanted, name) == getattr(opened, name) else wanted, name) for name in LABELS}
    return Written(**kept)


def differences(before: Written, after: Written) -> tuple[str, ...]:
    """The labels of what reads differently."""
    return tuple(LABELS[one.name] for one in fields(Written) if getattr(before, one.name) != getattr(after, one.name))


def check(wanted: Written) -> None:
    """Refuse what no entry may be; all that is wrong is told at once."""
    wrong = [f"“{LABELS[name]}” {clause}" for name, clause in _mistakes(wanted).items() if clause]
    if wrong:
        raise Refused(f"Nothing was saved: {'; '.join(wrong)}. Please mend that and send the form again.")


def _mistakes(wanted: Written) -> dict[str, str]:
    digits = wanted.priority.isascii() and wanted.priority.isdigit()
    return {
        "title": _long(wanted.title, limits.LONGEST_TITLE),
        "keys": _keys(wanted),
        "content": _long(wanted.content, limits.LONGEST_TEXT),
        "when": "" if wanted.when in _WHEN else f"must be {one_of(_WHEN)}",
        "priority": ""
        if digits and int(wanted.priority) <= limits.HIGHEST_PRIORITY
        else f"must be a whole number from 0 to {limits.HIGHEST_PRIORITY}",
    }


def _long(text: str, longest: int) -> str:
    return "" if 0 < len(text) <= longest else f"must have 1 to {longest} characters, and has {len(text)}"


def _keys(wanted: Written) -> str:
    if len(wanted.words) > limits.MOST_WORDS or any(len(word) > limits.LONGEST_WORD for word in wanted.words):
        return f"must be at most {limits.MOST_WORDS} words or phrases of up to {limits.LONGEST_WORD} characters"
    if not wanted.words and wanted.when == KEYS:
        return "must name at least one word, or “When” say always"
    return ""


def form(key: str, title: str, stands: Written) -> Form:
    """The questions with what stands there."""
    asked = tuple(replace(question, value=getattr(stands, question.key)) for question in QUESTIONS)
    return Form(key, cut(title, 45), asked)
