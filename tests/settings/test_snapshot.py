"""Whatever is set wherever: what holds for one person in one place is the nearest value, for every setting."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.settings.snapshot import Snapshot, chains
from config.dynamic import SETTINGS, SUGGESTIONS, TEMPERATURE, Setting, defaults
from config.static import read_settings
from storage.settings import Change, Reach

HERE = Reach("discord", "cnv_1", "7", "20", "30", "10")
NEAREST_FIRST = [
    "conversation:discord:cnv_1",
    "user:discord:7",
    "channel:discord:20",
    "channel:discord:30",
    "guild:discord:10",
    "global",
]
ELSEWHERE = ["conversation:discord:cnv_2", "user:discord:8", "user:terminal:7", "channel:discord:10", "guild:discord:7"]
DEFAULTS = defaults(read_settings({}))
WORDS: dict[str, list[str]] = {
    "models": ["a", "b, a", ""],
    "temperature": ["0", "1.5", ""],
    "top_p": ["0", "1", ""],
    "reply_tokens": ["16", "100000"],
    "history_tokens": ["100", "6000"],
    "quiet_hours": ["22:00-07:00", ""],
    "time_zone": ["UTC", "Asia/Tokyo"],
}


def texts(setting: Setting[object]) -> list[str]:
    """Some values of a setting as they are kept, and one that no release takes."""
    return [*(WORDS.get(setting.name) or [word for word in setting.kind.choices if word != "none"]), "\0"]


ONE = st.sampled_from(SETTINGS).flatmap(
    lambda setting: st.tuples(
        st.tuples(st.sampled_from([*NEAREST_FIRST, *ELSEWHERE]), st.just(setting.name)),
        st.sampled_from(texts(setting)),
    )
)


@given(st.lists(ONE, max_size=40))
def test_the_nearest_value_holds_for_every_setting(given_values: list[tuple[tuple[str, str], str]]) -> None:
    kept = dict(given_values)
    changes = [
        Change(number, scope, name, None, text, "Bob", "", 0)
        for number, ((scope, name), text) in enumerate(kept.items(), start=1)
    ]

    found = {chain.setting.name: chain.text for chain in chains(HERE, changes, DEFAULTS)}

    for setting in SETTINGS:
        by_distance = [kept.get((scope, setting.name)) for scope in NEAREST_FIRST]
        usable = [text for text in by_distance if text is not None and text != "\0"]
        assert found[setting.name] == (usable[0] if usable else DEFAULTS[setting.name])


def test_a_snapshot_gives_values_and_not_texts() -> None:
    snapshot = Snapshot(1, {**DEFAULTS, "temperature": "0", "suggestions": "off"})

    assert (snapshot[TEMPERATURE], snapshot[SUGGESTIONS]) == (0.0, False)
