"""How the offline persona puts things: manner comes from its own greeting, its choice of phrase from the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from zlib import crc32

from bot.ports import Question

Tone = Literal["warm", "brisk", "calm"]
Topic = Literal["again", "heard", "named", "thanks", "bye", "fine", "nod", "lost", "met", "kept", "passing"]

_PHRASES: dict[Topic, dict[Tone, tuple[str, ...]]] = {
    "again": {
        "warm": ("Lovely to hear from you again!", "There you are again!", "Good to see you back!"),
        "brisk": ("Here.", "Yes?", "Go on."),
        "calm": ("I'm still here.", "Hello again.", "Good to have you here."),
    },
    "heard": {
        "warm": (
            "Thank you for telling me – “{}”!",
            "Oh, “{}” – ask me later and I'll quote you!",
            "“{}” – I'm glad you told me!",
        ),
        "brisk": ("“{}”. Got it.", "Noted: “{}”.", "“{}” – heard."),
        "calm": (
            "“{}” – I've heard that, and you can ask me for it later.",
            "I'll keep that as you said it: “{}”.",
            "“{}”, you say. I can tell you that again when you ask.",
        ),
    },
    "kept": {
        "warm": ("I'll remember that: “{}”!", "“{}” – that one I'll keep in mind!"),
        "brisk": ("Remembered: “{}”.", "“{}”. In my notes."),
        "calm": ("I'll remember that: “{}”.", "“{}” – that stands in my notes now."),
    },
    "passing": {
        "warm": ("Thank you for telling me – “{}”! Your memory is paused, so I won't remember it.",),
        "brisk": ("“{}”. Heard, not remembered: your memory is paused.",),
        "calm": ("“{}” – I've heard that. Your memory is paused, so I won't remember it.",),
    },
    "met": {
        "warm": ("So nice to meet you, {}!", "What a pleasure, {}!"),
        "brisk": ("Right, {}.", "{}. Got it."),
        "calm": ("Good to meet you, {}.", "Thank you, {}; it's good to have a name."),
    },
    "named": {
        "warm": ("You're {}, you told me so yourself!", "Your name is {}!"),
        "brisk": ("{}.", "You said {}."),
        "calm": ("You told me your name is {}.", "By your own word you are {}."),
    },
    "thanks": {
        "warm": ("You're so welcome!", "Any time, truly!", "My pleasure!"),
        "brisk": ("Sure.", "Any time.", "No trouble."),
        "calm": ("You're welcome.", "Gladly.", "Don't mention it."),
    },
    "bye": {
        "warm": ("Take good care, and come back soon!", "Goodbye, and thank you for the company!"),
        "brisk": ("Bye.", "See you."),
        "calm": ("Goodbye for now.", "Until next time."),
    },
    "fine": {
        "warm": ("Running well, thank you for asking!", "All in order here, and how kind of you to ask!"),
        "brisk": ("Running.", "All in order."),
        "calm": ("All is quiet here, and in order.", "I'm running as I should, thank you."),
    },
    "nod": {
        "warm": ("Good!", "All right then!", "Glad we agree!"),
        "brisk": ("Mm.", "Right.", "Good."),
        "calm": ("All right.", "Good.", "Very well."),
    },
    "lost": {
        "warm": (
            "Oh, I'd love to answer that, but I'm offline and can't think for myself.",
            "That one is beyond me while I'm offline, sorry!",
            "I wish I could! Offline I can only give back what was said here.",
        ),
        "brisk": (
            "Can't say: I'm offline.",
            "Not while I'm offline. I only have what was said here.",
            "No model, no answer: I'm offline.",
        ),
        "calm": (
            "I can't think about that while I'm offline; I only have what was said here.",
            "I'm offline, so I have no answer to that beyond what was said here.",
            "That needs a language model, and I'm offline without one.",
        ),
    },
}
_EMOJI = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?")


@dataclass(frozen=True, slots=True)
class Voice:
    """A persona's manner, and what its choices hang on: the same words get the same phrase."""

    tone: Tone
    emoji: str
    opener: str
    seed: str

    def pick(self, options: tuple[str, ...], salt: str = "") -> str:
        """One of the options, by the seed."""
        return options[crc32(f"{self.seed}|{salt}".encode("utf-8", "replace")) % len(options)]

    def say(self, topic: Topic, subject: str = "") -> str:
        """A phrase on the topic in this tone, about the subject."""
        return self.pick(_PHRASES[topic][self.tone], topic).replace("{}", subject)


def voice_of(question: Question, text: str) -> Voice:
    """Read the manner off the greeting, as its author wrote it."""
    emoji = _EMOJI.search(question.greeting)
    return Voice(
        tone=_tone(question),
        emoji=emoji[0] if emoji else "",
        opener=_opener(question.greeting),
        seed=f"{question.persona}|{text}|{len(question.turns)}",
    )


def _tone(question: Question) -> Tone:
    """A greeting that exclaims is warm, a short one brisk; without one the persona's name decides."""
    if not question.greeting.strip():
        tones: tuple[Tone, ...] = ("warm", "brisk", "calm")
        return tones[crc32(question.persona.encode("utf-8", "replace")) % len(tones)]
    if "!" in question.greeting or _EMOJI.search(question.greeting):
        return "warm"
    return "brisk" if len(question.greeting.split()) <= 8 else "calm"


def _opener(greeting: str) -> str:
    """The greeting's first one to three words where it begins with a call of its own: "Ahoy.", "Hey there."."""
    first = re.split(r"[,.!?–—:;\n]", greeting.strip(), maxsplit=1)[0].strip()
    return f"{first}." if 1 <= len(first.split()) <= 3 else ""
