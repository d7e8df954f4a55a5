"""How a persona shows itself, and the buttons that carry its starters."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from bot.ports import Button, Face
from storage.records import Sheet

LONGEST_LABEL = 80
_KEY = re.compile(r"^starter:(prs_[0-9a-z]{21}):(\d)$")


def face_of(persona_id: str, sheet: Sheet) -> Face:
    """The name and the picture people see."""
    return Face(persona_id, sheet.display_name, sheet.avatar)


def starter_buttons(persona_id: str, sheet: Sheet) -> tuple[Button, ...]:
    """One button for each suggested message; what it says is looked up when it is pressed."""
    return tuple(
        Button(f"starter:{persona_id}:{index}", text[:LONGEST_LABEL]) for index, text in enumerate(sheet.starters[:5])
    )


def read_starter_key(key: str) -> tuple[str, int] | None:
    """The persona and the number of the starter behind a button, or None for another button."""
    match = _KEY.match(key)
    return (match[1], int(match[2])) if match else None


def dump_buttons(buttons: Sequence[Button]) -> str:
    """As kept with a delivery."""
    return json.dumps([[button.key, button.label] for button in buttons], ensure_ascii=False)


def load_buttons(text: str) -> tuple[Button, ...]:
    """What dump_buttons wrote."""
    return tuple(Button(key, label) for key, label in json.loads(text))
