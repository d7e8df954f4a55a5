"""What the offline persona has before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.models.offline_voice import Voice, voice_of
from bot.models.offline_words import bare, plain
from bot.ports import Known, Question, Turn
from bot.text.dates import day


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to answer: the last message of a person, all that came before it, and what is recalled.

    ``asked_at`` is 0 where the time is not known.
    """

    question: Question
    asker: str
    text: str
    line: str
    before: tuple[Turn, ...]
    recalled: tuple[Turn, ...]
    known: tuple[Known, ...]
    voice: Voice
    asked_at: int = 0

    @property
    def persona(self) -> str:
        """The persona's name, or what to call one without."""
        return self.question.persona.strip() or "this bot's persona"

    def said_already(self, text: str) -> bool:
        """Whether the persona said these words before."""
        return any(turn.role == "persona" and text.casefold() in turn.text.casefold() for turn in self.before)

    def own(self) -> list[str]:
        """The asker's earlier messages."""
        return [bare(turn.text) for turn in self.before if turn.role == "person" and turn.name == self.asker]

    def on(self, said_at: int) -> str:
        """`` on`` its day, by the clock of the place; '' where that is not known."""
        return f" on {day(said_at, self.question.zone)}" if said_at else ""


def scene_of(question: Question) -> Scene:
    """Turns after the last person's are not answered, so they are left out."""
    last = next((at for at in reversed(range(len(question.turns))) if question.turns[at].role == "person"), None)
    asked = Turn("person", "", "") if last is None else question.turns[last]
    text = unaddressed(bare(asked.text), question.persona)
    before = question.turns if last is None else question.turns[:last]
    recalled = tuple(replace(one.turn, said_at=one.said_at) for one in question.earlier)
    voice = voice_of(question, text)
    return Scene(question, asked.name, text, plain(text), before, recalled, question.known, voice, asked.said_at)


def unaddressed(text: str, persona: str) -> str:
    """The message without the persona's name called at its start or end."""
    name = re.escape(persona.strip())
    called = re.sub(rf"(?i)^@?{name}\s*[,:!-]\s*|\s*,\s*@?{name}(?=\s*[.!?]*$)", "", text) if name else text
    return called.strip() or text
