"""Which shard hears what, and how far it was heard when Discord is divided anew."""

from __future__ import annotations

import pytest

from bot.gateway.shards import Shard, heard_of

GUILD = (5 << 22) + 1


@pytest.mark.parametrize(("count", "number"), [(1, 0), (2, 1), (3, 2), (5, 0)])
def test_a_guild_belongs_to_one_shard(count: int, number: int) -> None:
    holders = [shard for shard in range(count) if Shard(shard, count).holds(GUILD)]

    assert holders == [number]


@pytest.mark.parametrize("guild", [None, "", 0])
def test_direct_messages_belong_to_the_first_shard(guild: str | int | None) -> None:
    assert Shard(0, 3).holds(guild) and not Shard(1, 3).holds(guild)


@pytest.mark.parametrize(
    ("known", "shard", "heard"),
    [
        ({}, Shard(), None),
        ({"77": 900}, Shard(), None),
        ({"": 5, "77": 900}, Shard(), 5),
        ({"": 5, "shard 1/2": 9}, Shard(1, 2), 9),
        ({"": 5}, Shard(1, 2), 5),
        ({"shard 0/2": 7, "shard 1/2": 6, "77": 1}, Shard(2, 4), 6),
        ({"shard 0/2": 7, "shard 1/2": 6}, Shard(), 6),
    ],
)
def test_a_new_division_begins_where_the_least_was_heard(
    known: dict[str, int], shard: Shard, heard: int | None
) -> None:
    assert heard_of(known, shard) == heard
