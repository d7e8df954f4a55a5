"""A key is brought by a form, tried before it is kept, and shown to nobody again but by its end."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands import registry
from bot.commands.base import Caller, Refused
from bot.keys.keyring import Keyring
from bot.keys.seal import MasterKeys
from bot.models.provider import OpenAIProvider
from tests.commands.conftest import ANN, BOB, DAN, EVE, OPERATOR, Troupe
from tests.fakes.model_script import Behaviour, html, out_of_credit, rate_limited, server_error, wrong_key
from tests.fakes.model_server import ModelServer

KEY = "sk-bob-5d1f0c9a7e3b42"


@pytest.fixture
def open_troupe(troupe: Troupe, server: ModelServer) -> Troupe:
    """A troupe that takes keys for a server."""
    server.models = ["gpt-test"]
    provider = OpenAIProvider(server.base_url, "sk-of-the-operator")
    ring = Keyring(troupe.database, MasterKeys([b"m" * 32]), provider)
    return Troupe(replace(troupe.office, keyring=ring), troupe.outside)


def written(folder: Path) -> bytes:
    """The raw bytes of the database and its log."""
    return b"".join(path.read_bytes() for path in folder.glob("troupe.db*"))


async def bring(troupe: Troupe, caller: Caller, key: str = KEY, whose: str = "mine") -> str:
    asked = await troupe.order(caller, "key set", whose=whose)
    return (await troupe.fill(caller, asked, key=key)).text


async def test_a_key_is_tried_then_kept_sealed_and_shown_by_its_end(
    open_troupe: Troupe, server: ModelServer, tmp_path: Path
) -> None:
    told = await bring(open_troupe, BOB, f"  {KEY}\n")
    shown = (await open_troupe.order(BOB, "key show")).text
    others = (await open_troupe.order(ANN, "key show")).text

    assert server.lists == [KEY] and server.calls == []
    assert "takes the key" in told and told.endswith("It ends in 3b42; /key remove takes it away.")
    assert "ends in 3b42, set 2025-06-15" in shown and shown.endswith("made with your own key.")
    assert "3b42" not in others and others.endswith("made with the bot's own key.")
    answers = [(await open_troupe.order(BOB, name)).text for name in ("config get", "status", "key set")]
    assert not any(KEY in words for words in (told, shown, *answers, repr(open_troupe.office)))
    raw = written(tmp_path)
    assert b"3b42" in raw and KEY.encode() not in raw and KEY[:12].encode() not in raw


@pytest.mark.parametrize(
    ("behaviour", "sentence"),
    [
        (wrong_key(KEY), "refuses that key"),
        (out_of_credit(), "out of credit"),
        (rate_limited(), "too many requests"),
        (server_error(), "could not be asked"),
    ],
)
async def test_a_key_that_the_provider_does_not_take_is_not_kept(
    open_troupe: Troupe, server: ModelServer, behaviour: Behaviour, sentence: str
) -> None:
    server.lists_as = behaviour

    with pytest.raises(Refused, match=sentence) as raised:
        await bring(open_troupe, BOB)

    assert KEY not in repr(raised.value) and raised.value.__cause__ is None
    assert (await open_troupe.order(BOB, "key show")).text.startswith("No key is kept.")


async def test_what_the_list_leaves_open_is_said(open_troupe: Troupe, server: ModelServer) -> None:
    server.models = ["something-else"]
    unlisted = await bring(open_troupe, BOB)
    server.lists_as = html()
    silent = await bring(open_troupe, BOB)

    assert "does not list gpt-test and gpt-small for this key" in unlisted
    assert "shows with the next reply" in silent


@pytest.mark.parametrize("nothing", ["", "too short", "sk-with a space in it 0123456789", "ключ-ключ-ключ-ключ"])
async def test_what_is_no_key_is_sent_nowhere(open_troupe: Troupe, server: ModelServer, nothing: str) -> None:
    with pytest.raises(Refused, match="That is no key"):
        await bring(open_troupe, BOB, nothing)

    assert server.lists == []


async def test_a_servers_key_needs_the_right_to_bring_see_and_remove(open_troupe: Troupe) -> None:
    await bring(open_troupe, ANN, whose="server")
    form = await open_troupe.order(ANN, "key set", whose="server")

    for act in ("key set", "key remove"):
        with pytest.raises(Refused, match="Manage Server"):
            await open_troupe.order(BOB, act, whose="server")
        with pytest.raises(Refused, match="no server"):
            await open_troupe.order(DAN, act, whose="server")
    with pytest.raises(Refused, match="Manage Server"):
        await open_troupe.fill(BOB, form, key=KEY)
    assert "3b42" in (await open_troupe.order(ANN, "key show")).text
    seen = (await open_troupe.order(BOB, "key show")).text
    assert "3b42" not in seen and seen.endswith("made with this server's key.")
    assert "No key" in (await open_troupe.order(EVE, "key show")).text
    await open_troupe.order(ANN, "key remove", whose="server")
    with pytest.raises(Refused, match="no such key"):
        await open_troupe.order(ANN, "key remove", whose="server")


async def test_without_a_master_key_or_a_provider_it_says_what_the_operator_must_set(
    troupe: Troupe, open_troupe: Troupe
) -> None:
    without = replace(open_troupe.office, keyring=replace(open_troupe.office.keyring, masters=MasterKeys()))

    with pytest.raises(Refused, match="operator must set OPENAI_API_KEY"):
        await troupe.order(OPERATOR, "key set")
    with pytest.raises(Refused, match="operator must set TROUPE_MASTER_KEYS"):
        await registry.run(without, BOB, "key set", {})


async def test_forgetting_takes_their_key_and_the_export_names_it_without_the_key(open_troupe: Troupe) -> None:
    await bring(open_troupe, BOB)
    await bring(open_troupe, ANN)
    exported = (await open_troupe.order(BOB, "privacy export")).file

    asked = await open_troupe.order(BOB, "privacy forget")
    await registry.press(open_troupe.office, BOB, asked.buttons[0].key)

    [held] = json.loads(exported)["keys"]
    assert (held["ends_in"], sorted(held)) == ("3b42", ["ends_in", "provider", "set_at"])
    assert KEY not in exported
    assert (await open_troupe.order(BOB, "key show")).text.startswith("No key is kept.")
    assert "3b42" in (await open_troupe.order(ANN, "key show")).text


def test_what_is_written_in_its_form_is_kept_by_no_face() -> None:
    assert registry.asks_secret("key set:mine")
    assert not registry.asks_secret("persona create:")
