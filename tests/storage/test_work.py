"""What we owe: joined while it waits, one at a time in a lane, in order, and fenced."""

from __future__ import annotations

import asyncio

import pytest

from storage import work
from storage.database import Database
from storage.engines.base import Transaction
from storage.records import WorkItem
from storage.work import Failed, Lease, LostLease
from tests.storage.conftest import NOW, Owing

FAILED = Failed("STALLED", "no word for 20 s", partial="half of it")


async def test_words_that_come_while_a_reply_waits_join_it(owing: Owing) -> None:
    first = await owing.owe(key="chat:bob")

    second = await owing.owe(key="chat:bob")

    assert second == first


async def test_words_that_come_while_a_reply_is_made_get_a_reply_of_their_own(owing: Owing) -> None:
    first = await owing.owe(key="chat:bob")
    await owing.claim()

    second = await owing.owe(key="chat:bob")

    assert second != first


async def test_words_that_come_while_a_reply_is_retried_get_a_reply_of_their_own(owing: Owing) -> None:
    first = await owing.owe(key="chat:bob")
    [item] = await owing.claim()
    await owing.database.write(work.retry, item, FAILED, NOW + 100)

    second = await owing.owe(key="chat:bob")

    assert second != first


async def test_fifty_who_owe_the_same_at_once_owe_one(owing: Owing) -> None:
    owed = await asyncio.gather(*(owing.owe(key="chat:bob") for _ in range(50)))

    assert len(set(owed)) == 1


async def test_one_item_of_a_lane_is_claimed_at_a_time_and_the_oldest_first(owing: Owing) -> None:
    a1, a2 = await owing.owe("a"), await owing.owe("a")
    b1 = await owing.owe("b")

    first = await owing.claim()
    await owing.database.write(work.finish, first[0], NOW)
    second = await owing.claim()

    assert [item.id for item in first] == [a1, b1]
    assert [item.id for item in second] == [a2]


async def test_no_more_is_claimed_than_asked_for(owing: Owing) -> None:
    for lane in "abc":
        await owing.owe(lane)

    claimed = await owing.claim(most=2)

    assert len(claimed) == 2


async def test_fifty_claims_at_once_hand_out_each_item_once(owing: Owing) -> None:
    owed = [await owing.owe(lane) for lane in "abcdefg"]

    claimed = await asyncio.gather(*(owing.claim(most=1) for _ in range(50)))

    assert sorted(item.id for items in claimed for item in items) == sorted(owed)


async def test_an_item_that_is_not_due_is_not_claimed_and_says_when(owing: Owing) -> None:
    await owing.owe(run_after=NOW + 500)

    early = await owing.claim(NOW + 499)
    due = await owing.database.read(work.next_due, NOW)
    late = await owing.claim(NOW + 500)

    assert (early, due, len(late)) == ([], NOW + 500, 1)


async def test_a_retrying_item_keeps_its_lane(owing: Owing) -> None:
    first = await owing.owe()
    await owing.owe()
    [item] = await owing.claim()
    await owing.database.write(work.retry, item, FAILED, NOW + 100)

    meanwhile = await owing.claim(NOW + 50)
    [again] = await owing.claim(NOW + 100)

    assert meanwhile == []
    assert (again.id, again.attempts, again.partial, again.fault) == (first, 2, "half of it", "STALLED")


async def test_the_deadline_stands_from_the_first_try(owing: Owing) -> None:
    await owing.owe()
    [item] = await owing.claim(NOW)
    await owing.database.write(work.retry, item, FAILED, NOW)

    [again] = await owing.claim(NOW + 900)

    assert again.deadline_at == item.deadline_at == NOW + 5000


@pytest.mark.parametrize("ending", ["finish", "retry", "bury", "stop", "renew"])
async def test_who_lost_the_lease_changes_nothing(ending: str, owing: Owing) -> None:
    await owing.owe()
    [lost] = await owing.claim(until=NOW + 10)
    await owing.database.write(work.release_expired, NOW + 11)
    [held] = await owing.claim(NOW + 11, until=NOW + 99)

    if ending == "renew":
        assert await owing.database.write(work.renew, [lost], NOW + 9999) == frozenset()
    else:
        with pytest.raises(LostLease):
            await end(owing.database, lost, ending)

    assert await owing.find(held.id) == held
    assert await owing.database.write(work.release_expired, NOW + 100) == 1


async def test_who_lost_the_lease_before_a_revival_changes_nothing(owing: Owing) -> None:
    await owing.owe()
    [lost] = await owing.claim(until=NOW + 10)
    await owing.database.write(work.release_expired, NOW + 11)
    [held] = await owing.claim(NOW + 11)
    await owing.database.write(work.bury, held, FAILED, NOW + 12)
    await owing.database.write(work.revive, held.id, NOW + 13)
    [revived] = await owing.claim(NOW + 13)

    with pytest.raises(LostLease):
        await owing.database.write(work.finish, lost, NOW + 14)

    assert revived.attempts == lost.attempts
    assert await owing.find(revived.id) == revived


