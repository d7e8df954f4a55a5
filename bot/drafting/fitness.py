"""What no persona is drafted of, and the sentence that says so. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_DECLINED: Mapping[str, str] = MappingProxyType(
    {
        "real_person": (
            "I draft no persona that poses as a real person, a company or an office; "
            "describe somebody invented, perhaps with the traits you like."
        ),
        "minors": "I draft nothing sexual or romantic about minors; please think of another idea.",
        "sexual": "I draft no persona whose point is sexual; please think of another idea.",
        "hateful": "I draft no persona that demeans people for what they are; please think of another idea.",
        "harmful": "I draft no persona that is there to harm or deceive people; please think of another idea.",
        "unclear": (
            "I find no character in that; say in a sentence who it is and what it cares about, "
            "such as “a grumpy lighthouse keeper who loves chess”."
        ),
    }
)
_SEXUAL = re.compile(r"\b(sex|sexy|sexual\w*|erotic\w*|porn\w*|nsfw|nudes?|naked|lewd|hentai|horny|seduc\w+)\b", re.I)
_MINOR = re.compile(
    r"\b(child(ren)?|kids?|minors?|teens?|teenage\w*|under-?age\w*|preteens?|school ?(girl|boy)s?|loli\w*|shota\w*|"
    r"toddlers?|little (girl|boy)s?|(\d|1[0-7])[- ]years?[- ]old)\b",
    re.I,
)


def declined(verdict: str) -> str:
    """What the person is told for a verdict that is not "fit"."""
    return _DECLINED[verdict]


def unfit(idea: str) -> str:
    """The sentence for what needs no model to be declined, '' for all else."""
    return _DECLINED["minors"] if _SEXUAL.search(idea) and _MINOR.search(idea) else ""
