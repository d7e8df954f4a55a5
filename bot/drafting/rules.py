"""A draft without a language model: the idea's own words in a persona's places. Pure, and the same each time."""

from __future__ import annotations

import re

from bot.drafting.writer import Draft

_ARTICLE = re.compile(r"^(?:an?|the|my|some)\s+", re.I)
_ENDS_NAME = re.compile(
    r"\s*(?:[,.;:!?()–—]|\b(?:who|whose|that|which|with|from|of|in|on|for|and|but)\b).*$", re.I | re.S
)
_LOVES = re.compile(r"\b(?:loves?|likes?|adores?|knows?|about|collects?|plays?)\s+(?:to\s+)?([^,.;:!?]{3,40})", re.I)
_MOST_NAME = 40
_MOST_LINE = 150


def by_rules(idea: str) -> Draft:
    """Everything a persona needs, for a person to make better."""
    words = " ".join(idea.split()).rstrip(".!?")
    name, who = _name(words), words[:1].lower() + words[1:]
    loved = _LOVES.search(words)
    return Draft(
        display_name=name,
        description=_cut(f"An AI: {who}"),
        voice=(
            f"You are {name}, an AI in the role of {who}. Stay in that role, speak as it would, and keep your answers "
            "short enough for a chat. Ask back when you do not understand."
        ),
        greeting=f"Hello. I am {name}, an AI: {who}. What is on your mind?",
        starters=(*([f"Tell me about {loved[1].strip()}"] if loved else []), "Who are you?", "How was your day?"),
        limits=("Never claims to be human, and says it is an AI whenever someone asks.",),
    )


def _name(words: str) -> str:
    """The words before the idea goes on about them, in capitals."""
    bare = _ENDS_NAME.sub("", _ARTICLE.sub("", words)).strip() or words
    short = bare if len(bare) <= _MOST_NAME else bare[:_MOST_NAME].rpartition(" ")[0] or bare[:_MOST_NAME]
    return " ".join(word[:1].upper() + word[1:] for word in short.split())


def _cut(line: str) -> str:
    return line if len(line) <= _MOST_LINE else f"{line[: _MOST_LINE - 1].rstrip()}…"