async def test_an_ending_that_lost_its_lease_keeps_nothing_else_of_its_transaction(owing: Owing) -> None:
    await owing.owe()
    [lost] = await owing.claim()
    await owing.database.write(work.finish, lost, NOW)
    new = owing.new("other")

    def ending(tx: Transaction) -> None:
        work.owe(tx, new, NOW)
        work.finish(tx, lost, NOW)

    with pytest.raises(LostLease):
        await owing.database.write(ending)

    assert await owing.database.read(work.by_id, new.id) is None


async def test_a_lease_is_held_by_renewing_it(owing: Owing) -> None:
    await owing.owe()
    [item] = await owing.claim(until=NOW + 10)
    await owing.database.write(work.renew, [item], NOW + 50)

    early = await owing.database.write(work.release_expired, NOW + 49)
    late = await owing.database.write(work.release_expired, NOW + 51)

    assert (early, late) == (0, 1)


async def test_a_start_releases_everything_that_was_running_and_counts_the_try(owing: Owing) -> None:
    work_id = await owing.owe()
    await owing.claim(until=NOW + 9999)

    released = await owing.database.write(work.release_all, NOW)
    [again] = await owing.claim()

    assert released == 1
    assert (again.id, again.attempts) == (work_id, 2)


async def test_a_buried_item_lets_its_lane_go_and_can_be_revived_with_all_its_tries(owing: Owing) -> None:
    first, second = await owing.owe(), await owing.owe()
    [item] = await owing.claim()
    await owing.database.write(work.bury, item, FAILED, NOW)
    [neighbour] = await owing.claim()
    await owing.database.write(work.finish, neighbour, NOW)

    revived = await owing.database.write(work.revive, first, NOW + 1)
    [again] = await owing.claim(NOW + 1)

    assert revived and neighbour.id == second
    assert (again.id, again.attempts, again.deadline_at) == (first, 1, NOW + 5001)


@pytest.mark.parametrize("state", ["ready", "running", "done", "cancelled"])
async def test_only_a_buried_item_is_revived(state: str, owing: Owing) -> None:
    work_id = await bring_to(owing, state)

    revived = await owing.database.write(work.revive, work_id, NOW)

    assert not revived
    assert (await owing.find(work_id)).state == state


@pytest.mark.parametrize(
    ("state", "cancelled"),
    [("ready", True), ("retrying", True), ("buried", True), ("running", False), ("done", False)],
)
async def test_an_item_that_is_not_running_is_cancelled(state: str, cancelled: bool, owing: Owing) -> None:
    work_id = await bring_to(owing, state)

    done = await owing.database.write(work.cancel, work_id, NOW)

    assert done is cancelled
    assert (await owing.find(work_id)).state == ("cancelled" if cancelled else state)


async def test_what_is_over_is_neither_tallied_nor_listed(owing: Owing) -> None:
    for state in ("done", "cancelled", "buried"):
        await bring_to(owing, state)

    tally = await owing.database.read(work.tally)
    listed = await owing.database.read(work.unsettled, "discord", "10", "1")

    assert [(line.name, line.count) for line in tally] == [("buried", 1)]
    assert [item.state for item in listed] == ["buried"]


@pytest.mark.parametrize(("platform", "guild", "channel"), [("discord", "11", "1"), ("terminal", "10", "1")])
async def test_another_guild_reaches_no_item(platform: str, guild: str, channel: str, owing: Owing) -> None:
    work_id = await owing.owe()

    listed = await owing.database.read(work.unsettled, platform, guild, channel)
    found = await owing.database.read(work.in_reach, work_id, platform, guild, channel)

    assert (listed, found) == ([], None)


async def bring_to(owing: Owing, state: str) -> str:
    """An item in that state, in a lane of its own."""
    work_id = await owing.owe(lane=state)
    if state == "cancelled":
        await owing.database.write(work.cancel, work_id, NOW)
    elif state != "ready":
        [item] = await owing.claim()
        ending = {"done": "finish", "retrying": "retry", "buried": "bury"}.get(state)
        if ending:
            await end(owing.database, item, ending)
    return work_id


async def end(database: Database, item: WorkItem, ending: str) -> None:
    """End a try that way."""
    match ending:
        case "finish":
            await database.write(work.finish, item, NOW)
        case "retry":
            await database.write(work.retry, item, FAILED, NOW + 100)
        case "bury":
            await database.write(work.bury, item, FAILED, NOW)
        case "stop":
            await database.write(work.stop, item, NOW)


async def test_a_worker_that_claims_nothing_changes_nothing(owing: Owing) -> None:
    work_id = await owing.owe()

    claimed = await owing.database.write(work.claim, Lease("bot_1", NOW, NOW), NOW, 0)

    assert claimed == []
    assert (await owing.find(work_id)).state == "ready"
