"""What is declared of each setting holds together, and the nearest value wins."""

from __future__ import annotations

import pytest
from annotated_types import Ge, Le
from hypothesis import given
from hypothesis import strategies as st

from config.dynamic import HISTORY_TOKENS, LEVELS, SETTINGS, SUGGESTIONS, TEMPERATURE, Setting, defaults, resolve
from config.kinds import Maybe, Unfit, Whole, written
from config.static import Static, read_settings


def by_name(setting: Setting[object]) -> str:
    return setting.name


def values(setting: Setting[object]) -> st.SearchStrategy[str]:
    """Values of one setting as they are kept, those that look like nothing among them."""
    kind = setting.kind.kind if isinstance(setting.kind, Maybe) else setting.kind
    nothing = [""] if isinstance(setting.kind, Maybe) else []
    match kind:
        case Whole(least, most):
            return st.integers(least, most).map(str)
        case _ if kind.choices:
            return st.sampled_from([*kind.choices, *nothing])
    return st.sampled_from(["0", "1", "0.5", *nothing] if setting in (TEMPERATURE,) else [written(setting.default)])


def test_every_setting_has_a_name_of_its_own() -> None:
    names = [setting.name for setting in SETTINGS]

    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name.islower() for name in names)


@pytest.mark.parametrize("setting", SETTINGS, ids=by_name)
def test_every_setting_says_what_it_is_in_a_sentence(setting: Setting[object]) -> None:
    assert setting.sentence[0].isupper() and setting.sentence.endswith(".")
    assert setting.levels == tuple(level for level in LEVELS if level in setting.levels)


@pytest.mark.parametrize("setting", SETTINGS, ids=by_name)
def test_every_default_is_a_value_of_its_setting(setting: Setting[object]) -> None:
    known = defaults(read_settings({}))

    assert written(setting.read(known[setting.name])) == known[setting.name]


@pytest.mark.parametrize(
    "setting", [one for one in SETTINGS if isinstance(one.kind, Whole) and one.static], ids=by_name
)
def test_what_the_environment_may_say_is_what_may_be_set(setting: Setting[object]) -> None:
    assert isinstance(setting.kind, Whole)
    field = Static.model_fields[setting.static]

    assert Ge(setting.kind.least) in field.metadata
    assert Le(setting.kind.most) in field.metadata
    assert field.default == setting.default


def test_the_environment_is_the_last_tier() -> None:
    known = defaults(read_settings({"TROUPE_HISTORY_TOKENS": "500"}))

    assert (known["history_tokens"], known["reply_tokens"]) == ("500", "1024")


@given(st.data())
def test_the_nearest_value_that_is_set_wins_whatever_it_is(data: st.DataObject) -> None:
    setting = data.draw(st.sampled_from(SETTINGS))
    texts = data.draw(st.lists(st.none() | values(setting), max_size=6))

    found = resolve(setting, texts)

    assert (found is None) == all(text is None for text in texts)
    if found is not None:
        assert texts[found] is not None
        assert all(text is None for text in texts[:found])


@given(st.lists(st.none() | st.text(max_size=6) | values(HISTORY_TOKENS), max_size=6))
def test_a_value_that_this_release_can_t_read_is_passed_over(texts: list[str | None]) -> None:
    found = resolve(HISTORY_TOKENS, texts)

    passed_over = texts if found is None else texts[:found]
    assert not any(text is not None and readable(HISTORY_TOKENS, text) for text in passed_over)
    assert found is None or readable(HISTORY_TOKENS, texts[found] or "")


def readable(setting: Setting[object], text: str) -> bool:
    try:
        setting.read(text)
    except Unfit:
        return False
    return True


@pytest.mark.parametrize(("setting", "text"), [(TEMPERATURE, "0"), (TEMPERATURE, ""), (SUGGESTIONS, "off")])
def test_zero_off_and_none_are_values_and_stand_before_what_is_farther(setting: Setting[object], text: str) -> None:
    assert resolve(setting, [None, text, "1", "on"]) == 1


def test_a_refusal_names_the_setting_and_its_bounds() -> None:
    with pytest.raises(Unfit, match="history_tokens must be a whole number from 100 to 2,000,000"):
        HISTORY_TOKENS.read("99")
