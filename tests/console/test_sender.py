"""A reply that grows in a terminal, where nothing that was printed can be changed."""

from __future__ import annotations

import io

import pytest

from bot.console.console import PLACE
from bot.console.screen import Screen
from bot.console.sender import ConsoleSender
from bot.ports import Face, Parcel
from bot.text.split import split

CODE = "Look:\n\n```python\nfor x in y:\n    print(x)\n```\n\nAnd ~~~ is no block.\n- one\n- two"
QUOTED = "> ```\n> a\n> ```\nAfter it.\n\n~~~\nb\n~~~\n"


@pytest.mark.parametrize("text", [CODE, QUOTED, "```sh\nls\n```", "Cut off in\n```\nthe middle"])
async def test_a_reply_with_code_is_printed_once_however_it_grows(text: str) -> None:
    file = io.StringIO()
    sender = ConsoleSender(Screen(file))

    def parcel(grown: str, *, final: bool) -> Parcel:
        (part,) = split(grown, sender.limit)
        return Parcel("dlv", "wrk", PLACE, Face("prs", "Ada"), part.shown, final=final)

    await sender.post(parcel(text[:1], final=False))
    for end in range(2, len(text) + 1):
        await sender.revise(parcel(text[:end], final=False))
    await sender.revise(parcel(text, final=True))

    (whole,) = split(text, sender.limit)
    assert file.getvalue() == f"Ada: {whole.shown}\n"
