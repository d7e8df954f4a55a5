"""What a process must know before it does its part beside others."""

from __future__ import annotations

import pytest

from config.roles import Part
from config.static import SettingsWrong, Static, read_settings

SERVER = {"DATABASE_URL": "postgresql://there/troupe", "DISCORD_TOKEN": "token"}


def given(**settings: str) -> Static:
    return read_settings(SERVER | settings)


def test_every_part_is_done_by_somebody_beside_all() -> None:
    parts = [given(TROUPE_ROLE=role).part for role in ("gateway", "worker", "jobs")]

    assert all(any(getattr(part, what) for part in parts) for what in ("hears", "works", "speaks", "keeps_time"))


def test_one_process_alone_does_everything() -> None:
    assert given().part == Part(hears=True, works=True, speaks=True, keeps_time=True)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            {"TROUPE_ROLE": "worker", "DATABASE_URL": "sqlite:///troupe.db"},
            "a SQLite file serves one; set DATABASE_URL",
        ),
        ({"TROUPE_ROLE": "gateway", "DISCORD_TOKEN": ""}, "set DISCORD_TOKEN"),
        ({"TROUPE_ROLE": "cook"}, "TROUPE_ROLE should be 'all', 'gateway', 'worker' or 'jobs'"),
        ({"SHARD_IDS": "0,1"}, "set SHARD_COUNT too"),
        ({"SHARD_IDS": "0,2", "SHARD_COUNT": "2"}, "names shard 2, and with SHARD_COUNT=2 the last is 1"),
        ({"SHARD_IDS": "first"}, "SHARD_IDS must be numbers separated by commas"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(settings: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsWrong) as said:
        given(**settings)

    assert words in str(said.value)


def test_shards_are_read_as_numbers() -> None:
    settings = given(SHARD_IDS="0, 3", SHARD_COUNT="4")

    assert (settings.shard_ids, settings.shard_count) == ((0, 3), 4)
